"""How raw outputs become probabilities: Platt scaling of genres and verdict, temperature and bias of the score, cuts.

Pure numpy on stored numbers; fitting them is `training.calibrating`'s job.
"""

import msgspec
import numpy as np

from models.scores import BIN_EDGES, BIN_WIDTH, CLASS_CUTS, GOOD_AT


class GenreCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """Per genre: p = sigmoid(scale * logit + bias) (Platt, 1999)."""

    scale: tuple[float, ...]
    bias: tuple[float, ...]
    thresholds: tuple[float, ...]
    """Probability from which a genre counts as said: the best expected F1 on the validation split."""

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (N, genres), float64, of raw logits (N, genres)."""
        z = np.asarray(logits, np.float64) * np.asarray(self.scale) + np.asarray(self.bias)
        # Beyond +-60 a sigmoid is 0 or 1 in float64, and exp must not overflow.
        return 1.0 / (1.0 + np.exp(-np.clip(z, -60.0, 60.0)))


class ScoreCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """Distribution = softmax(logits / temperature + bias); temperature after https://arxiv.org/abs/1706.04599."""

    temperature: float
    bias: tuple[float, ...]
    """One per bin."""
    threshold: float = GOOD_AT
    """Score from which a film counts as good, in points."""
    cuts: tuple[float, ...] = CLASS_CUTS
    """Scores at which the next class begins, in points."""
    good_scale: float = 1.0
    """Of the log odds of P(good) as the two above have it (Platt, 1999): what fits twenty bins need not fit the one cut
    that the verdict is made at. Bins on either side of the cut keep their shares of what is there. This is exact where
    the cut lies between two bins, as 7.0 does; where it halves one, that bin goes half the way."""
    good_bias: float = 0.0
    """Added to the scaled log odds."""
    call_good_at: float = 0.5
    """P(good) that best parts good from not good on the validation split (balanced accuracy)."""

    def distributions(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated distributions (N, bins), float64, each row summing to 1, of raw logits (N, bins)."""
        z = np.asarray(logits, np.float64) / self.temperature + np.asarray(self.bias)
        plain = _softmax(z)
        if (self.good_scale, self.good_bias) == (1.0, 0.0):
            return plain
        tilt = (self.good_scale - 1.0) * log_odds(self.chance_of_good(plain)) + self.good_bias
        return _softmax(z + tilt[:, np.newaxis] * self._above())

    def chance_of_good(self, distributions: np.ndarray) -> np.ndarray:
        """P(score >= threshold), (N,), of (N, bins); as `models.scores.probability_at_least` has it of each row."""
        return np.asarray(distributions @ self._above())

    def _above(self) -> np.ndarray:
        """(bins,): the share of each bin that lies above the threshold."""
        return np.clip((np.asarray(BIN_EDGES[1:]) - self.threshold) / BIN_WIDTH, 0.0, 1.0)


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """`calibration.json`."""

    genres: GenreCalibration
    score: ScoreCalibration

    def fits(self, genres: int, bins: int) -> bool:
        """Whether it holds one number per genre and per bin, and a temperature that can be divided by."""
        per_genre = (self.genres.scale, self.genres.bias, self.genres.thresholds)
        lengths = all(len(numbers) == genres for numbers in per_genre) and len(self.score.bias) == bins
        return lengths and self.score.temperature > 0


def log_odds(chance: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)), finite for every p of 0 to 1."""
    p = np.clip(chance, 1e-9, 1.0 - 1e-9)
    return np.log(p / (1.0 - p))


def _softmax(z: np.ndarray) -> np.ndarray:
    weights = np.exp(z - z.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)
