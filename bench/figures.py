"""Percentiles and tables."""

import statistics
from collections.abc import Iterable, Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of the values do not exceed; nan if there is none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def spread(seconds: Sequence[float]) -> str:
    """p50, p95, p99 and the largest, in milliseconds."""
    shares = (0.5, 0.95, 0.99)
    largest = max(seconds, default=float("nan"))
    return " ".join(f"{1000 * value:7.0f}" for value in (*(percentile(seconds, share) for share in shares), largest))


def median(values: Iterable[float]) -> float:
    """The median; nan if there is none."""
    found = list(values)
    return statistics.median(found) if found else float("nan")
