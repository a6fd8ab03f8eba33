"""Which posters would teach a version most, were they corrected: what `bench.learning` found worth asking about.

The expected squared length of the heads' gradient (Settles 2008, "expected model change",
https://burrsettles.com/pub/settles.activelearning.pdf), in units of each feature's spread. Of linear heads it is
the features' squared length times the variance of the answers.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from model_engine.versions import Version
from models.genres import GENRES

ASKED: Final = 0.1
"""Share of posters like those that the version remembers that are asked about."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Tells the posters that are worth a question."""

    mean: np.ndarray
    """(width,), of the remembered features."""
    spread: np.ndarray
    judged: np.ndarray
    """(24,) bool, genres that count."""
    least: float = np.inf
    """Expected gradient from which a poster is asked about."""

    @classmethod
    def of(cls, version: Version) -> Self | None:
        """The version's; None where it remembers no posters to compare with.

        Raises:
            VersionError: `unreadable`.
        """
        if (known := version.rehearsal()) is None:
            return None
        heads, calibration = version.heads(), version.calibration
        judged = np.isin(GENRES, version.labels.judged)
        asking = cls(mean=known.mean(axis=0), spread=known.std(axis=0) + 1e-3, judged=judged)
        genres = calibration.genres.probabilities(known @ heads.genre_kernel + heads.genre_bias)
        bins = calibration.score.distributions(known @ heads.score_kernel + heads.score_bias)
        least = float(np.quantile(asking.expected_gradient(known, genres, bins), 1.0 - ASKED))
        return cls(mean=asking.mean, spread=asking.spread, judged=judged, least=least)

    def expected_gradient(self, features: np.ndarray, genres: np.ndarray, bins: np.ndarray) -> np.ndarray:
        """(N,) of features (N, width) and calibrated probabilities (N, 24) and (N, 20)."""
        variance = (genres * (1.0 - genres))[:, self.judged].sum(axis=1) + (bins * (1.0 - bins)).sum(axis=1)
        scaled = (features - self.mean) / self.spread
        return np.asarray(variance * (1.0 + (scaled**2).sum(axis=1)))

    def worth_asking(self, features: np.ndarray, genres: np.ndarray, bins: np.ndarray) -> np.ndarray:
        """(N,) bool, arguments as above."""
        return np.asarray(self.expected_gradient(features, genres, bins) >= self.least)
