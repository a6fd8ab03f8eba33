"""Bootstrap over posters: how often each is drawn, and intervals from figures of many draws.

Every figure of this room takes weights (draws, N): how often each poster was drawn. One row of ones gives the figure
itself, so that a figure and its interval have one definition.
"""

from typing import Final

import numpy as np

DRAWS: Final = 1_000

CONFIDENCE: Final = 0.95

SEED: Final = 20_251


def once(count: int) -> np.ndarray:
    """(1, N) of ones: every poster as it is."""
    return np.ones((1, count))


def bootstrap(count: int, draws: int = DRAWS, seed: int = SEED) -> np.ndarray:
    """(draws, N): how often each of N posters is in a sample of N drawn with replacement (Efron, 1979)."""
    drawing = np.random.default_rng(seed)
    return drawing.multinomial(count, np.full(count, 1.0 / count), size=draws).astype(np.float64)


def interval(value: float, drawn: np.ndarray) -> tuple[float, float]:
    """The percentile interval of a figure, widened to the figure itself where that lies outside.

    Args:
        value: of the posters as they are.
        drawn: (draws,); draws in which it does not exist (NaN) are left out.
    """
    there = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not len(there):
        return float("nan"), float("nan")
    tail = (1.0 - CONFIDENCE) / 2
    low, high = np.quantile(there, [tail, 1.0 - tail])
    return float(min(low, value)), float(max(high, value))
