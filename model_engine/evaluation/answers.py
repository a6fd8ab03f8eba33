"""What somebody says of N posters, be it a version of the model or a baseline; and what is so."""

from dataclasses import dataclass, replace

import numpy as np

from model_engine.calibration import Calibration, ScoreCalibration
from model_engine.datasets.dataset import Dataset
from models.scores import BIN_CENTRES


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Row i of every array is one poster's. None where nothing is said of genres, or of scores."""

    genres: np.ndarray | None = None
    """(N, 24), probability of each genre."""
    said: np.ndarray | None = None
    """(N, 24) bool, the genres that are named: the likely ones, by thresholds from the validation split."""
    p_good: np.ndarray | None = None
    """(N,), probability that the film is good."""
    called: np.ndarray | None = None
    """(N,) bool, whether it is called good, by a threshold from the validation split."""
    expected: np.ndarray | None = None
    """(N,), expected score, in points."""

    def at(self, rows: np.ndarray) -> "Answers":
        """Of these posters alone: row numbers, or (N,) bool."""
        return Answers(**{name: None if column is None else column[rows] for name, column in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Of the same N posters."""

    genres: np.ndarray
    """(N, 24) float32; a row of zeros where the genres are not known."""
    scores: np.ndarray
    """(N,), NaN where the score is not known."""
    judged: np.ndarray
    """(24,) bool, the genres that macro figures are about."""
    good_at: float
    """Score from which a film is good."""

    @classmethod
    def of(cls, dataset: Dataset, rows: np.ndarray, judged: np.ndarray, good_at: float) -> "Truth":
        """What the table says of these rows."""
        return cls(genres=dataset.genres[rows], scores=dataset.scores[rows], judged=judged, good_at=good_at)

    def at(self, rows: np.ndarray) -> "Truth":
        """Of these posters alone: row numbers, or (N,) bool."""
        return replace(self, genres=self.genres[rows], scores=self.scores[rows])

    @property
    def good(self) -> np.ndarray:
        """(N,) bool; False also where the score is not known."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.scores >= self.good_at)


def calibrated(genre_logits: np.ndarray, score_logits: np.ndarray, calibration: Calibration) -> Answers:
    """What a version says, from its raw outputs (N, 24) and (N, 20)."""
    genres = calibration.genres.probabilities(genre_logits)
    p_good, expected = chances(score_logits, calibration.score)
    return Answers(
        genres=genres,
        said=genres >= np.asarray(calibration.genres.thresholds),
        p_good=p_good,
        called=p_good >= calibration.score.call_good_at,
        expected=expected,
    )


def chances(score_logits: np.ndarray, calibration: ScoreCalibration) -> tuple[np.ndarray, np.ndarray]:
    """(N,) probability of a good score, and (N,) expected score, of raw outputs (N, 20)."""
    distributions = calibration.distributions(score_logits)
    return calibration.chance_of_good(distributions), distributions @ np.asarray(BIN_CENTRES)
