"""How a version does on films of different times: a poster of 1935 looks like no poster of 2015."""

from typing import Final

import msgspec
import numpy as np

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.answers import Answers, Truth, calibrated
from model_engine.evaluation.draws import bootstrap
from model_engine.evaluation.estimating import estimates
from model_engine.evaluation.figures import genre_figures, verdict_figures
from model_engine.evaluation.results import Estimate
from models.genres import GENRES

ERAS: Final = ((0, 1970), (1970, 1990), (1990, 2005), (2005, 3000))
"""Years, the last one of each left out: about as long as posters keep a manner, and enough of them to measure by."""

LEAST_OF_GENRE: Final = 10
"""Posters that a genre needs in every era to be compared over them."""

ERA_DRAWS: Final = 400
"""Bootstrap samples behind each era's intervals."""

NOTHING: Final = Estimate(value=None, low=None, high=None)


class Era(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the posters of one stretch of years."""

    years: tuple[int, int]
    """The first one, and the first one of the next era."""
    posters: int
    macro_roc_auc: Estimate
    """Over the compared genres."""
    hit_at_1: Estimate
    constant_hit_at_1: float | None
    """Of the genre that most of the training posters have."""
    roc_auc: Estimate
    """Of the verdict."""
    p_good: float | None
    """Mean probability of a good score."""
    good: float | None
    """Share of films that are good."""


class ByEra(msgspec.Struct, frozen=True, kw_only=True):
    """Every era of which a split has posters."""

    genres: tuple[str, ...]
    """The compared ones: those that every era has enough of, the same ones everywhere."""
    unknown: int
    """Posters whose film's year is not known; they are in no era."""
    eras: tuple[Era, ...]


def by_era(
    dataset: Dataset, split: str, calibration: Calibration, genre_logits: np.ndarray, score_logits: np.ndarray
) -> ByEra:
    """Figures of the films of different times; the logits hold every row of the data set."""
    rows = dataset.rows(split)
    years = dataset.years[rows]
    spans = [np.flatnonzero((years >= first) & (years < end)) for first, end in ERAS]
    there = [dataset.genres[rows][span].sum(axis=0) for span in spans if len(span)]
    enough = np.min(there, axis=0) >= LEAST_OF_GENRE if there else np.zeros(len(GENRES), bool)
    truth = Truth.of(dataset, rows, enough, calibration.score.threshold)
    answers = calibrated(genre_logits[rows], score_logits[rows], calibration)
    commonest = int(dataset.genres[dataset.rows("train")].sum(axis=0).argmax())
    pairs = zip(ERAS, spans, strict=True)
    return ByEra(
        genres=tuple(genre for genre, compared in zip(GENRES, enough, strict=True) if compared),
        unknown=int(np.isnan(years).sum()),
        eras=tuple(_era(years, answers.at(span), truth.at(span), commonest) for years, span in pairs if len(span)),
    )


def _era(years: tuple[int, int], answers: Answers, truth: Truth, commonest: int) -> Era:
    known, scored = truth.genres.any(axis=1), ~np.isnan(truth.scores)
    weights = bootstrap(len(known), ERA_DRAWS)
    genres = estimates(genre_figures, answers, {}, truth, weights)
    verdict = estimates(verdict_figures, answers, {}, truth, weights)
    p_good = answers.p_good
    assert p_good is not None
    return Era(
        years=years,
        posters=len(known),
        macro_roc_auc=genres.get("macro_roc_auc", NOTHING),
        hit_at_1=genres.get("hit_at_1", NOTHING),
        constant_hit_at_1=float(truth.genres[known][:, commonest].mean()) if known.any() else None,
        roc_auc=verdict.get("roc_auc", NOTHING),
        p_good=float(p_good[scored].mean()) if scored.any() else None,
        good=float(truth.good[scored].mean()) if scored.any() else None,
    )
