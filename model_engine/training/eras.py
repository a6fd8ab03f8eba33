"""How a version does on films of different times: a poster of 1935 looks like no poster of 2015."""

from typing import Final

import msgspec
import numpy as np

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import Dataset
from model_engine.evaluation import naming
from model_engine.evaluation.answers import Answers, Truth, calibrated
from model_engine.evaluation.draws import bootstrap
from model_engine.evaluation.estimating import estimates
from model_engine.evaluation.figures import Figures, genre_figures, verdict_figures
from model_engine.evaluation.results import Estimate, learnt
from models.genres import GENRES

ERAS: Final = ((0, 1970), (1970, 1990), (1990, 2000), (2000, 2010), (2010, 3000))
"""Years, the last one of each left out: decades, of which the early ones, with few posters each, are taken together."""

LEAST_OF_ERA: Final = 50
"""Posters that an era needs: figures of fewer, and their intervals, say nothing."""

LEAST_OF_GENRE: Final = 10
"""Posters with a genre, and without it, that every era needs for the genre to be compared over them."""

ERA_DRAWS: Final = 400
"""Bootstrap samples behind each era's intervals."""


class Era(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the posters of one stretch of years; of what the version did not learn there are none."""

    years: tuple[int, int]
    """The first one, and the first one of the next era."""
    posters: int
    figures: dict[str, Estimate]
    """`macro_roc_auc` over the compared genres; `hit_at_1` beside the baseline `constant`, the genre that most of the
    training posters have; `roc_auc` of the verdict; `p_good`, its mean probability, `good`, the share of films that
    are good, and `excess`, the one less the other."""


class ByEra(msgspec.Struct, frozen=True, kw_only=True):
    """Every era of which a split has enough posters."""

    genres: tuple[str, ...]
    """The compared ones: those that every era has enough of, the same ones everywhere."""
    left_out: int
    """Posters without a year, or of an era that has too few."""
    eras: tuple[Era, ...]


def by_era(
    dataset: Dataset,
    split: str,
    calibration: Calibration,
    genre_logits: np.ndarray,
    score_logits: np.ndarray,
    judged: tuple[str, ...],
    task: str,
) -> ByEra:
    """Figures of the films of different times.

    Args:
        dataset: with years.
        split: whose posters are measured.
        calibration: of the version.
        genre_logits: (N, 24) of every row of the data set.
        score_logits: (N, 20), likewise.
        judged: genres that may be compared.
        task: what the version was trained for.
    """
    rows = dataset.rows(split)
    years, labels = dataset.years[rows], dataset.genres[rows]
    spans = {era: np.flatnonzero((years >= era[0]) & (years < era[1])) for era in ERAS}
    spans = {era: span for era, span in spans.items() if len(span) >= LEAST_OF_ERA}
    compared = np.array([genre in judged for genre in GENRES])
    for span in spans.values():
        posters = labels[span].sum(axis=0)
        compared &= (posters >= LEAST_OF_GENRE) & (len(span) - posters >= LEAST_OF_GENRE)
    truth = Truth.of(dataset, rows, compared, calibration.score.threshold)
    answers = calibrated(genre_logits[rows], score_logits[rows], calibration)
    shares = dataset.genres[dataset.rows("train")].mean(axis=0)
    return ByEra(
        genres=tuple(genre for genre, there in zip(GENRES, compared, strict=True) if there and spans),
        left_out=len(rows) - sum(map(len, spans.values())),
        eras=tuple(
            Era(years=era, posters=len(span), figures=_figures(answers.at(span), truth.at(span), shares, task))
            for era, span in spans.items()
        ),
    )


def _figures(answers: Answers, truth: Truth, shares: np.ndarray, task: str) -> dict[str, Estimate]:
    found: dict[str, Estimate] = {}
    known, scored = truth.genres.any(axis=1), ~np.isnan(truth.scores)
    if learnt(task, "genres") and known.sum() >= LEAST_OF_ERA:
        tiled = np.tile(shares, (int(known.sum()), 1))
        constant = Answers(genres=tiled, said=np.zeros_like(tiled, bool))
        weights = bootstrap(int(known.sum()), ERA_DRAWS)
        found |= estimates(_of_genres, answers.at(known), {"constant": constant}, truth.at(known), weights)
    if learnt(task, "verdict") and scored.sum() >= LEAST_OF_ERA:
        weights = bootstrap(int(scored.sum()), ERA_DRAWS)
        found |= estimates(_of_verdict, answers.at(scored), {}, truth.at(scored), weights)
    return found


def _of_genres(answers: Answers, truth: Truth, weights: np.ndarray) -> Figures:
    assert answers.genres is not None
    figures = genre_figures(answers, truth, weights)
    hits = naming.hit_at(1, answers.genres, truth.genres, weights)
    return {**({"macro_roc_auc": figures["macro_roc_auc"]} if figures else {}), "hit_at_1": hits}


def _of_verdict(answers: Answers, truth: Truth, weights: np.ndarray) -> Figures:
    assert answers.p_good is not None
    total = weights.sum(axis=1)
    p_good, good = weights @ answers.p_good / total, weights @ truth.good / total
    figures = verdict_figures(answers, truth, weights)
    return {"roc_auc": figures["roc_auc"], "p_good": p_good, "good": good, "excess": p_good - good}
