"""Champion against challenger on the same posters: figures with 95 % paired bootstrap intervals of their change.

Both are measured on the very same drawn posters, so that what is hard about them cancels out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from model_engine.calibration import Calibration
from model_engine.evaluation.answers import Answers, calibrated
from model_engine.evaluation.chance_figures import calibration_errors
from model_engine.evaluation.draws import bootstrap, interval, once
from model_engine.evaluation.figures import balanced_accuracy
from model_engine.evaluation.ranking import average_precision, over_genres, roc_auc, spearman
from model_engine.learning.examples import Examples
from model_engine.versions import Heads
from models.genres import GENRES
from models.run_reports import Figure

DRAWS: Final = 500
"""The ends of a 95 % interval lie 12 draws inside: enough to look at; what the gate decides by is drawn far oftener."""

NUMBERS_AT_ONCE: Final = 500_000
"""Weights of draws that are counted at a time: more leave the processor's cache."""

POOLED_DRAWS: Final = 200
"""Draws for what counts every pair of a poster and a genre."""

LOG_LOSS: Final = "log loss a poster"
GENRE_CALIBRATION: Final = "genres, calibration error"
VERDICT_CALIBRATION: Final = "verdict, calibration error"

Measure = Callable[[Answers, np.ndarray], np.ndarray]
"""(draws,) of what somebody says of N posters, and weights (draws, N)."""


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What champion and challenger say of the same N posters, and what is so."""

    before: Answers
    after: Answers
    losses_before: np.ndarray
    """(N,) in nats, of the champion."""
    losses_after: np.ndarray
    truth: Examples
    judged: np.ndarray
    """(24,) bool, genres that count."""
    good_at: float
    """Score from which a film is good."""


def said_by(heads: Heads, calibration: Calibration, features: np.ndarray) -> Answers:
    """What a version with these heads says of N posters, by their features (N, width)."""
    return calibrated(
        features @ heads.genre_kernel + heads.genre_bias, features @ heads.score_kernel + heads.score_bias, calibration
    )


def compare(sides: Sides) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    """Figures of all posters, and ROC-AUC genre by genre; what cannot be measured is left out."""
    if not len(sides.truth):
        return (), ()
    weights = bootstrap(len(sides.truth), DRAWS)
    of_genres, genres = _of_genres(sides, weights)
    found = [*_losses(sides, weights), *of_genres, *_of_scores(sides, weights)]
    return _existing(found), _existing(genres)


def _losses(sides: Sides, weights: np.ndarray) -> Iterator[Figure]:
    counted = sides.losses_before + sides.losses_after > 0
    if counted.any():
        losses = sides.losses_before[counted], sides.losses_after[counted]
        before, after = (lambda some, own=own: some @ own / some.sum(axis=1) for own in losses)
        yield _figure(LOG_LOSS, before, after, weights[:, counted], int(counted.sum()), more_is_better=False)


def _of_genres(sides: Sides, weights: np.ndarray) -> tuple[list[Figure], list[Figure]]:
    """Figures of all judged genres together, and the ROC-AUC of each."""
    known, usable = _known_genres(sides)
    if not usable.any():
        return [], []
    truth, weights = sides.truth.genres[known][:, usable], weights[:, known]
    both = [answers.genres[known][:, usable] for answers in (sides.before, sides.after) if answers.genres is not None]
    areas, precisions = (
        [_by_genre(figure, p, truth, weights) for p in both] for figure in (roc_auc, average_precision)
    )

    def error(p: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        return lambda some: calibration_errors(p.ravel(), truth.ravel(), np.repeat(some, truth.shape[1], axis=1))

    count, few = int(known.sum()), weights[:POOLED_DRAWS]
    together = [
        _from_draws("genres, macro ROC-AUC", *map(_mean_over_genres, areas), posters=count),
        _from_draws("genres, mean average precision", *map(_mean_over_genres, precisions), posters=count),
        _figure(GENRE_CALIBRATION, *map(error, both), few, count, more_is_better=False, width=truth.shape[1]),
    ]
    each = [
        _from_draws(GENRES[genre], areas[0][:, column], areas[1][:, column], posters=int(truth[:, column].sum()))
        for column, genre in enumerate(np.flatnonzero(usable))
    ]
    return together, each


def _by_genre(figure: Callable[..., np.ndarray], p: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(1 + draws, genres): of the posters as they are, then of each draw."""
    parts = _portions(np.concatenate([once(weights.shape[1]), weights]))
    return np.concatenate([over_genres(figure, p, truth, part) for part in parts])


def _of_scores(sides: Sides, weights: np.ndarray) -> Iterator[Figure]:
    known = sides.truth.score_weights > 0
    if not known.any():
        return
    scores, weights, count = sides.truth.scores[known].astype(np.float64), weights[:, known], int(known.sum())
    good = (scores >= sides.good_at).astype(float)
    measures: tuple[tuple[str, Measure, bool], ...] = (
        ("verdict, ROC-AUC", lambda said, some: roc_auc(said.p_good, good, some), True),
        ("verdict, balanced accuracy", lambda said, some: balanced_accuracy(1.0 * said.called, good, some), True),
        ("score, Spearman", lambda said, some: spearman(said.expected.round(9), scores, some), True),
        (VERDICT_CALIBRATION, lambda said, some: calibration_errors(said.p_good, good, some), False),
    )
    both = sides.before.at(known), sides.after.at(known)
    for name, measure, more in measures:
        before, after = ((lambda some, said=said, own=measure: own(said, some)) for said in both)
        yield _figure(name, before, after, weights, count, more_is_better=more)


def _known_genres(sides: Sides) -> tuple[np.ndarray, np.ndarray]:
    """(N,) posters whose genres are known, and (24,) judged genres that some of them have and some have not."""
    known = sides.truth.genre_weights > 0
    truth = sides.truth.genres[known]
    both = truth.any(axis=0) & ~truth.all(axis=0) if len(truth) else np.zeros(len(GENRES), bool)
    return known, sides.judged & both


def _figure(
    name: str,
    before: Callable[[np.ndarray], np.ndarray],
    after: Callable[[np.ndarray], np.ndarray],
    weights: np.ndarray,
    posters: int,
    *,
    more_is_better: bool = True,
    width: int = 1,
) -> Figure:
    """A figure of both, each a function of weights (draws, N); `width` numbers are counted a poster."""
    parts = list(_portions(np.concatenate([once(weights.shape[1]), weights]), width))
    both = (np.concatenate([figure(part) for part in parts]) for figure in (before, after))
    return _from_draws(name, *both, posters=posters, more_is_better=more_is_better)


def _from_draws(
    name: str, before: np.ndarray, after: np.ndarray, *, posters: int, more_is_better: bool = True
) -> Figure:
    """A figure of both, from (1 + draws,) values of each: of the posters as they are, then of each draw."""
    values = float(before[0]), float(after[0])
    low, high = interval(values[1] - values[0], after[1:] - before[1:])
    return Figure(
        name=name,
        before=values[0],
        after=values[1],
        change_low=low,
        change_high=high,
        more_is_better=more_is_better,
        posters=posters,
    )


def _existing(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(one for one in figures if not np.isnan([one.before, one.after, one.change_low, one.change_high]).any())


def _portions(weights: np.ndarray, width: int = 1) -> Iterator[np.ndarray]:
    at_once = max(1, NUMBERS_AT_ONCE // max(1, width * weights.shape[1]))
    return (weights[start : start + at_once] for start in range(0, len(weights), at_once))


def _mean_over_genres(values: np.ndarray) -> np.ndarray:
    """(draws,) of (draws, genres); a draw in which a rare genre does not occur is the mean of the others."""
    there = ~np.isnan(values)
    sums, counts = np.where(there, values, 0.0).sum(axis=1), there.sum(axis=1)
    return np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)
