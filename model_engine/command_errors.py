"""How a command of the model engine fails: in one line on standard error, and with an exit code that says why."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
import typer

from model_engine.errors import EngineError
from models.exit_codes import CONFIGURATION, UNAVAILABLE
from models.settings import SettingsError

READER_GONE: Final = 141
"""What a shell reports of a process whose reader closed the pipe (128 + SIGPIPE)."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Expected failures become one line on standard error and an exit code that says what kind they are."""
    try:
        yield
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CONFIGURATION) from None
    except EngineError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(UNAVAILABLE) from None
    except ModuleNotFoundError as error:
        typer.echo(f"This needs the package {error.name}: pip install 'poster-judge[engine]'", err=True)
        raise typer.Exit(UNAVAILABLE) from None


@contextmanager
def quiet_when_reader_leaves() -> Iterator[None]:
    """`poster-judge predict … | head` ends without a trace of anything gone wrong."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered would fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(READER_GONE) from None


def log_to_stderr() -> None:
    """Standard output belongs to the answers; a launcher that configured logging is left alone."""
    if not structlog.is_configured():
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger("info"),
            # Looked up at each line: whoever calls this as a function may exchange the stream.
            logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        )
