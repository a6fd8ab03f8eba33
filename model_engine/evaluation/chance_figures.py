"""Whether probabilities are what comes of them: Brier score, calibration error, and what chance alone makes of it.

Posters of which the same is said share their truth evenly between the bins that they lie in, so that the order of the
posters does not matter: a constant answer errs by its distance from the mean, and no more.
"""

from typing import Final

import numpy as np

from model_engine.evaluation.draws import once

BINS: Final = 15
"""Of equal mass, after https://arxiv.org/abs/1706.04599."""

SIMULATIONS: Final = 200
"""Data sets drawn from the predictions themselves; their mean error is known to a fourteenth of its spread."""


def brier(probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(draws,): mean squared difference of probability and outcome."""
    return np.asarray(weights @ (probabilities - truth) ** 2 / weights.sum(axis=1))


def reliability(probabilities: np.ndarray, truth: np.ndarray, bins: int = BINS) -> list[tuple[float, float, float]]:
    """Per bin of equal mass: mean probability said, share that was so, share of all posters; a bin a poster at most."""
    said, so, mass = _binned(probabilities, truth, once(len(truth)), bins)
    return list(zip(said[0] / mass, so[0] / mass, mass / len(truth), strict=True))


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error (ECE) of the posters as they are."""
    return float(calibration_errors(probabilities, truth, once(len(truth)), bins)[0])


def calibration_errors(
    probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray, bins: int = BINS
) -> np.ndarray:
    """(draws,): the mean gap between what was said and what was so, over bins of equal mass.

    Args:
        probabilities: (N,).
        truth: (N,), 0 or 1; or (draws, N), another in each draw.
        weights: (draws, N).
        bins: at most one a poster.
    """
    said, so, _ = _binned(probabilities, truth, weights, bins)
    return np.asarray(np.abs(said - so).sum(axis=1) / weights.sum(axis=1))


def error_by_chance(
    probabilities: np.ndarray, weights: np.ndarray, seed: int = 0, simulations: int = SIMULATIONS
) -> float:
    """Mean ECE of outcomes drawn from the probabilities: what perfectly calibrated ones show on so many posters.

    A draw holds posters twice and more, so that chance shows more in it than in the posters as they are: outcomes are
    drawn per poster, and counted in the draws of `weights`.
    """
    drawing = np.random.default_rng(seed)
    outcomes = drawing.random((simulations, len(probabilities))) < probabilities
    draws = weights[np.arange(simulations) % len(weights)]
    return float(calibration_errors(probabilities, outcomes, draws).mean())


def _binned(
    probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray, bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums of what was said and of what was so, each (draws, bins), and the posters of each bin (bins,)."""
    order = np.argsort(probabilities, kind="stable")
    starts = np.flatnonzero(np.diff(probabilities[order], prepend=np.nan) != 0)
    mass = np.array([len(part) for part in np.array_split(order, min(bins, len(order)))], np.float64)
    edges = np.concatenate([[0.0], np.cumsum(mass)])
    drawn, so = weights[:, order], np.broadcast_to(truth, weights.shape)[:, order]
    reached, *sums = (
        np.pad(np.cumsum(np.add.reduceat(part, starts, axis=1), axis=1), ((0, 0), (1, 0)))
        for part in (drawn, drawn * probabilities[order], drawn * so)
    )
    said, right = (
        # Posters that were left out before the draws are counted leave draws of different sizes.
        np.array([np.diff(np.interp(edges * x[-1] / edges[-1], x, y)) for x, y in zip(reached, column, strict=True)])
        for column in sums
    )
    return said, right, mass
