"""What a run tells while it goes on, and how a terminal shows it."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `history.csv`."""

    phase: str
    """What was trained: `1`, `2` … of the recipe's phases, or the head that was fitted alone."""
    epoch: int
    """From 1, within the phase."""
    figures: dict[str, float]
    """Loss per poster and accuracies, of the training split and (`validation_…`) of the validation split."""


class Telling:
    """Takes what a run tells and keeps quiet; a display shows it."""

    def advance(self, what: str, done: int, total: int) -> None:
        """So much of a stretch of work is done; another name begins another stretch."""

    def epoch(self, epoch: Epoch, best: bool) -> None:
        """An epoch ended; `best`: none before it had less validation loss."""


class Display(Telling):
    """A bar for what is under way, and a line for each epoch: loss and accuracies, training / validation."""

    def __init__(self, progress: Progress) -> None:
        """Takes a progress that is shown already."""
        self._progress = progress
        self._what = ""
        self._task = progress.add_task("", total=None)

    def advance(self, what: str, done: int, total: int) -> None:
        """See `Telling`."""
        if what != self._what:
            self._what = what
            self._progress.reset(self._task, description=what, total=total)
        self._progress.update(self._task, completed=done, total=total)

    def epoch(self, epoch: Epoch, best: bool) -> None:
        """See `Telling`."""
        names = [name for name in epoch.figures if name == "loss" or name.endswith("accuracy")]
        pairs = [
            f"{name.replace('_', ' ')} {epoch.figures[name]:.3f} / {epoch.figures[f'validation_{name}']:.3f}"
            for name in sorted(names, reverse=True)
            if not name.startswith("validation_")
        ]
        best_mark = "  (best so far)" if best else ""
        self._progress.console.print(f"{epoch.phase}, epoch {epoch.epoch}: {', '.join(pairs)}{best_mark}")


@contextmanager
def displayed() -> Iterator[Display]:
    """A display on standard error, so that standard output stays free; without a terminal the bar is left out."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as progress:
        yield Display(progress)
