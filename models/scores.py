"""IMDb's score as an ordered distribution: half-point bins from 0 to 10, five classes, one verdict.

Every cut lies on an edge of a bin, so that a class is a sum of bins and the verdict is P(good) + P(great).
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

BIN_WIDTH: Final = 0.5
"""Points of IMDb score in one bin."""

BIN_EDGES: Final[tuple[float, ...]] = tuple(index * BIN_WIDTH for index in range(21))
"""21 edges of 20 bins; bin i holds edges[i] <= score < edges[i + 1], the last one also 10.0."""

BIN_CENTRES: Final[tuple[float, ...]] = tuple(edge + BIN_WIDTH / 2 for edge in BIN_EDGES[:-1])
"""The score, in points, that each bin stands for."""

GOOD_AT: Final = 7.0
"""Default threshold of the verdict, in points; a version stores its own."""


class ScoreClass(StrEnum):
    """Five classes of liking; the value is the word shown."""

    TERRIBLE = "terrible"
    """score < 4"""
    BAD = "bad"
    """4 <= score < 5.5"""
    DECENT = "decent"
    """5.5 <= score < 7"""
    GOOD = "good"
    """7 <= score < 8"""
    GREAT = "great"
    """8 <= score"""


CLASS_CUTS: Final[tuple[float, ...]] = (4.0, 5.5, 7.0, 8.0)
"""Scores at which the next class begins, in points; a version stores its own."""


def bin_of(score: float) -> int:
    """Index of the bin that holds `score`.

    Raises:
        ValueError: the score is not within 0 to 10.
    """
    if not 0.0 <= score <= 10.0:
        raise ValueError(f"An IMDb score lies between 0 and 10. Received: score={score}")
    return min(int(score / BIN_WIDTH), len(BIN_CENTRES) - 1)


def probability_at_least(distribution: Sequence[float], threshold: float) -> float:
    """P(score >= threshold) of a distribution over the 20 bins.

    A threshold inside a bin takes the share of the bin above it (the distribution is flat within a bin).
    """
    tail = 0.0
    for low, mass in zip(BIN_EDGES[:-1], distribution, strict=True):
        share = min(max((low + BIN_WIDTH - threshold) / BIN_WIDTH, 0.0), 1.0)
        tail += share * mass
    return min(max(tail, 0.0), 1.0)


def class_probabilities(distribution: Sequence[float], cuts: Sequence[float] = CLASS_CUTS) -> dict[str, float]:
    """Probability of each `ScoreClass` by name, in ascending order; sums to the distribution's own sum."""
    at_least = [sum(distribution), *(probability_at_least(distribution, cut) for cut in cuts), 0.0]
    return {
        name.value: max(high - low, 0.0)
        for name, high, low in zip(ScoreClass, at_least[:-1], at_least[1:], strict=True)
    }


def expected_score(distribution: Sequence[float]) -> float:
    """Mean of the distribution, in points."""
    return sum(centre * mass for centre, mass in zip(BIN_CENTRES, distribution, strict=True))


def standard_deviation(distribution: Sequence[float]) -> float:
    """Standard deviation of the distribution, in points."""
    mean = expected_score(distribution)
    variance = sum(mass * (centre - mean) ** 2 for centre, mass in zip(BIN_CENTRES, distribution, strict=True))
    return math.sqrt(max(variance, 0.0))
