"""All figures of answers against the truth, by name; each (draws,) for weights (draws, N), see `draws`."""

from typing import Final

import numpy as np

from model_engine.evaluation import naming
from model_engine.evaluation.answers import Answers, Truth
from model_engine.evaluation.chance_figures import brier, calibration_errors, error_by_chance
from model_engine.evaluation.ranking import average_precision, over_genres, roc_auc, spearman

Figures = dict[str, np.ndarray]

LESS_IS_BETTER: Final = frozenset({"hamming_loss", "brier", "ece", "ece_beyond_chance", "mae", "rmse"})

PAIRED_DRAWS: Final = 10


def usable_genres(truth: Truth) -> np.ndarray:
    """(24,) bool: judged, and on some posters but not on all, of those whose genres are known."""
    known = truth.genres[truth.genres.any(axis=1)]
    return np.asarray(truth.judged & known.any(axis=0) & ~known.all(axis=0))


def genre_figures(answers: Answers, truth: Truth, weights: np.ndarray) -> Figures:
    """Figures over the usable genres; hit@k over all 24. Empty where nothing is said or known of genres.

    Posters whose genres are not known are left out.
    """
    known, usable = truth.genres.any(axis=1), usable_genres(truth)
    if answers.genres is None or answers.said is None or not known.any() or not usable.any():
        return {}
    weights, everything, all_truth = weights[:, known], answers.genres[known], truth.genres[known]
    p, said, y = everything[:, usable], answers.said[known][:, usable], all_truth[:, usable]
    return {
        "macro_roc_auc": _mean_over_genres(over_genres(roc_auc, p, y, weights)),
        "micro_roc_auc": _micro_roc_auc(p, y, weights),
        "mean_average_precision": _mean_over_genres(over_genres(average_precision, p, y, weights)),
        **naming.f1_figures(said, y, weights),
        "subset_accuracy": naming.subset_accuracy(said, y, weights),
        "hamming_loss": naming.hamming_loss(said, y, weights),
        "hit_at_1": naming.hit_at(1, everything, all_truth, weights),
        "hit_at_3": naming.hit_at(3, everything, all_truth, weights),
    }


def verdict_figures(answers: Answers, truth: Truth, weights: np.ndarray) -> Figures:
    """Figures of good or not; empty where nothing is said, or no score known. Posters without a score are left out.

    Accuracy is of the likelier answer, as it is while training; balanced accuracy is of the call.
    """
    known = ~np.isnan(truth.scores)
    if answers.p_good is None or answers.called is None or not known.any():
        return {}
    weights, good = weights[:, known], truth.good[known].astype(float)
    p, called = answers.p_good[known], answers.called[known].astype(float)
    error = calibration_errors(p, good, weights)
    return {
        "accuracy": weights @ ((p >= 0.5) == good) / weights.sum(axis=1),
        "balanced_accuracy": balanced_accuracy(called, good, weights),
        "roc_auc": roc_auc(p, good, weights),
        "average_precision": average_precision(p, good, weights),
        "brier": brier(p, good, weights),
        "ece": error,
        "ece_beyond_chance": error - error_by_chance(p, weights),
    }


def score_figures(answers: Answers, truth: Truth, weights: np.ndarray) -> Figures:
    """Figures of the expected score, in points where not of ranks; empty where nothing is said or known."""
    known = ~np.isnan(truth.scores)
    if answers.expected is None or not known.any():
        return {}
    weights, scores, expected = weights[:, known], truth.scores[known], answers.expected[known]
    total = weights.sum(axis=1)
    return {
        # A sum's last digits would give ranks to posters of which the same is said.
        "spearman": spearman(expected.round(9), scores, weights),
        "mae": weights @ np.abs(expected - scores) / total,
        "rmse": np.sqrt(weights @ (expected - scores) ** 2 / total),
    }


def balanced_accuracy(called: np.ndarray, good: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): mean of the shares of good films called good and of others not; NaN with one class only."""
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = weights @ (called * good) / (weights @ good)
        specificity = weights @ ((1 - called) * (1 - good)) / (weights @ (1 - good))
    return np.asarray((recall + specificity) / 2)


def _micro_roc_auc(probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Over all pairs of a poster and a genre, of which a few draws at a time stay in the processor's cache."""
    parts = np.array_split(weights, -(-len(weights) // PAIRED_DRAWS))
    pairs = (np.repeat(part, truth.shape[1], axis=1) for part in parts)
    return np.concatenate([roc_auc(probabilities.ravel(), truth.ravel(), part) for part in pairs])


def _mean_over_genres(values: np.ndarray) -> np.ndarray:
    """A draw in which a rare genre does not occur is the mean of the others; NaN where none occurs."""
    there = ~np.isnan(values)
    sums, counts = np.where(there, values, 0.0).sum(axis=1), there.sum(axis=1)
    return np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)
