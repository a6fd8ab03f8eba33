"""Scores as truth for a head: soft over the bins, or one class of several; and what each poster weighs."""

import keras
import numpy as np

from model_engine.training.recipe import ScoreTargets
from models.scores import BIN_EDGES


def score_targets(scores: np.ndarray, targets: ScoreTargets) -> np.ndarray:
    """(N, 20) float32: the share of a Gaussian around each score that falls into each bin, rows summing to 1.

    All zero where the score is NaN.
    """
    known = ~np.isnan(scores)
    edges = (np.asarray(BIN_EDGES)[np.newaxis] - np.where(known, scores, 5.0)[:, np.newaxis]) / targets.spread
    below = 0.5 * (1.0 + keras.ops.convert_to_numpy(keras.ops.erf(edges / np.sqrt(2.0))))
    shares = np.diff(below.astype(np.float64), axis=1)
    return (shares / shares.sum(axis=1, keepdims=True) * known[:, np.newaxis]).astype(np.float32)


def class_shares(scores: np.ndarray, cuts: tuple[float, ...]) -> np.ndarray:
    """(N, classes) float32: 1 in the class between the cuts, ascending; all zero where the score is NaN."""
    known = ~np.isnan(scores)
    classes = np.searchsorted(np.asarray(cuts), scores, side="right")
    return ((classes[:, np.newaxis] == np.arange(len(cuts) + 1)) & known[:, np.newaxis]).astype(np.float32)


def vote_weights(votes: np.ndarray, targets: ScoreTargets) -> np.ndarray:
    """(N,) float32, mean 1: v / (v + half_weight_votes), since a score from few votes is mostly noise.

    All 1 where no votes are known.
    """
    if targets.half_weight_votes <= 0 or not votes.any():
        return np.ones(len(votes), np.float32)
    weights = votes / (votes + targets.half_weight_votes)
    return (weights / max(weights.mean(), 1e-9)).astype(np.float32)
