"""Which batch sizes a runtime uses, and which of them is the best on this machine."""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
import structlog

from model_engine.runtimes.interface import RawOutputs

log = structlog.get_logger(__name__)

WORTH_WAITING_FOR: Final = 1.05
"""A larger batch is only better if it gives 5 % more posters a second: each member of it waits for all others."""


TIMED_PASSES: Final = 3
"""The best of these counts, because other work on the machine only ever adds time."""


def powers_of_two(largest: int) -> tuple[int, ...]:
    """1, 2, 4, … up to and including the last power of two that is not above `largest`."""
    return tuple(1 << exponent for exponent in range(largest.bit_length()))


def padded_size(count: int) -> int:
    """The least power of two that holds `count` posters, so that a runtime sees few shapes."""
    return 1 << (count - 1).bit_length()


def time_batches(
    infer: Callable[[np.ndarray], RawOutputs],
    input_shape: tuple[int, int, int],
    sizes: tuple[int, ...],
    clock: Callable[[], float] = time.perf_counter,
) -> dict[int, float]:
    """Seconds per batch by size: the best of `TIMED_PASSES`, after one untimed pass (which compiles and allocates)."""
    timings: dict[int, float] = {}
    for size in sizes:
        batch = np.zeros((size, *input_shape), np.uint8)
        infer(batch)
        passes = []
        for _ in range(TIMED_PASSES):
            started = clock()
            infer(batch)
            passes.append(clock() - started)
        timings[size] = min(passes)
        log.debug("batch size timed", batch_size=size, seconds=round(timings[size], 5))
    return timings


def best_size(timings: dict[int, float]) -> int:
    """The size with the most posters a second; a larger one must beat a smaller by `WORTH_WAITING_FOR`."""
    best, best_rate = 1, 0.0
    for size, seconds in sorted(timings.items()):
        rate = size / max(seconds, 1e-9)
        if rate > best_rate * WORTH_WAITING_FOR:
            best, best_rate = size, rate
    return best
