"""Which parts of a poster spoke for a genre or for the verdict: exact class-activation maps, in pure numpy.

Where both heads are linear on the mean of the feature map, the map of a linear weight vector averages to exactly that
vector's share of the logit (https://arxiv.org/abs/1512.04150). Networks that flatten their map have no such maps.
"""

import numpy as np

from model_engine.calibration import ScoreCalibration
from model_engine.runtimes.interface import RawOutputs
from model_engine.versions import Heads
from models.genres import GENRE_INDEX
from models.scores import BIN_CENTRES


def has_activation_maps(outputs: RawOutputs) -> bool:
    """Whether the network's features are the mean of its last map, as activation maps need."""
    means = outputs.feature_map.mean(axis=(1, 2))
    return means.shape == outputs.features.shape and bool(np.allclose(means, outputs.features, rtol=1e-3, atol=1e-4))


def class_activation_map(feature_map: np.ndarray, head_weights: np.ndarray) -> np.ndarray:
    """What each cell adds to the logit: (rows, columns), signed, float32; its mean is features @ head_weights.

    Only for networks that have such maps, see `has_activation_maps`: others may happen to have as many channels.

    Args:
        feature_map: (rows, columns, channels) of one poster.
        head_weights: (channels,), from `genre_weights` or `verdict_weights`.

    Raises:
        ValueError: the two do not have the same channels.
    """
    if feature_map.ndim != 3 or feature_map.shape[-1:] != head_weights.shape:
        raise ValueError(
            "Expected a map (rows, columns, channels) and weights (channels,). "
            f"Received: {feature_map.shape} and {head_weights.shape}"
        )
    return (feature_map.astype(np.float32) @ head_weights.astype(np.float32)).astype(np.float32)


def for_display(activation: np.ndarray) -> np.ndarray:
    """The part of a map that speaks for the class, scaled to 0..1; all zero where nothing speaks for it."""
    positive = np.maximum(np.nan_to_num(activation, posinf=0.0, neginf=0.0), 0.0)
    highest = float(positive.max(initial=0.0))
    # A poster without evidence has a zero map; dividing by it would show NaN, which looks like a full one.
    if highest <= 0.0:
        return np.zeros_like(positive)
    return positive / highest


def genre_weights(heads: Heads, genre: str) -> np.ndarray:
    """Weights (features,) of a genre's logit.

    Raises:
        ValueError: there is no such genre.
    """
    if genre not in GENRE_INDEX:
        raise ValueError(f"genre is one of models.genres.GENRES. Received: {genre!r}")
    return heads.genre_kernel[:, GENRE_INDEX[genre]]


def verdict_weights(heads: Heads, features: np.ndarray, calibration: ScoreCalibration) -> np.ndarray:
    """First-order weights (features,) of logit P(score >= threshold) at this poster's features.

    The verdict's logit is a difference of two log-sums over bins; its gradient weighs each bin's own weights by the
    share of that bin among the good ones, less the share of each other bin among the rest.
    """
    logits = features.astype(np.float64) @ heads.score_kernel + heads.score_bias
    distribution = calibration.distributions(logits[np.newaxis])[0]
    good = np.asarray(BIN_CENTRES) >= calibration.threshold
    tiny = np.finfo(np.float64).tiny
    among_good = np.where(good, distribution, 0.0) / max(float(distribution[good].sum()), tiny)
    among_rest = np.where(good, 0.0, distribution) / max(float(distribution[~good].sum()), tiny)
    slope = heads.score_kernel @ (among_good - among_rest) * calibration.good_scale / calibration.temperature
    return slope.astype(np.float32)
