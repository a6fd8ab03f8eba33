"""Evaluates a version on a split: every figure with its interval, beside the baselines on the same posters."""

from collections.abc import Callable
from typing import Final

import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure

from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.answers import Answers, Truth, calibrated, chances
from model_engine.evaluation.baselines import baselines
from model_engine.evaluation.draws import DRAWS, bootstrap, once
from model_engine.evaluation.estimating import by_genre, estimates
from model_engine.evaluation.figures import (
    Figures,
    genre_figures,
    score_figures,
    verdict_figures,
)
from model_engine.evaluation.gallery import Strip, strips
from model_engine.evaluation.outputs import Outputs
from model_engine.evaluation.plots import draw_all
from model_engine.evaluation.results import Evaluation, VerdictCounts, learnt
from model_engine.versions import Version
from models.genres import GENRES

PARTS: Final[dict[str, Callable[[Answers, Truth, np.ndarray], Figures]]] = {
    "genres": genre_figures,
    "verdict": verdict_figures,
    "score": score_figures,
}


def evaluate(version: Version, dataset: Dataset, outputs: Outputs, split: str, draws: int = DRAWS) -> Evaluation:
    """All figures of a version on a split.

    Args:
        version: whose calibration and thresholds count.
        dataset: from whose training and validation splits the baselines learn; without them there are none.
        outputs: the version's, of every row of the data set.
        split: of `dataset`.
        draws: of the bootstrap.

    Raises:
        DatasetError: the split has no poster, or none of which genres or a score are known.
    """
    require_labels(dataset, split)
    rows = dataset.rows(split)
    truth = truth_for(version, dataset, rows)
    good_at = truth.good_at
    answers = said_of(version.calibration, outputs, rows)
    weights = bootstrap(len(rows), draws)
    teaching = len(dataset.rows("train")) and len(dataset.rows("validation"))
    others = baselines(dataset, rows, outputs.features, good_at) if teaching else {}
    return Evaluation(
        version=version.name,
        task=version.labels.task,
        dataset=dataset.name,
        split=split,
        posters=len(rows),
        draws=draws,
        good_at=good_at,
        parts={name: estimates(part, answers, others, truth, weights) for name, part in PARTS.items()},
        genres=by_genre(answers, truth, weights),
        verdict=_counts(answers, truth),
        accuracy={name: accuracies(version, dataset, outputs, name) for name in ("train", "validation")},
    )


def require_labels(dataset: Dataset, split: str) -> None:
    """Refuses a split on which nothing can be measured.

    Raises:
        DatasetError: see `evaluate`.
    """
    rows = dataset.rows(split)
    if not (dataset.genres[rows].any() or (~np.isnan(dataset.scores[rows])).any()):
        raise DatasetError(f"The split {split} has no poster whose genres or score are known.")


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


def strips_of(version: Version, dataset: Dataset, outputs: Outputs, split: str) -> dict[str, list[Strip]]:
    """Posters of a split that show what a version sees, by part of the report; of what it learnt alone."""
    rows = dataset.rows(split)
    found = strips(dataset, rows, said_of(version.calibration, outputs, rows), truth_for(version, dataset, rows))
    return {part: some for part, some in found.items() if learnt(version.labels.task, part)}


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
