"""What a version, or a baseline, says of the posters of a split: all that the figures are measured from."""

from dataclasses import dataclass

import numpy as np

from model_engine.calibration import Calibration
from models.scores import BIN_CENTRES, BIN_EDGES, BIN_WIDTH


@dataclass(frozen=True, kw_only=True)
class GenrePredictions:
    """Of N posters and 24 genres."""

    probabilities: np.ndarray
    """(N, 24), 0 to 1."""
    thresholds: np.ndarray
    """(24,): the probability from which a genre is said."""


@dataclass(frozen=True, kw_only=True)
class ScorePredictions:
    """Of N posters."""

    expected: np.ndarray
    """(N,), the expected score, 0 to 10."""
    p_good: np.ndarray
    """(N,), the chance that the score is at least the cut between good and bad."""
    call_good_at: float
    """The chance from which a film is called good: it parts both classes best on the validation split."""


def genre_predictions(calibration: Calibration, logits: np.ndarray) -> GenrePredictions:
    """Of raw logits (N, 24)."""
    thresholds = np.asarray(calibration.genres.thresholds)
    return GenrePredictions(probabilities=calibration.genres.probabilities(logits), thresholds=thresholds)


def score_predictions(calibration: Calibration, logits: np.ndarray) -> ScorePredictions:
    """Of raw logits (N, 20)."""
    distributions = calibration.score.distributions(logits)
    return ScorePredictions(
        expected=distributions @ np.asarray(BIN_CENTRES),
        p_good=distributions @ share_above(calibration.score.threshold),
        call_good_at=calibration.score.call_good_at,
    )


def share_above(cut: float) -> np.ndarray:
    """(20,): the share of each bin of scores that lies at the cut or above; see `models.scores`."""
    return np.clip((np.asarray(BIN_EDGES[1:]) - cut) / BIN_WIDTH, 0.0, 1.0)
