"""Fits a version's calibration, on the validation split and nothing else."""

from typing import Final

import msgspec
import numpy as np
from scipy.optimize import minimize

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration, log_odds
from model_engine.evaluation.thresholds import best_balanced_threshold, best_f1_threshold
from models.scores import GOOD_AT, bin_of

PLATT_PRIOR: Final = 1.0
"""How strongly scale 1 and bias 0 are held to, in nats per squared unit: decides only where posters are few. Four
fifths of the starter's validation posters foretold the last fifth about as well with 0.3 (log loss a poster 4.775,
macro F1 0.3696, 150 draws), and worse with 4 (4.786, 0.3688; with 1: 4.777, 0.3698)."""

BIN_SHIFT_PRIOR: Final = 4.0
"""The same for the score's shift per bin, of which the outer ones have almost no posters."""


MOST_LOG_SHARPNESS: Final = 3.0
"""The score's temperature lies between 1/20 and 20, about."""


def fit_calibration(
    genre_logits: np.ndarray,
    score_logits: np.ndarray,
    genres: np.ndarray,
    scores: np.ndarray,
    *,
    good_at: float = GOOD_AT,
) -> Calibration:
    """The calibration that fits these held-out posters.

    Args:
        genre_logits: (N, 24), raw.
        score_logits: (N, 20), raw.
        genres: (N, 24), 1 where the film has the genre.
        scores: (N,), IMDb scores; NaN where none is known.
        good_at: score from which a film counts as good.
    """
    known = ~np.isnan(scores)
    return Calibration(
        genres=fit_genres(genre_logits.astype(np.float64), genres.astype(np.float64)),
        score=fit_score(score_logits[known].astype(np.float64), scores[known], good_at),
    )


def fit_genres(logits: np.ndarray, truth: np.ndarray) -> GenreCalibration:
    """Platt scaling per genre, shrunk towards no change, and the thresholds with the best F1."""
    lines = [platt(logits[:, i], truth[:, i]) for i in range(logits.shape[1])]
    scaled = GenreCalibration(
        scale=tuple(scale for scale, _ in lines), bias=tuple(bias for _, bias in lines), thresholds=()
    )
    probabilities = scaled.probabilities(logits)
    thresholds = tuple(best_f1_threshold(probabilities[:, i]) for i in range(logits.shape[1]))
    return GenreCalibration(scale=scaled.scale, bias=scaled.bias, thresholds=thresholds)


def platt(logits: np.ndarray, truth: np.ndarray, prior: float = PLATT_PRIOR) -> tuple[float, float]:
    """Scale and bias that make sigmoid(scale * logit + bias) fit, in the sense of a maximum a posteriori."""

    def cost(line: np.ndarray) -> tuple[float, np.ndarray]:
        z = line[0] * logits + line[1]
        # Beyond that exp overflows, and the sigmoid is 0 or 1 long before.
        error = 1.0 / (1.0 + np.exp(-np.clip(z, -700.0, 700.0))) - truth
        shrink = np.array([line[0] - 1.0, line[1]])
        value = np.sum(np.logaddexp(0.0, z) - truth * z) + prior * np.sum(shrink**2)
        return float(value), np.array([error @ logits, error.sum()]) + 2.0 * prior * shrink

    line = minimize(cost, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 10), (-10, 10)]).x
    return round(float(line[0]), 6), round(float(line[1]), 6)


def fit_score(logits: np.ndarray, scores: np.ndarray, good_at: float = GOOD_AT) -> ScoreCalibration:
    """Temperature and bias by likelihood, Platt scaling of P(good), and the P(good) that best parts good from not.

    The temperature stretches what sets one poster apart, not the mean over posters: distribution =
    softmax((logits - mean) / temperature + mean + shift), and the shift per bin is shrunk towards none. Without a
    single score nothing is changed.
    """
    if not len(scores):
        return ScoreCalibration(temperature=1.0, bias=(0.0,) * logits.shape[1], threshold=good_at)
    bins = np.array([bin_of(float(score)) for score in scores])
    mean = logits.mean(axis=0)
    start = np.zeros(1 + logits.shape[1])
    known = (logits - mean, mean, bins)
    found = minimize(_score_cost, start, args=known, jac=True, method="L-BFGS-B").x
    if abs(found[0]) > MOST_LOG_SHARPNESS:
        # A few posters that are told apart without a mistake, or without a clue, would have it without end.
        bounds = [(-MOST_LOG_SHARPNESS, MOST_LOG_SHARPNESS), *[(None, None)] * logits.shape[1]]
        found = minimize(_score_cost, start, args=known, jac=True, method="L-BFGS-B", bounds=bounds).x
    sharpness, shift = float(np.exp(found[0])), found[1:]
    bias = mean * (1.0 - sharpness) + shift
    fitted = ScoreCalibration(
        temperature=round(1.0 / sharpness, 6),
        bias=tuple(round(float(value), 6) for value in bias),
        threshold=good_at,
    )
    plain = fitted.chance_of_good(fitted.distributions(logits))
    scale, shift_of_good = platt(log_odds(plain), (scores >= good_at).astype(np.float64))
    fitted = msgspec.structs.replace(fitted, good_scale=scale, good_bias=shift_of_good)
    p_good = fitted.chance_of_good(fitted.distributions(logits))
    return msgspec.structs.replace(fitted, call_good_at=best_balanced_threshold(scores, p_good, good_at))


def _score_cost(
    parameters: np.ndarray, deviations: np.ndarray, mean: np.ndarray, bins: np.ndarray
) -> tuple[float, np.ndarray]:
    """Negative log posterior and its gradient; parameters are log(1 / temperature) and the shifts."""
    # A step of the search may be far out, where exp overflows.
    sharpness, shift = np.exp(np.clip(parameters[0], -50.0, 50.0)), parameters[1:]
    z = deviations * sharpness + mean + shift
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows = np.arange(len(bins))
    error = np.exp(log_p)
    error[rows, bins] -= 1.0
    value = -log_p[rows, bins].sum() + BIN_SHIFT_PRIOR * np.sum(shift**2)
    slope = np.concatenate([[np.sum(error * deviations) * sharpness], error.sum(axis=0)])
    slope[1:] += 2.0 * BIN_SHIFT_PRIOR * shift
    return float(value), slope
