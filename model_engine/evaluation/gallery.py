"""Posters that show what a version sees: where it is surest, right or wrong."""

from typing import Final, NamedTuple

import numpy as np
from markupsafe import Markup

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.answers import Answers, Truth
from model_engine.reports.page import inline_picture, percent
from models.genres import GENRES

IN_A_STRIP: Final = 8


class Shown(NamedTuple):
    """A poster of a strip."""

    picture: Markup
    """An address that holds it."""
    title: str
    words: str


class Strip(NamedTuple):
    """Posters side by side."""

    title: str
    posters: list[Shown]


def strips(dataset: Dataset, rows: np.ndarray, answers: Answers, truth: Truth) -> dict[str, list[Strip]]:
    """By part of the report; posters without a picture are left out.

    Args:
        dataset: with the pictures.
        rows: row numbers of the posters, N.
        answers: of these posters.
        truth: of these posters.
    """
    chosen = {"genres": _by_genres(answers, truth), "verdict": _by_verdict(answers, truth)}
    return {part: [_strip(title, some, dataset, rows) for title, some in parts] for part, parts in chosen.items()}


Chosen = list[tuple[str, list[tuple[int, str]]]]
"""Titles of strips, each with posters by their number and what is said of them."""


def _by_genres(answers: Answers, truth: Truth) -> Chosen:
    known = np.flatnonzero(truth.genres.any(axis=1))
    if answers.genres is None:
        return []
    p = answers.genres
    surest = known[np.argsort(-p[known].max(axis=1), kind="stable")]
    right = truth.genres[surest, p[surest].argmax(axis=1)] > 0

    def words(i: int) -> str:
        so = ", ".join(GENRES[column] for column in np.flatnonzero(truth.genres[i]))
        return f"{GENRES[p[i].argmax()]} {percent(float(p[i].max()))}; is {so}"

    return [
        ("Surest of a genre, and right", [(i, words(i)) for i in surest[right]]),
        ("Surest of a genre, and wrong", [(i, words(i)) for i in surest[~right]]),
    ]


def _by_verdict(answers: Answers, truth: Truth) -> Chosen:
    known = np.flatnonzero(~np.isnan(truth.scores))
    if answers.p_good is None:
        return []
    p = answers.p_good
    order = known[np.argsort(-p[known], kind="stable")]
    said = [(i, f"{percent(float(p[i]))}; IMDb {truth.scores[i]:.1f}") for i in order]
    return [("Most likely to be liked, it says", said), ("Least likely to be liked, it says", said[::-1])]


def _strip(title: str, posters: list[tuple[int, str]], dataset: Dataset, rows: np.ndarray) -> Strip:
    shown: list[Shown] = []
    for i, words in posters[: 2 * IN_A_STRIP]:
        if len(shown) < IN_A_STRIP:
            try:
                picture = inline_picture(dataset.read(int(rows[i])))
            except DatasetError:
                continue
            name = dataset.table["title"].iloc[rows[i]]
            shown.append(Shown(picture, str(name) if isinstance(name, str) else dataset.ids[rows[i]], words))
    return Strip(title, shown)
