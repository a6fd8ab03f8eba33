"""Figures that depend on order alone, for many draws at once, see `draws`.

Each equals what scikit-learn or SciPy gives for the same sample, of which their own functions take one at a time: 24
genres in a thousand draws are 24,000 calls, for which they need minutes.
"""

from collections.abc import Callable

import numpy as np


def roc_auc(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Chance that a poster which is so ranks above one which is not; ties are half.

    Args:
        scores: (N,), of any scale.
        truth: (N,), 0 or 1.
        weights: (draws, N), how often each poster was drawn.

    Returns:
        (draws,); NaN where a draw has one class alone.
    """
    positive, negative = _by_score(scores, truth, weights)
    below = np.cumsum(negative, axis=1) - negative / 2
    with np.errstate(invalid="ignore"):
        return np.einsum("sg,sg->s", positive, below) / (positive.sum(axis=1) * negative.sum(axis=1))


def average_precision(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean precision over the posters that are so, each at its rank; arguments as `roc_auc`.

    Returns:
        (draws,); NaN where nothing is so.
    """
    positive, negative = (part[:, ::-1] for part in _by_score(scores, truth, weights))
    found = np.cumsum(positive, axis=1)
    said = found + np.cumsum(negative, axis=1)
    with np.errstate(invalid="ignore"):
        precision = np.divide(found, said, out=np.zeros_like(found), where=said > 0)
        return np.einsum("sg,sg->s", positive, precision) / found[:, -1]


def spearman(first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Correlation of ranks, (draws,), of two numbers (N,) per poster; 0 where one of them does not move."""
    ranks = [_ranks(values, weights) for values in (first, second)]
    total = weights.sum(axis=1, keepdims=True)
    deviations = [rank - (weights * rank).sum(axis=1, keepdims=True) / total for rank in ranks]
    covariance = np.einsum("sn,sn,sn->s", weights, *deviations)
    spread = np.sqrt(np.prod([np.einsum("sn,sn,sn->s", weights, part, part) for part in deviations], axis=0))
    return np.divide(covariance, spread, out=np.zeros_like(spread), where=spread > 1e-9)


def over_genres(
    figure: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    probabilities: np.ndarray,
    truth: np.ndarray,
    weights: np.ndarray,
) -> np.ndarray:
    """(draws, genres): a figure of one question, of each column of (N, genres)."""
    columns = range(truth.shape[1])
    return np.stack([figure(probabilities[:, i], truth[:, i], weights) for i in columns], axis=1)


def _by_score(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts of those that are so and of those that are not, by ascending score: each (draws, different scores)."""
    order, starts = _groups(scores)
    ordered = weights[:, order]
    positive = ordered * truth[order]
    return _summed(positive, starts), _summed(ordered - positive, starts)


def _ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws, N): each poster's rank in each sample, the mean rank among equals."""
    order, starts = _groups(values)
    inside = _summed(weights[:, order], starts)
    ranks = np.cumsum(inside, axis=1) - (inside - 1) / 2
    group = np.zeros(len(values), np.intp)
    group[starts[1:]] = 1
    unordered = np.empty(len(values), np.intp)
    unordered[order] = np.cumsum(group)
    return ranks[:, unordered]


def _summed(weights: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Counts of each group of equals; where all are different they are that already."""
    return weights if len(starts) == weights.shape[1] else np.add.reduceat(weights, starts, axis=1)


def _groups(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An ascending order, and where in it each different value begins."""
    order = np.argsort(values, kind="stable")
    return order, np.flatnonzero(np.diff(values[order], prepend=np.nan) != 0)
