"""What knows little: the constant prior, the decade, the nearest posters, the film's true genres.

Each learns on the training split, takes its thresholds from the validation split, and answers the split in question.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.answers import Answers
from model_engine.evaluation.thresholds import best_balanced_threshold, best_f1_threshold

DECADE_PRIOR: Final = 20.0
"""Posters that a decade's shares are shrunk by towards all posters' shares."""

NEIGHBOURS: Final = 50
"""Nearest training posters, by cosine of the version's features, whose shares are the answer."""

Said = Callable[[np.ndarray], tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]]
"""From row numbers to probabilities of genres, probability of a good score, expected score."""


def baselines(dataset: Dataset, rows: np.ndarray, features: np.ndarray, good_at: float) -> dict[str, Answers]:
    """Answers of each baseline for `rows`.

    Args:
        dataset: with training and validation splits.
        rows: row numbers to answer.
        features: (N, width), the version's, of every row of the data set.
        good_at: score from which a film is good.

    Returns:
        By name: `constant`, `decade`, `neighbours`; `true genres`, which says nothing of genres. Without any known
        score in training no baseline speaks of scores, and `true genres` is left out.
    """
    said: dict[str, Said] = {
        "constant": _constant(dataset, good_at),
        "decade": _decade(dataset, good_at),
        "neighbours": _neighbours(dataset, features, good_at),
    }
    if _scored(dataset, "train", good_at) is not None:
        said["true genres"] = _true_genres(dataset, good_at)
    return {name: _answers(dataset, rows, one, good_at) for name, one in said.items()}


def _answers(dataset: Dataset, rows: np.ndarray, said: Said, good_at: float) -> Answers:
    held = dataset.rows("validation")
    genres, p_good, expected = said(rows)
    held_genres, held_good, _ = said(held)
    named = called = None
    if genres is not None and held_genres is not None:
        thresholds = [best_f1_threshold(held_genres[:, column]) for column in range(genres.shape[1])]
        named = genres >= np.asarray(thresholds)
    if p_good is not None and held_good is not None:
        known = ~np.isnan(dataset.scores[held])
        threshold = best_balanced_threshold(dataset.scores[held][known], held_good[known], good_at)
        # It is rounded, and of many posters a baseline says the very same: half of them must not fall to either side.
        called = p_good >= threshold - 1e-6
    return Answers(genres=genres, said=named, p_good=p_good, called=called, expected=expected)


def _scored(dataset: Dataset, split: str, good_at: float) -> np.ndarray | None:
    """Rows of a split with a score; None unless there are good ones and others."""
    rows = dataset.rows(split)
    rows = rows[~np.isnan(dataset.scores[rows])]
    good = dataset.scores[rows] >= good_at
    return rows if good.any() and not good.all() else None


def _constant(dataset: Dataset, good_at: float) -> Said:
    train, scored = dataset.rows("train"), _scored(dataset, "train", good_at)
    rates = dataset.genres[train].mean(axis=0)
    scores = None if scored is None else dataset.scores[scored]

    def said(rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        genres = np.tile(rates, (len(rows), 1))
        if scores is None:
            return genres, None, None
        return genres, np.full(len(rows), (scores >= good_at).mean()), np.full(len(rows), scores.mean())

    return said


def _decade(dataset: Dataset, good_at: float) -> Said:
    decades = np.nan_to_num(dataset.years // 10, nan=-1)
    train, scored = dataset.rows("train"), _scored(dataset, "train", good_at)
    rates = _shrunk_means(decades, train, dataset.genres)
    good = scores = None
    if scored is not None:
        good = _shrunk_means(decades, scored, (dataset.scores >= good_at).astype(float)[:, np.newaxis])
        scores = _shrunk_means(decades, scored, np.nan_to_num(dataset.scores)[:, np.newaxis])

    def said(rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        if good is None or scores is None:
            return rates[rows], None, None
        return rates[rows], good[rows, 0], scores[rows, 0]

    return said


def _shrunk_means(groups: np.ndarray, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(N, columns): for each row of the data set its group's mean over `rows`, shrunk towards the mean of all."""
    overall = values[rows].mean(axis=0)
    means = np.tile(overall, (len(groups), 1))
    for group in np.unique(groups):
        inside = rows[groups[rows] == group]
        means[groups == group] = (values[inside].sum(axis=0) + DECADE_PRIOR * overall) / (len(inside) + DECADE_PRIOR)
    return means


def _neighbours(dataset: Dataset, features: np.ndarray, good_at: float) -> Said:
    train, scored = dataset.rows("train"), _scored(dataset, "train", good_at)
    directions = normalize(features.astype(np.float32))

    def nearest(among: np.ndarray, rows: np.ndarray) -> np.ndarray:
        index = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(among)), algorithm="brute").fit(directions[among])
        return among[index.kneighbors(directions[rows], return_distance=False)]

    def said(rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        found = nearest(train, rows)
        genres = dataset.genres[found].mean(axis=1)
        if scored is None:
            return genres, None, None
        # Looking for neighbours is most of the work; where all have a score they are the same ones.
        scores = dataset.scores[found if len(scored) == len(train) else nearest(scored, rows)]
        return genres, (scores >= good_at).mean(axis=1), scores.mean(axis=1)

    return said


def _true_genres(dataset: Dataset, good_at: float) -> Said:
    scored = _scored(dataset, "train", good_at)
    assert scored is not None
    good = LogisticRegression(max_iter=1_000).fit(dataset.genres[scored], dataset.scores[scored] >= good_at)
    score = Ridge().fit(dataset.genres[scored], dataset.scores[scored])

    def said(rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        return None, good.predict_proba(dataset.genres[rows])[:, 1], score.predict(dataset.genres[rows])

    return said


def names() -> Sequence[str]:
    """Every baseline, in the order in which reports show them."""
    return ("constant", "decade", "neighbours", "true genres")
