"""The figures of a data set: how often each label is there, which come together, scores, years, votes, gaps."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from model_engine.datasets.alike import groups_of_alike
from model_engine.datasets.cleaning import missing_values
from model_engine.datasets.dataset import MANY_VOTES, SPLITS, Dataset
from model_engine.datasets.looking import Look
from models.genres import GENRE_INDEX, GENRES
from models.scores import CLASS_CUTS, ScoreClass

LEAST_TOGETHER: Final = 20
"""Posters on which two genres must be together before it is said how much more often than by chance."""


class GenreFigures(NamedTuple):
    """One genre; scores are NaN where none is known."""

    name: str
    posters: int
    share: float
    """Of all posters, 0 to 1."""
    quartiles: tuple[float, float, float]
    """Of the score: a quarter lies below the first, half below the second, three quarters below the third."""
    good: float
    """Share with a score of `good_at` or more, 0 to 1."""
    by_split: dict[str, float]
    """Share of the posters of each split, 0 to 1."""


class Pair(NamedTuple):
    """Two genres on the same poster."""

    one: str
    other: str
    posters: int
    lift: float
    """How many times as often as if they had nothing to do with each other."""


class Pictures(NamedTuple):
    """What a look at every picture showed."""

    unreadable: int
    blank: int
    not_portrait: int
    sizes: list[tuple[str, int]]
    """The commonest sizes with how many have it."""
    alike: int
    """Posters with a near duplicate."""
    alike_across_splits: int
    """Groups of near duplicates that lie in more than one split."""


@dataclass(frozen=True, eq=False)
class Description:
    """The figures of N posters; each is worked out when it is asked for."""

    dataset: Dataset
    good_at: float
    """Score from which a film is good."""
    looks: Sequence[Look] | None = None
    """(N,); None where nobody looked at the pictures."""

    def __len__(self) -> int:
        return len(self.dataset)

    @cached_property
    def splits(self) -> dict[str, np.ndarray]:
        """Row numbers of each split that there is; of rows in none, if there are both."""
        rows = {name: self.dataset.rows(name) for name in (*SPLITS, "")}
        return {name or "in none": inside for name, inside in rows.items() if len(inside)}

    @cached_property
    def missing(self) -> dict[str, int]:
        """Rows that lack each column."""
        return missing_values(self.dataset.table)

    @cached_property
    def unknown_genres(self) -> Counter[str]:
        """Names of genres outside of the vocabulary, with how many rows have it."""
        names = (name for cell in self.dataset.table["genres"].dropna() for name in cell.split("|"))
        return Counter(name for name in names if name and name not in GENRE_INDEX)

    @cached_property
    def scored(self) -> np.ndarray:
        """The scores that are known."""
        return self.dataset.scores[~np.isnan(self.dataset.scores)]

    @cached_property
    def voted(self) -> np.ndarray:
        """How many votes the scores come from, where that is known."""
        return self.dataset.votes[self.dataset.votes > 0]

    @cached_property
    def genres(self) -> list[GenreFigures]:
        """The genres that there are, the commonest first."""
        found = [self._genre(name) for name in GENRES]
        return sorted((genre for genre in found if genre.posters), key=lambda genre: -genre.posters)

    @cached_property
    def together(self) -> np.ndarray:
        """(24, 24) int: posters that have both genres; on the diagonal, that have the one."""
        return (self.dataset.genres.T @ self.dataset.genres).astype(int)

    @cached_property
    def pairs(self) -> list[Pair]:
        """Genres that are on `LEAST_TOGETHER` posters together, the most drawn to each other first."""
        alone, pairs = np.diag(self.together), []
        for i, j in itertools.combinations(range(len(GENRES)), 2):
            both = int(self.together[i, j])
            if both >= LEAST_TOGETHER:
                pairs.append(Pair(GENRES[i], GENRES[j], both, both * len(self) / (alone[i] * alone[j])))
        return sorted(pairs, key=lambda pair: -pair.lift)

    def classes(self, rows: np.ndarray) -> dict[str, int]:
        """Posters of these rows by class of the score, from terrible to great."""
        scores = self.dataset.scores[rows]
        counts = np.bincount(np.searchsorted(CLASS_CUTS, scores[~np.isnan(scores)], side="right"), minlength=5)
        return {name.value: int(count) for name, count in zip(ScoreClass, counts, strict=True)}

    def good(self, rows: np.ndarray) -> float:
        """Share of those rows with a score whose score is `good_at` or more; NaN where there is none."""
        scores = self.dataset.scores[rows]
        scores = scores[~np.isnan(scores)]
        return float((scores >= self.good_at).mean()) if len(scores) else float("nan")

    @cached_property
    def decades(self) -> dict[int, np.ndarray]:
        """Row numbers of each decade."""
        decade = self.dataset.years // 10 * 10
        return {int(name): np.flatnonzero(decade == name) for name in np.unique(decade[~np.isnan(decade)])}

    @cached_property
    def many_votes(self) -> int:
        """Posters with a score that is little noise."""
        return int((self.dataset.votes >= MANY_VOTES).sum())

    @cached_property
    def pictures(self) -> Pictures | None:
        """What a look at every picture showed; None where nobody looked."""
        if self.looks is None:
            return None
        there = [look for look, image in zip(self.looks, self.dataset.table["image"].notna(), strict=True) if image]
        readable = [look for look in there if look.fault is None]
        groups = groups_of_alike(self.looks)
        splits_by_group: dict[int, list[str]] = {}
        for group, split in zip(groups.tolist(), self.dataset.split, strict=True):
            splits_by_group.setdefault(group, []).append(split)
        several = [splits for splits in splits_by_group.values() if len(splits) > 1]
        return Pictures(
            unreadable=len(there) - len(readable),
            blank=sum(look.hash is None for look in readable),
            not_portrait=sum(look.height <= look.width for look in readable),
            sizes=Counter(f"{look.width} × {look.height}" for look in readable).most_common(5),
            alike=sum(len(splits) for splits in several),
            alike_across_splits=sum(len(set(splits)) > 1 for splits in several),
        )

    def _genre(self, name: str) -> GenreFigures:
        has = self.dataset.genres[:, GENRE_INDEX[name]] > 0
        scores = self.dataset.scores[has]
        scores = scores[~np.isnan(scores)]
        low, middle, high = np.quantile(scores, (0.25, 0.5, 0.75)) if len(scores) else (float("nan"),) * 3
        return GenreFigures(
            name=name,
            posters=int(has.sum()),
            share=float(has.mean()),
            quartiles=(float(low), float(middle), float(high)),
            good=self.good(np.flatnonzero(has)),
            by_split={split: float(has[rows].mean()) for split, rows in self.splits.items()},
        )
