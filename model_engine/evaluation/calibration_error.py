"""How far what is said is from what is so: reliability, and the expected calibration error beyond chance.

Bins of equal mass after https://arxiv.org/abs/1706.04599. Posters of which the same is said share their truth evenly
between the bins that they lie in, so that the order of the posters does not matter.
"""

from typing import Final

import numpy as np

from model_engine.evaluation.bootstrap import DRAWS, Figure, counts_of_samples, interval

BINS: Final = 15


def reliability(probabilities: np.ndarray, truth: np.ndarray, bins: int = BINS) -> np.ndarray:
    """(bins, 3): mean probability said, share that was so, share of all posters; `bins` at most one a poster.

    Args:
        probabilities: (N,), 0 to 1, N at least 1.
        truth: (N,), 0 or 1.
        bins: how many, of equal mass.
    """
    said, so, mass = _binned(probabilities, truth, np.ones((1, len(truth))), bins)
    return np.stack([said[0] / mass, so[0] / mass, mass / len(truth)], axis=1)


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, counts: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Expected calibration error (samples,): the mean gap between what was said and what was so.

    Args:
        probabilities: (N,), 0 to 1.
        truth: (N,), 0 or 1; or (samples, N), another for each sample.
        counts: (samples, N), how often each poster counts; every sample of N in all.
        bins: how many, of equal mass.
    """
    said, so, _ = _binned(probabilities, truth, counts, bins)
    return np.abs(said - so).sum(axis=1) / len(probabilities)


def error_by_chance(probabilities: np.ndarray, *, draws: int = DRAWS, seed: int = 0) -> float:
    """The mean calibration error that a calibrated model shows which says just this: its truth is drawn from it."""
    drawn = [
        calibration_error(probabilities, drawing_of(probabilities, len(ones), seed, part), ones)
        for part, ones in enumerate(map(np.ones_like, counts_of_samples(len(probabilities), draws=draws)))
    ]
    return float(np.concatenate(drawn).mean())


def error_beyond_chance(probabilities: np.ndarray, truth: np.ndarray, *, draws: int = DRAWS, seed: int = 0) -> Figure:
    """The calibration error less what a calibrated model would show by chance, with its interval.

    Redrawn samples hold posters twice and more, so that chance shows more in them; from them is taken off what it
    shows in redrawn samples of a calibrated model.
    """
    value = float(calibration_error(probabilities, truth, np.ones((1, len(truth))))[0])
    value -= error_by_chance(probabilities, draws=draws, seed=seed)
    errors, chances = [], []
    for part, counts in enumerate(counts_of_samples(len(truth), draws=draws, seed=seed)):
        errors.append(calibration_error(probabilities, truth, counts))
        drawn = drawing_of(probabilities, len(counts), seed, part)
        chances.append(calibration_error(probabilities, drawn, counts))
    return interval(value, np.concatenate(errors) - np.concatenate(chances).mean())


def drawing_of(probabilities: np.ndarray, samples: int, seed: int, part: int) -> np.ndarray:
    """(samples, N) of 0 and 1, drawn with these probabilities."""
    return np.random.default_rng([seed, part]).random((samples, len(probabilities))) < probabilities


def _binned(
    probabilities: np.ndarray, truth: np.ndarray, counts: np.ndarray, bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums of what was said and of what was so, each (samples, bins), and the posters of each bin (bins,)."""
    total = len(probabilities)
    order = np.argsort(probabilities, kind="stable")
    starts = np.flatnonzero(np.diff(probabilities[order], prepend=np.nan) != 0)
    mass = np.array([len(part) for part in np.array_split(order, min(bins, total))], np.float64)
    edges = np.concatenate([[0.0], np.cumsum(mass)])
    ordered, so = counts[:, order], np.broadcast_to(truth, counts.shape)[:, order]
    columns = [
        np.cumsum(np.add.reduceat(part, starts, axis=1), axis=1)
        for part in (ordered, ordered * probabilities[order], ordered * so)
    ]
    reach, said, right = (np.pad(column, ((0, 0), (1, 0))) for column in columns)
    sums = [
        np.stack([np.diff(np.interp(edges, x, y)) for x, y in zip(reach, column, strict=True)])
        for column in (said, right)
    ]
    return sums[0], sums[1], mass
