"""How wrong heads are, poster by poster: what the gate compares."""

from typing import Final

import numpy as np

from model_engine.calibration import Calibration
from model_engine.learning.examples import Examples
from model_engine.versions import Heads

LEAST: Final = 1e-6
"""A probability of 0 would make one poster decide everything."""


def answers(heads: Heads, calibration: Calibration, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated genres (N, 24) and distributions over the score's bins (N, 20), of features (N, width)."""
    genres = calibration.genres.probabilities(features @ heads.genre_kernel + heads.genre_bias)
    return genres, calibration.score.distributions(features @ heads.score_kernel + heads.score_bias)


def poster_losses(heads: Heads, calibration: Calibration, examples: Examples, judged: np.ndarray) -> np.ndarray:
    """(N,) log loss of each poster, in nats: of the judged genres and of the score's bins, where either is known.

    Arguments as of `part_losses`.
    """
    return np.asarray(part_losses(heads, calibration, examples, judged).sum(axis=1))


def part_losses(heads: Heads, calibration: Calibration, examples: Examples, judged: np.ndarray) -> np.ndarray:
    """(N, 2) log losses of each poster, in nats, of the judged genres and of the score's bins; 0 where not known.

    Args:
        heads: which are asked.
        calibration: of their version.
        examples: N posters.
        judged: (24,) bool, genres that count.
    """
    genres, bins = answers(heads, calibration, examples.features)
    by_genre = genre_losses(genres, examples.genres)[:, judged].sum(axis=1)
    by_score = -(examples.score_shares * np.log(np.clip(bins, LEAST, 1.0))).sum(axis=1)
    return np.column_stack([by_genre * (examples.genre_weights > 0), by_score * (examples.score_weights > 0)])


def genre_losses(genres: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(N, 24) log losses, in nats, of probabilities (N, 24) where `truth` (N, 24) is 1 or 0."""
    genres = np.clip(genres, LEAST, 1.0 - LEAST)
    return np.asarray(-(truth * np.log(genres) + (1.0 - truth) * np.log(1.0 - genres)))
