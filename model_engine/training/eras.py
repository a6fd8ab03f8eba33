"""How a version does on films of different times: a poster of 1935 looks like no poster of 2015."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.answers import Answers, Truth, calibrated
from model_engine.evaluation.draws import once
from model_engine.evaluation.figures import genre_figures, verdict_figures

ERAS: Final = ((0, 1950), (1950, 1970), (1970, 1990), (1990, 2005), (2005, 3000))
"""Years, the last one of each left out: about as long as posters keep a manner."""

LEAST_OF_GENRE: Final = 15
"""Posters that a genre needs in every era to be compared over them."""


class Era(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the posters of one stretch of years."""

    years: tuple[int, int]
    """The first one, and the first one of the next era."""
    posters: int
    macro_roc_auc: float | None
    """Over the genres that every era has enough of, the same ones everywhere; None where there are none."""
    hit_at_1: float | None
    constant_hit_at_1: float | None
    """Of the genre that most of the training posters have."""
    roc_auc: float | None
    """Of the verdict."""
    p_good: float | None
    """Mean probability of a good score."""
    good: float | None
    """Share of films that are good."""


def by_era(
    dataset: Dataset, split: str, calibration: Calibration, genre_logits: np.ndarray, score_logits: np.ndarray
) -> list[Era]:
    """Every era of which the split has posters; the logits hold every row of the data set."""
    rows = dataset.rows(split)
    good_at = calibration.score.threshold
    years = dataset.years[rows]
    spans = [np.flatnonzero((years >= first) & (years < end)) for first, end in ERAS]
    enough = np.all([dataset.genres[rows][span].sum(axis=0) >= LEAST_OF_GENRE for span in spans if len(span)], axis=0)
    truth = Truth.of(dataset, rows, enough, good_at)
    answers = calibrated(genre_logits[rows], score_logits[rows], calibration)
    commonest = int(dataset.genres[dataset.rows("train")].sum(axis=0).argmax())
    pairs = zip(ERAS, spans, strict=True)
    return [_era(years, answers.at(span), truth.at(span), commonest) for years, span in pairs if len(span)]


def _era(years: tuple[int, int], answers: Answers, truth: Truth, commonest: int) -> Era:
    known, scored = truth.genres.any(axis=1), ~np.isnan(truth.scores)
    weights = once(len(known))
    figures = genre_figures(answers, truth, weights) | verdict_figures(answers, truth, weights)
    assert answers.genres is not None
    assert answers.p_good is not None
    likeliest = answers.genres[known].argmax(axis=1)
    hits = truth.genres[known][np.arange(known.sum()), likeliest]
    return Era(
        years=years,
        posters=len(known),
        macro_roc_auc=_number(figures.get("macro_roc_auc", [])),
        hit_at_1=_number([hits.mean()] if known.any() else []),
        constant_hit_at_1=_number([truth.genres[known][:, commonest].mean()] if known.any() else []),
        roc_auc=_number(figures.get("roc_auc", [])),
        p_good=_number([answers.p_good[scored].mean()] if scored.any() else []),
        good=_number([truth.good[scored].mean()] if scored.any() else []),
    )


def _number(values: Sequence[float] | np.ndarray) -> float | None:
    return None if len(values) == 0 or np.isnan(values[0]) else round(float(values[0]), 4)
