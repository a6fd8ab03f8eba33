"""How long a step of a run will still take, by how fast it went so far."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from models.tables import TrainingRun

LEAST: Final = 2.0
"""Seconds of a step below which its pace says nothing."""


@dataclass
class _Step:
    """The step that is under way, from when it was first seen."""

    name: object
    at: float
    done: int


class Pace:
    """Of one run, as one process saw it; a restart begins anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step: _Step | None = None

    def left(self, run: TrainingRun) -> float | None:
        """Seconds until the step is through; None where that cannot be told."""
        name, at = (run.id, run.deliveries, run.step, run.total), self._clock()
        if self._step is None or self._step.name != name or run.done < self._step.done:
            self._step = _Step(name, at, run.done)
        took, did = at - self._step.at, run.done - self._step.done
        if took < LEAST or did <= 0 or run.total <= 0:
            return None
        return max(run.total - run.done, 0) * took / did
