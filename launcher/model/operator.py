"""Who decides on the command line, and what they are told where something cannot be done."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from launcher.configuration import Unavailable

if TYPE_CHECKING:
    from bot.versions.promoting import Operator


def operator() -> "Operator":
    """The user of this machine."""
    from bot.versions.promoting import Operator

    return Operator(f"command line ({getpass.getuser()})", None)


@contextmanager
def expected_errors() -> Iterator[None]:
    """Turns what cannot be done with a version or a run into one line."""
    from bot.versions.deciding import Doubtful
    from bot.versions.promoting import NotPromoted
    from bot.versions.retraining import NotDone
    from model_engine.errors import VersionError

    try:
        yield
    except (NotDone, NotPromoted, VersionError) as error:
        raise Unavailable(str(error)) from None
    except Doubtful as doubt:
        raise Unavailable(f"{doubt} With --anyway it is promoted all the same.") from None
