"""Figures with their intervals: a figure is measured once on all posters, and again on a thousand redrawn samples.

A measure takes how often each poster counts, for many samples at once, and gives each figure for each of them. So one
definition gives the figure (every poster counts once) and its spread, and a thousand samples take seconds.
"""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
import numpy as np

DRAWS: Final = 1_000
LEVEL: Final = 0.95
"""Share of the draws that an interval holds."""

CELLS_AT_ONCE: Final = 2_000_000
"""Samples are measured in portions of about so many counts, which bounds memory at some hundred megabytes."""

Measured = dict[str, np.ndarray]
"""By the figure's name: (samples,), or (samples, K) of K questions such as genres."""

Measure = Callable[[np.ndarray], Measured]
"""From counts (samples, N), float64, to figures; NaN where a sample has nothing to measure."""


class Figure(msgspec.Struct, frozen=True):
    """One figure with its 95 % interval; all NaN where there was nothing to measure."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def measured(measure: Measure, posters: int) -> Measured:
    """The figures on all posters as they are, each (1,) or (1, K)."""
    return measure(np.ones((1, posters)))


def redrawn(measure: Measure, posters: int, *, draws: int = DRAWS, seed: int = 0) -> Measured:
    """The figures on samples of the same size, drawn with replacement (https://doi.org/10.1214/aos/1176344552)."""
    portions = [measure(counts) for counts in counts_of_samples(posters, draws=draws, seed=seed)]
    return {name: np.concatenate([portion[name] for portion in portions]) for name in portions[0]}


def counts_of_samples(posters: int, *, draws: int = DRAWS, seed: int = 0) -> Iterator[np.ndarray]:
    """How often each poster is in each sample: (samples, N), float64, in portions; the same seed gives the same."""
    drawing = np.random.default_rng(seed)
    portion = max(1, CELLS_AT_ONCE // posters)
    even = np.full(posters, 1.0 / posters)
    for start in range(0, draws, portion):
        yield drawing.multinomial(posters, even, size=min(portion, draws - start)).astype(np.float64)


def interval(value: float, drawn: np.ndarray) -> Figure:
    """The figure with the percentiles of what the draws gave, widened to the value itself where it lies outside.

    Args:
        value: measured on all posters.
        drawn: (draws,); NaN where a draw had nothing to measure.
    """
    known = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not len(known):
        return Figure(value, np.nan, np.nan)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(float(value), float(min(low, value)), float(max(high, value)))


def with_intervals(
    measure: Measure, posters: int, *, draws: int = DRAWS, seed: int = 0
) -> dict[str, Figure | list[Figure]]:
    """Every figure of a measure with its interval; a list of K where the measure gives K."""
    values, samples = measured(measure, posters), redrawn(measure, posters, draws=draws, seed=seed)
    return {
        name: interval(float(value[0]), samples[name])
        if value.ndim == 1
        else [interval(float(value[0, k]), samples[name][:, k]) for k in range(value.shape[1])]
        for name, value in values.items()
    }
