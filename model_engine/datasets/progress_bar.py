"""Shows on standard error how far a command is; standard output belongs to its answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from model_engine.datasets.working_processes import Progress


@contextmanager
def progress_bar(words: str) -> Iterator[Progress]:
    """A bar while the block runs, gone afterwards; where standard error is no terminal there is none.

    Args:
        words: What is being done, such as `pictures looked at`.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Display

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Display(*columns, console=console, transient=True, disable=not console.is_terminal) as display:
        task = display.add_task(words, total=None)
        yield lambda done, total: display.update(task, completed=done, total=total)
