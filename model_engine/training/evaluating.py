"""The figures of a version: what it reaches on a split, and what a constant answer reaches there."""

from typing import Final

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import MANY_VOTES, Dataset
from models.scores import BIN_CENTRES, GOOD_AT

CALIBRATION_BINS: Final = 15
"""Bins of equal mass in which calibration error is measured, after https://arxiv.org/abs/1706.04599."""

Figures = dict[str, float]


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error: mean gap between what was said and what was so, over bins of equal mass."""
    gaps = [abs(said - so) * share for said, so, share in reliability(probabilities, truth, bins)]
    return float(sum(gaps))


def reliability(
    probabilities: np.ndarray, truth: np.ndarray, bins: int = CALIBRATION_BINS
) -> list[tuple[float, float, float]]:
    """Per bin of equal mass: mean probability said, share that was so, share of all posters."""
    order = np.argsort(probabilities, kind="stable")
    return [
        (float(probabilities[part].mean()), float(truth[part].mean()), len(part) / len(order))
        for part in np.array_split(order, bins)
        if len(part)
    ]


def genre_figures(probabilities: np.ndarray, thresholds: np.ndarray, truth: np.ndarray, judged: np.ndarray) -> Figures:
    """Figures over the judged genres that occur in the split; hit@k over all 24."""
    usable = judged & truth.any(axis=0) & ~truth.all(axis=0)
    p, y, said = (
        probabilities[:, usable],
        truth[:, usable].astype(int),
        (probabilities >= thresholds)[:, usable],
    )
    ranked = np.argsort(-probabilities, axis=1, kind="stable")
    hits = np.take_along_axis(truth, ranked, axis=1)
    per_genre = [calibration_error(p[:, i], y[:, i]) for i in range(p.shape[1])]
    return {
        "macro_roc_auc": float(np.mean([roc_auc_score(y[:, i], p[:, i]) for i in range(p.shape[1])])),
        "mean_average_precision": float(
            np.mean([average_precision_score(y[:, i], p[:, i]) for i in range(p.shape[1])])
        ),
        "macro_f1": float(f1_score(y, said, average="macro", zero_division=0)),
        "micro_f1": float(f1_score(y, said, average="micro", zero_division=0)),
        "samples_f1": float(f1_score(y, said, average="samples", zero_division=0)),
        "hit_at_1": float(hits[:, 0].mean()),
        "hit_at_3": float(hits[:, :3].max(axis=1).mean()),
        "ece_mean_over_genres": float(np.mean(per_genre)),
        "genres": float(p.shape[1]),
        "n": float(len(p)),
    }


def score_figures(distributions: np.ndarray, call_good_at: float, scores: np.ndarray) -> Figures:
    """Figures of the score and of the verdict score >= 7."""
    centres = np.asarray(BIN_CENTRES)
    expected = distributions @ centres
    p_good = distributions[:, centres >= GOOD_AT].sum(axis=1)
    good, called = scores >= GOOD_AT, p_good >= call_good_at
    recall, specificity = float(called[good].mean()), float((~called[~good]).mean())
    moving = bool(np.ptp(expected) > 1e-9)
    return {
        "roc_auc": float(roc_auc_score(good, p_good)),
        "balanced_accuracy": (recall + specificity) / 2,
        "balanced_test_accuracy": balanced_test_accuracy(called, good),
        "ece": calibration_error(p_good, good),
        "brier": float(np.mean((p_good - good) ** 2)),
        "spearman": float(spearmanr(expected, scores).statistic) if moving else 0.0,
        "rmse": float(np.sqrt(np.mean((expected - scores) ** 2))),
        "good_share": float(good.mean()),
        "n": float(len(scores)),
    }


def balanced_test_accuracy(called: np.ndarray, good: np.ndarray) -> float:
    """Accuracy on all films of the smaller class and as many of the larger, drawn evenly through the split."""
    small, large = sorted((np.flatnonzero(good), np.flatnonzero(~good)), key=len)
    drawn = large[np.linspace(0, len(large) - 1, len(small)).round().astype(int)]
    rows = np.concatenate([small, drawn])
    return float((called[rows] == good[rows]).mean())


def evaluate(
    dataset: Dataset,
    split: str,
    calibration: Calibration,
    genre_logits: np.ndarray,
    score_logits: np.ndarray,
    least_support: int,
) -> dict[str, dict[str, Figures]]:
    """Figures of the calibrated model on a split, beside those of the training split's constant answer.

    The logits hold every row of the data set. Scores are told for all posters and for those with many votes.
    """
    rows = dataset.rows(split)
    judged = dataset.enough(least_support)
    thresholds = np.asarray(calibration.genres.thresholds)
    probabilities = calibration.genres.probabilities(genre_logits[rows])
    distributions = calibration.score.distributions(score_logits[rows])
    train = dataset.rows("train")
    rates = np.tile(dataset.genres[train].mean(axis=0), (len(rows), 1))
    prior = np.histogram(dataset.scores[train], bins=np.linspace(0, 10, 21))[0] / len(train)
    constant = np.tile(prior, (len(rows), 1))
    truth, scores, many = dataset.genres[rows], dataset.scores[rows], dataset.votes[rows] >= MANY_VOTES
    call = calibration.score.call_good_at
    return {
        "model": {
            "genres": genre_figures(probabilities, thresholds, truth, judged),
            "score": score_figures(distributions, call, scores),
            "score_many_votes": score_figures(distributions[many], call, scores[many]),
        },
        "constant": {
            # The constant answer says the genres that at least half of all films have.
            "genres": genre_figures(rates, np.full(len(judged), 0.5), truth, judged),
            "score": score_figures(constant, call, scores),
            "score_many_votes": score_figures(constant[many], call, scores[many]),
        },
    }


def per_genre_auc(probabilities: np.ndarray, truth: np.ndarray) -> list[float | None]:
    """ROC-AUC of every genre, None where a split has only one class."""
    return [
        round(float(roc_auc_score(truth[:, i], probabilities[:, i])), 4)
        if truth[:, i].any() and not truth[:, i].all()
        else None
        for i in range(truth.shape[1])
    ]
