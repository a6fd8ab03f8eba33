"""The figures of good or bad, and of the score: functions of how often each poster counts, see `bootstrap`."""

import numpy as np

from model_engine.evaluation.bootstrap import Measured
from model_engine.evaluation.predictions import ScorePredictions
from model_engine.evaluation.ranking import average_precision, roc_auc, spearman


class VerdictMeasure:
    """Whether films are good: their score is at least the cut."""

    def __init__(self, said: ScorePredictions, good: np.ndarray) -> None:
        """Takes predictions of N posters and (N,) bool."""
        self._p = said.p_good
        self._good = good.astype(bool)
        self._called = said.p_good >= said.call_good_at

    def __call__(self, counts: np.ndarray) -> Measured:
        """Figures (samples,); NaN where a sample lacks a class that the figure needs.

        `accuracy` is of the likelier answer, as projects publish it; `balanced_accuracy` of the call.
        """
        total = counts.sum(axis=1)
        likelier = (self._p >= 0.5) == self._good
        with np.errstate(invalid="ignore"):
            recall = counts @ (self._called & self._good) / (counts @ self._good)
            specificity = counts @ (~self._called & ~self._good) / (counts @ ~self._good)
        return {
            "accuracy": counts @ likelier / total,
            "balanced_accuracy": (recall + specificity) / 2,
            "roc_auc": roc_auc(self._p, self._good, counts),
            "average_precision": average_precision(self._p, self._good, counts),
            "brier": counts @ (self._p - self._good) ** 2 / total,
        }


class ScoreMeasure:
    """How near the expected score is to IMDb's."""

    def __init__(self, said: ScorePredictions, scores: np.ndarray) -> None:
        """Takes predictions of N posters and their scores (N,), none of them missing."""
        # A float's last digits would give ranks to posters of which the same is said.
        self._expected = said.expected.round(9)
        self._scores = scores

    def __call__(self, counts: np.ndarray) -> Measured:
        """Figures (samples,); MAE and RMSE in points."""
        error = self._expected - self._scores
        total = counts.sum(axis=1)
        return {
            "spearman": spearman(self._expected, self._scores, counts),
            "mae": counts @ np.abs(error) / total,
            "rmse": np.sqrt(counts @ error**2 / total),
        }
