"""Figures of the genres that are named, over many draws at once; equal to scikit-learn's with draws as weights."""

import numpy as np


def f1_by_genre(said: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws, genres): harmonic mean of precision and recall; 0 where a genre is neither said nor so.

    Args:
        said: (N, genres) bool.
        truth: (N, genres), 0 or 1.
        weights: (draws, N).
    """
    both, either = weights @ (said * truth), weights @ (said + truth)
    return np.divide(2 * both, either, out=np.zeros_like(both), where=either > 0)


def f1_figures(said: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Every way to sum F1 up, by name; arguments as `f1_by_genre`."""
    return {
        "macro_f1": f1_by_genre(said, truth, weights).mean(axis=1),
        "micro_f1": micro_f1(said, truth, weights),
        "weighted_f1": weighted_f1(said, truth, weights),
        "samples_f1": samples_f1(said, truth, weights),
    }


def micro_f1(said: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): F1 of all genres of all posters thrown together."""
    both, either = weights @ (said * truth).sum(axis=1), weights @ (said + truth).sum(axis=1)
    return np.divide(2 * both, either, out=np.zeros_like(both), where=either > 0)


def weighted_f1(said: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): F1 of the genres, each weighted by how many posters have it."""
    support = weights @ truth
    total = support.sum(axis=1)
    sums = (f1_by_genre(said, truth, weights) * support).sum(axis=1)
    return np.divide(sums, total, out=np.zeros_like(total), where=total > 0)


def samples_f1(said: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): mean over posters of the F1 of each poster's genres."""
    both, either = (said * truth).sum(axis=1), (said + truth).sum(axis=1)
    return _mean(np.divide(2 * both, either, out=np.zeros(len(both)), where=either > 0), weights)


def subset_accuracy(said: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): share of posters whose genres are named without a miss and without one too many."""
    return _mean((said == truth.astype(bool)).all(axis=1), weights)


def hamming_loss(said: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): share of single answers (poster and genre) that are wrong."""
    return _mean((said != truth.astype(bool)).mean(axis=1), weights)


def hit_at(count: int, probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): share of posters of which one of the `count` likeliest genres is so; all 24 take part."""
    ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :count]
    return _mean(np.take_along_axis(truth, ranked, axis=1).any(axis=1), weights)


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray(weights @ values / weights.sum(axis=1))
