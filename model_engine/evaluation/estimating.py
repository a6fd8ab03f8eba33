"""Figures with their intervals, beside those of the baselines."""

import functools
from collections.abc import Callable
from typing import Final

import numpy as np

from model_engine.evaluation.answers import Answers, Truth
from model_engine.evaluation.draws import interval, once
from model_engine.evaluation.figures import Figures
from model_engine.evaluation.naming import f1_by_genre
from model_engine.evaluation.ranking import average_precision, over_genres, roc_auc
from model_engine.evaluation.results import Estimate, GenreEstimates
from models.genres import GENRES

COMPARED_DRAWS: Final = 250
"""Draws in which baselines are measured as well: enough to tell who is ahead."""

AT_ONCE: Final = 100
"""Draws that are counted at a time: bounds memory at some hundred megabytes."""


def estimates(
    part: Callable[[Answers, Truth, np.ndarray], Figures],
    answers: Answers,
    others: dict[str, Answers],
    truth: Truth,
    weights: np.ndarray,
) -> dict[str, Estimate]:
    """Every figure of a part with its interval, and beside what each baseline reaches in it."""
    single = once(weights.shape[1])
    values = part(answers, truth, single)
    if not values:
        return {}
    drawn = _in_portions(functools.partial(part, answers, truth), weights)
    few = weights[:COMPARED_DRAWS]
    beside = {other: part(said, truth, single) for other, said in others.items()}
    rivals = {
        other: _in_portions(functools.partial(part, others[other], truth), few) for other in beside if beside[other]
    }
    return {
        name: _estimate(
            value,
            drawn[name],
            {other: (beside[other][name], rivals[other][name]) for other in rivals},
        )
        for name, value in values.items()
    }


def _in_portions(figures: Callable[[np.ndarray], Figures], weights: np.ndarray) -> Figures:
    parts = [figures(weights[start : start + AT_ONCE]) for start in range(0, len(weights), AT_ONCE)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _estimate(value: np.ndarray, drawn: np.ndarray, rivals: dict[str, tuple[np.ndarray, np.ndarray]]) -> Estimate:
    """One figure and its draws beside those of baselines."""
    low, high = interval(float(value[0]), drawn)
    there = {name: rival for name, rival in rivals.items() if not np.isnan(rival[0][0] + value[0])}
    return Estimate(
        value=_or_none(float(value[0])),
        low=_or_none(low),
        high=_or_none(high),
        baselines={name: float(own[0]) for name, (own, _) in there.items()},
        leads={
            name: lead
            for name, (own, others) in there.items()
            if not np.isnan(lead := interval(float(value[0] - own[0]), drawn[: len(others)] - others)).any()
        },
    )


def by_genre(answers: Answers, truth: Truth, weights: np.ndarray) -> tuple[GenreEstimates, ...]:
    """Every genre that a poster has, the most common first."""
    known = truth.genres.any(axis=1)
    if answers.genres is None or answers.said is None or not known.any():
        return ()
    p, said, y = answers.genres[known], answers.said[known], truth.genres[known]
    weights, single = weights[:, known], once(len(y))
    figures = {
        "roc_auc": lambda some: over_genres(roc_auc, p, y, some),
        "average_precision": lambda some: over_genres(average_precision, p, y, some),
        "f1": lambda some: f1_by_genre(said, y, some),
    }
    drawn = _in_portions(lambda some: {name: figure(some) for name, figure in figures.items()}, weights)
    values = {name: figure(single) for name, figure in figures.items()}
    order = [column for column in np.argsort(-y.sum(axis=0), kind="stable") if y[:, column].any()]
    return tuple(
        GenreEstimates(
            genre=GENRES[column],
            support=int(y[:, column].sum()),
            judged=bool(truth.judged[column]),
            said=int(said[:, column].sum()),
            **{name: _estimate(values[name][:, column], drawn[name][:, column], {}) for name in figures},
        )
        for column in order
    )


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
