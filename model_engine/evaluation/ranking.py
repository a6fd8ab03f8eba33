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
    positive, negative = _reached(scores, truth, weights)
    area = np.einsum("dg,dg->d", np.diff(positive, axis=1), negative[:, 1:] + negative[:, :-1]) / 2
    with np.errstate(invalid="ignore"):
        return np.asarray(area / (positive[:, -1] * negative[:, -1]))


def average_precision(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean precision over the posters that are so, each at its rank; arguments as `roc_auc`.

    Returns:
        (draws,); NaN where nothing is so.
    """
    positive, negative = _reached(scores, truth, weights)
    found = positive[:, -1:] - positive[:, :-1]
    said = found + negative[:, -1:] - negative[:, :-1]
    precision = np.divide(found, said, out=np.zeros_like(found), where=said > 0)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.einsum("dg,dg->d", np.diff(positive, axis=1), precision) / positive[:, -1])


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


def _reached(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Posters that are so, and posters that are not, up to each different score: each (draws, 1 + different scores)."""
    order, starts = _groups(scores)
    ends = np.append(starts[1:], len(scores))
    ordered = weights[:, order]
    everything = _sums(ordered, ends)
    positive = _sums(ordered * truth[order], ends)
    return positive, everything - positive


def _sums(ordered: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """(draws, 1 + groups): running sums before the first group and at the end of each."""
    sums = np.zeros((len(ordered), ordered.shape[1] + 1))
    np.cumsum(ordered, axis=1, out=sums[:, 1:])
    return sums if len(ends) == ordered.shape[1] else sums[:, np.append(0, ends)]


def _ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws, N): each poster's rank in each sample, the mean rank among equals."""
    order, starts = _groups(values)
    reached = _sums(weights[:, order], np.append(starts[1:], len(values)))
    ranks = (reached[:, 1:] + reached[:, :-1] + 1) / 2
    group = np.zeros(len(values), np.intp)
    group[starts[1:]] = 1
    unordered = np.empty(len(values), np.intp)
    unordered[order] = np.cumsum(group)
    return ranks[:, unordered]


def _groups(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An ascending order, and where in it each different value begins."""
    order = np.argsort(values, kind="stable")
    return order, np.flatnonzero(np.diff(values[order], prepend=np.nan) != 0)
