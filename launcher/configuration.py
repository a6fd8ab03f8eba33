"""All groups of settings, read once at the start of a command."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from broker.embedded import running_server_url
from broker.settings import BrokerSettings
from models.exit_codes import CONFIGURATION, UNAVAILABLE
from models.settings import SettingsError

NO_QUEUE = "No queue is running for this data directory: start `poster-judge up`, or set NATS_URL."


class Unavailable(Exception):
    """Something that a command needs is not there right now; the message is one sentence that says what to do."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turns expected failures of a command into one line on standard error and an exit code that says what to do."""
    try:
        yield
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CONFIGURATION) from None
    except Unavailable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(UNAVAILABLE) from None


def nats_url(settings: BrokerSettings) -> str:
    """Address of the queue, with its token: the configured one, or that of a running `poster-judge up`.

    Raises:
        Unavailable: there is none.
    """
    if settings.nats_url is not None:
        return settings.nats_url.get_secret_value()
    url = running_server_url(settings.data_dir)
    if url is None:
        raise Unavailable(NO_QUEUE)
    return url
