"""The figures of `metrics.json`: what a version reaches on a split, and what a constant answer reaches there."""

from typing import Final

import numpy as np

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import MANY_VOTES, Dataset
from model_engine.evaluation import naming
from model_engine.evaluation.answers import Answers, Truth, calibrated
from model_engine.evaluation.chance_figures import calibration_error
from model_engine.evaluation.draws import bootstrap, once
from model_engine.evaluation.estimating import by_genre
from model_engine.evaluation.figures import genre_figures, score_figures, usable_genres, verdict_figures
from model_engine.evaluation.results import GenreEstimates
from models.genres import GENRES
from models.scores import GOOD_AT

Figures = dict[str, float]

GENRE_DRAWS: Final = 400
"""Bootstrap samples behind each genre's interval."""


def evaluate(
    dataset: Dataset,
    split: str,
    calibration: Calibration,
    genre_logits: np.ndarray,
    score_logits: np.ndarray,
    judged: tuple[str, ...],
) -> dict[str, dict[str, Figures]]:
    """Figures of the calibrated model on a split, beside those of the training split's constant answer.

    Its F1 is that of saying the commonest genres of every poster, as many as are best on the validation split.
    The logits hold every row of the data set. Scores are told for all posters and for those with many votes. Of what
    the data set does not know there are no figures.
    """
    rows = dataset.rows(split)
    good_at = calibration.score.threshold
    truth = Truth.of(dataset, rows, np.array([genre in judged for genre in GENRES]), good_at)
    said = {
        "model": calibrated(genre_logits[rows], score_logits[rows], calibration),
        "constant": constant_answers(dataset, len(rows), good_at, calibration.score.call_good_at),
    }
    many = dataset.votes[rows] >= MANY_VOTES
    figures = {
        name: {
            "genres": _of_genres(answers, truth),
            "score": _of_scores(answers, truth),
            "score_many_votes": _of_scores(answers.at(many), truth.at(many)),
        }
        for name, answers in said.items()
    }
    if "macro_f1" in figures["constant"]["genres"]:
        figures["constant"]["genres"] |= _constant_f1(dataset, rows, truth.judged)
    return figures


def _constant_f1(dataset: Dataset, rows: np.ndarray, judged: np.ndarray) -> Figures:
    """Each F1 of the best constant answer, which says as many of the commonest genres as validation posters want."""
    commonest = np.argsort(-np.where(judged, dataset.genres[dataset.rows("train")].mean(axis=0), -1.0), kind="stable")

    def f1(rows: np.ndarray, count: int) -> Figures:
        truth = Truth.of(dataset, rows, judged, GOOD_AT)
        known, usable = truth.genres.any(axis=1), usable_genres(truth)
        if not known.any() or not usable.any():
            return {}
        labels = truth.genres[known][:, usable]
        said = np.tile(np.isin(np.flatnonzero(usable), commonest[:count]), (len(labels), 1))
        return _plain(naming.f1_figures(said, labels, once(len(labels))))

    held = [f1(dataset.rows("validation"), count) for count in range(1, int(judged.sum()) + 1)]
    best = {name: 1 + int(np.argmax([figures[name] for figures in held])) for name in held[0]}
    return {name: f1(rows, count)[name] for name, count in best.items()}


def constant_answers(dataset: Dataset, count: int, good_at: float, call_good_at: float) -> Answers:
    """The training split's shares, for each of `count` posters; said are the genres that at least half of them have."""
    train = dataset.rows("train")
    genres = np.tile(dataset.genres[train].mean(axis=0, dtype=np.float64), (count, 1))
    scores = dataset.scores[train][~np.isnan(dataset.scores[train])]
    if not len(scores):
        return Answers(genres=genres, said=genres >= 0.5)
    # To the half point, as the model's own answer is.
    expected = np.clip(np.floor(scores * 2) / 2 + 0.25, None, 9.75).mean()
    p_good = np.full(count, (scores >= good_at).mean())
    return Answers(
        genres=genres,
        said=genres >= 0.5,
        p_good=p_good,
        called=p_good >= call_good_at,
        expected=np.full(count, expected),
    )


def genre_by_genre(
    dataset: Dataset, split: str, calibration: Calibration, genre_logits: np.ndarray, judged: tuple[str, ...]
) -> tuple[GenreEstimates, ...]:
    """Every genre's figures with their 95 % intervals, the most common first; `genre_logits` as in `evaluate`."""
    rows = dataset.rows(split)
    truth = Truth.of(dataset, rows, np.array([genre in judged for genre in GENRES]), calibration.score.threshold)
    p = calibration.genres.probabilities(genre_logits[rows])
    answers = Answers(genres=p, said=p >= np.asarray(calibration.genres.thresholds))
    return by_genre(answers, truth, bootstrap(len(rows), GENRE_DRAWS))


def balanced_test_accuracy(called: np.ndarray, good: np.ndarray) -> float:
    """Accuracy on all films of the smaller class and as many of the larger, drawn evenly through the split."""
    small, large = sorted((np.flatnonzero(good), np.flatnonzero(~good)), key=len)
    drawn = large[np.linspace(0, len(large) - 1, len(small)).round().astype(int)]
    rows = np.concatenate([small, drawn])
    return float((called[rows] == good[rows]).mean()) if len(rows) else float("nan")


def _of_genres(answers: Answers, truth: Truth) -> Figures:
    usable, known = usable_genres(truth), truth.genres.any(axis=1)
    figures = _plain(genre_figures(answers, truth, once(len(known))))
    if figures and answers.genres is not None:
        p, y = answers.genres[known], truth.genres[known]
        errors = [calibration_error(p[:, i], y[:, i]) for i in np.flatnonzero(usable)]
        figures["ece_mean_over_genres"] = float(np.mean(errors))
    return {**figures, "genres": float(usable.sum()), "n": float(known.sum())}


def _of_scores(answers: Answers, truth: Truth) -> Figures:
    known = ~np.isnan(truth.scores)
    weights = once(len(known))
    figures = _plain(verdict_figures(answers, truth, weights)) | _plain(score_figures(answers, truth, weights))
    if figures and answers.called is not None:
        good = truth.good[known]
        figures["balanced_test_accuracy"] = balanced_test_accuracy(answers.called[known], good)
        figures["good_share"] = float(good.mean())
    if figures and answers.p_good is not None:
        figures["p_good_mean"] = float(answers.p_good[known].mean())
    return {**figures, "n": float(known.sum())}


def _plain(figures: dict[str, np.ndarray]) -> Figures:
    return {name: float(values[0]) for name, values in figures.items()}
