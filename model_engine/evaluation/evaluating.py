"""Evaluates a version on a split: every figure with its interval, beside the baselines on the same posters."""

from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.answers import Answers, Truth, calibrated, chances
from model_engine.evaluation.baselines import baselines
from model_engine.evaluation.draws import DRAWS, bootstrap, interval, once
from model_engine.evaluation.figures import (
    Figures,
    genre_figures,
    score_figures,
    verdict_figures,
)
from model_engine.evaluation.naming import f1_by_genre
from model_engine.evaluation.outputs import Outputs
from model_engine.evaluation.plots import draw_all
from model_engine.evaluation.ranking import average_precision, over_genres, roc_auc
from model_engine.versions import Version
from models.genres import GENRES

AT_ONCE: Final = 100
"""Draws that are counted at a time: bounds memory at some hundred megabytes."""

PARTS: Final[dict[str, Callable[[Answers, Truth, np.ndarray], Figures]]] = {
    "genres": genre_figures,
    "verdict": verdict_figures,
    "score": score_figures,
}


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its 95 % interval; None where it does not exist, such as without any film of a class."""

    value: float | None
    low: float | None
    high: float | None
    baselines: dict[str, float] = {}
    """The same figure of each baseline that says something of it."""


class GenreEstimates(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one genre."""

    genre: str
    support: int
    """Posters of the split that have it."""
    judged: bool
    roc_auc: Estimate
    average_precision: Estimate
    f1: Estimate
    said: int
    """Posters of which the version named it."""


class VerdictCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The confusion matrix of good and not good, and what the classification report makes of it."""

    good_called_good: int
    good_called_bad: int
    bad_called_good: int
    bad_called_bad: int

    @property
    def report(self) -> dict[str, tuple[float, float, float, int]]:
        """Precision, recall, F1 and support of `good` and of `not good`; 0 where a share of nothing would be told."""
        good = _report(self.good_called_good, self.bad_called_good, self.good_called_bad)
        bad = _report(self.bad_called_bad, self.good_called_bad, self.bad_called_good)
        return {"good": good, "not good": bad}


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All that one version's evaluation on one split found."""

    version: str
    task: str
    dataset: str
    """The data set's hash."""
    split: str
    posters: int
    good_at: float
    parts: dict[str, dict[str, Estimate]]
    """`genres`, `verdict` and `score`; a part is empty where nothing is known of it."""
    genres: tuple[GenreEstimates, ...]
    """The most common first."""
    verdict: VerdictCounts | None
    accuracy: dict[str, dict[str, float]]
    """By split (train, validation): label-wise accuracy of `genres`, and accuracy of the `verdict`."""


def evaluate(version: Version, dataset: Dataset, outputs: Outputs, split: str, draws: int = DRAWS) -> Evaluation:
    """All figures of a version on a split.

    Args:
        version: whose calibration and thresholds count.
        dataset: with training and validation splits, from which the baselines learn.
        outputs: the version's, of every row of the data set.
        split: of `dataset`.
        draws: of the bootstrap.

    Raises:
        DatasetError: the split has no poster, or none of which genres or a score are known.
    """
    rows = dataset.rows(split)
    truth = truth_for(version, dataset, rows)
    good_at, judged = truth.good_at, truth.judged
    if not len(rows) or not (truth.genres.any() or (~np.isnan(truth.scores)).any()):
        raise DatasetError(f"The split {split} has no poster whose genres or score are known.")
    answers = said_of(version.calibration, outputs, rows)
    weights = bootstrap(len(rows), draws)
    others = baselines(dataset, rows, outputs.features, good_at)
    return Evaluation(
        version=version.name,
        task=version.labels.task,
        dataset=dataset.name,
        split=split,
        posters=len(rows),
        good_at=good_at,
        parts={name: _estimates(part, answers, others, truth, weights) for name, part in PARTS.items()},
        genres=_by_genre(answers, truth, judged, weights),
        verdict=_counts(answers, truth),
        accuracy={name: accuracies(version, dataset, outputs, name) for name in ("train", "validation")},
    )


def said_of(calibration: Calibration, outputs: Outputs, rows: np.ndarray) -> Answers:
    """What a version says of some rows."""
    return calibrated(outputs.genre_logits[rows], outputs.score_logits[rows], calibration)


def uncalibrated(outputs: Outputs, rows: np.ndarray, good_at: float) -> Answers:
    """What its raw outputs would say, for the plot of reliability before and after."""
    count, bins = outputs.genre_logits.shape[1], outputs.score_logits.shape[1]
    genres = GenreCalibration(scale=(1.0,) * count, bias=(0.0,) * count, thresholds=())
    score = ScoreCalibration(temperature=1.0, bias=(0.0,) * bins, threshold=good_at)
    p_good, expected = chances(outputs.score_logits[rows], score)
    return Answers(genres=genres.probabilities(outputs.genre_logits[rows]), p_good=p_good, expected=expected)


def plots_of(version: Version, dataset: Dataset, outputs: Outputs, split: str) -> dict[str, MatplotlibFigure]:
    """The pictures of a version on a split, by name."""
    rows = dataset.rows(split)
    truth = truth_for(version, dataset, rows)
    return draw_all(said_of(version.calibration, outputs, rows), uncalibrated(outputs, rows, truth.good_at), truth)


def truth_for(version: Version, dataset: Dataset, rows: np.ndarray) -> Truth:
    """What is so of some rows, as far as the version judges it."""
    judged = np.array([genre in version.labels.judged for genre in GENRES])
    return Truth.of(dataset, rows, judged, version.calibration.score.threshold)


def accuracies(version: Version, dataset: Dataset, outputs: Outputs, split: str) -> dict[str, float]:
    """Label-wise accuracy of the judged genres, and accuracy of the verdict, on a split; of what is known there."""
    rows = dataset.rows(split)
    truth = truth_for(version, dataset, rows)
    judged = truth.judged
    answers = said_of(version.calibration, outputs, rows)
    found: dict[str, float] = {}
    known = truth.genres.any(axis=1)
    if known.any() and judged.any():
        assert answers.genres is not None
        right = (answers.genres >= 0.5) == truth.genres.astype(bool)
        found["genres"] = float(right[known][:, judged].mean())
    if figures := verdict_figures(answers, truth, once(len(rows))):
        found["verdict"] = float(figures["accuracy"][0])
    return found


def _estimates(
    part: Callable[[Answers, Truth, np.ndarray], Figures],
    answers: Answers,
    others: dict[str, Answers],
    truth: Truth,
    weights: np.ndarray,
) -> dict[str, Estimate]:
    single = once(weights.shape[1])
    values = part(answers, truth, single)
    if not values:
        return {}
    drawn = _in_portions(lambda some: part(answers, truth, some), weights)
    beside = {name: part(other, truth, single) for name, other in others.items()}
    return {
        name: _estimate(value, drawn[name], {other: found[name] for other, found in beside.items() if name in found})
        for name, value in values.items()
    }


def _in_portions(figures: Callable[[np.ndarray], Figures], weights: np.ndarray) -> Figures:
    parts = [figures(weights[start : start + AT_ONCE]) for start in range(0, len(weights), AT_ONCE)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _estimate(value: np.ndarray, drawn: np.ndarray, beside: dict[str, np.ndarray]) -> Estimate:
    low, high = interval(float(value[0]), drawn)
    return Estimate(
        value=_or_none(float(value[0])),
        low=_or_none(low),
        high=_or_none(high),
        baselines={name: float(other[0]) for name, other in beside.items() if not np.isnan(other[0])},
    )


def _by_genre(answers: Answers, truth: Truth, judged: np.ndarray, weights: np.ndarray) -> tuple[GenreEstimates, ...]:
    if answers.genres is None or answers.said is None:
        return ()
    p, said, y, single = answers.genres, answers.said, truth.genres, once(len(truth.genres))
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
            judged=bool(judged[column]),
            said=int(said[:, column].sum()),
            **{name: _estimate(values[name][:, column], drawn[name][:, column], {}) for name in figures},
        )
        for column in order
    )


def _counts(answers: Answers, truth: Truth) -> VerdictCounts | None:
    known = ~np.isnan(truth.scores)
    if answers.called is None or not known.any():
        return None
    called, good = answers.called[known], truth.good[known]
    return VerdictCounts(
        good_called_good=int((called & good).sum()),
        good_called_bad=int((~called & good).sum()),
        bad_called_good=int((called & ~good).sum()),
        bad_called_bad=int((~called & ~good).sum()),
    )


def _report(right: int, too_many: int, missed: int) -> tuple[float, float, float, int]:
    precision = right / (right + too_many) if right + too_many else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * right / (2 * right + too_many + missed) if right else 0.0
    return precision, recall, f1, right + missed


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
