"""How raw outputs become probabilities: per-genre Platt scaling, temperature and bias for the score, cuts.

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
    call_good_at: float = 0.5
    """P(good) that best parts good from not good on the validation split (balanced accuracy)."""

    def distributions(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated distributions (N, bins), float64, each row summing to 1, of raw logits (N, bins)."""
        z = np.asarray(logits, np.float64) / self.temperature + np.asarray(self.bias)
        z -= z.max(axis=1, keepdims=True)
        weights = np.exp(z)
        return weights / weights.sum(axis=1, keepdims=True)

    def chance_of_good(self, distributions: np.ndarray) -> np.ndarray:
        """P(score >= threshold), (N,), of (N, bins); as `models.scores.probability_at_least` has it of each row."""
        above = np.clip((np.asarray(BIN_EDGES[1:]) - self.threshold) / BIN_WIDTH, 0.0, 1.0)
        return np.asarray(distributions @ above)


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """`calibration.json`."""

    genres: GenreCalibration
    score: ScoreCalibration

    def fits(self, genres: int, bins: int) -> bool:
        """Whether it holds one number per genre and per bin, and a temperature that can be divided by."""
        per_genre = (self.genres.scale, self.genres.bias, self.genres.thresholds)
        lengths = all(len(numbers) == genres for numbers in per_genre) and len(self.score.bias) == bins
        return lengths and self.score.temperature > 0
