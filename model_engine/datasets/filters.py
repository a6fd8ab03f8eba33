"""Which posters of a data set a command works on: the same options everywhere."""

from typing import Final

import msgspec
import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from models.genres import GENRE_INDEX
from models.scores import GOOD_AT

GENRE_GROUPS: Final = {
    "3": ("Comedy", "Drama", "Action"),
    "7": ("Comedy", "Drama", "Action", "Animation", "Romance", "Adventure", "Horror"),
    "all": tuple(GENRE_INDEX),
}
"""Groups by the names that the seed project on posters by year gave them."""


class Filters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a poster must have. A bound on something that a poster's row lacks leaves the poster out."""

    min_year: int | None = None
    max_year: int | None = None
    min_votes: int | None = None
    genres: tuple[str, ...] = ()
    """One of these at least; empty for any, also for none."""
    balance: bool = False
    """As many good as others in each split, by leaving out some of the larger class at random."""
    good_at: float = GOOD_AT
    """Score from which a film counts as good, for `balance`."""
    limit: int | None = None
    """At most so many posters, drawn at random with each split in proportion; still balanced, with `balance`."""
    seed: int = 0

    def apply(self, dataset: Dataset) -> Dataset:
        """The posters that are left, in their order.

        Raises:
            DatasetError: none is left.
        """
        rows = np.flatnonzero(self._fits(dataset))
        drawing = np.random.default_rng(self.seed)
        if self.balance:
            rows = _balanced(rows, dataset, self.good_at, drawing)
        if self.limit is not None:
            parts = dataset.split.astype(str)
            if self.balance:
                parts = np.char.add(parts, np.where(dataset.scores >= self.good_at, " good", " other"))
            rows = _sample(rows, parts, self.limit, drawing)
        if not len(rows):
            raise DatasetError("No poster is left: the filters leave all of them out.")
        return dataset.select(np.sort(rows))

    def _fits(self, dataset: Dataset) -> np.ndarray:
        fits = np.ones(len(dataset), bool)
        with np.errstate(invalid="ignore"):
            if self.min_year is not None:
                fits &= dataset.years >= self.min_year
            if self.max_year is not None:
                fits &= dataset.years <= self.max_year
        if self.min_votes is not None:
            fits &= dataset.votes >= self.min_votes
        if self.genres:
            fits &= dataset.genres[:, [GENRE_INDEX[name] for name in self.genres]].any(axis=1)
        return fits


def genres_named(words: str) -> tuple[str, ...]:
    """The genres of an option: a group of `GENRE_GROUPS`, or names with commas between, in any case.

    Raises:
        DatasetError: there is no such genre.
    """
    if words in GENRE_GROUPS:
        return GENRE_GROUPS[words]
    known = {name.casefold(): name for name in GENRE_INDEX}
    names = [word.strip().casefold() for word in words.split(",") if word.strip()]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DatasetError(f"There is no genre {unknown[0]}; there are: {', '.join(GENRE_INDEX)}.")
    return tuple(known[name] for name in names)


def _balanced(rows: np.ndarray, dataset: Dataset, good_at: float, drawing: np.random.Generator) -> np.ndarray:
    rows = rows[~np.isnan(dataset.scores[rows])]
    kept: list[np.ndarray] = []
    for split in np.unique(dataset.split[rows].astype(str)):
        inside = rows[dataset.split[rows] == split]
        good = dataset.scores[inside] >= good_at
        count = int(min(good.sum(), (~good).sum()))
        kept += [drawing.choice(part, count, replace=False) for part in (inside[good], inside[~good])]
    return np.concatenate(kept) if kept else rows


def _sample(rows: np.ndarray, parts: np.ndarray, limit: int, drawing: np.random.Generator) -> np.ndarray:
    if len(rows) <= limit:
        return rows
    order = drawing.permutation(rows)
    # Rows of each part in turn, by how far each part is through its own: a prefix then has all in proportion.
    progress = np.empty(len(order))
    for name in np.unique(parts[order]):
        inside = parts[order] == name
        progress[inside] = (np.arange(inside.sum()) + 0.5) / inside.sum()
    return order[np.argsort(progress, kind="stable")[:limit]]
