"""Takes out of a data set what nobody should train on, and says of each poster why."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
import pandas as pd

from model_engine.datasets.alike import groups_of_alike
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.looking import NOTHING, Look
from model_engine.datasets.manifest import COLUMNS, DatasetError, joined
from models.genres import GENRE_INDEX
from posters.perceptual_hash import ALIKE

PLACEHOLDER_AT: Final = 3
"""Films under which the very same picture stands, from which it shows none of them."""


class Reason(StrEnum):
    """Why a poster is dropped, in the order in which they are looked for: each has the first that is true of it."""

    FILTERED = "left out by a filter"
    MISSING = "missing field"
    UNREADABLE = "unreadable picture"
    BLANK = "blank picture"
    PLACEHOLDER = "placeholder"
    NOT_PORTRAIT = "not portrait"
    SAME = "same picture"
    ALIKE = "near duplicate"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a poster."""

    required: tuple[str, ...] = ("image", "genres", "score")
    """Columns that must not be missing."""
    portrait: bool = True
    """Whether it must be higher than wide."""
    bits: int | None = ALIKE
    """Distance of hashes up to which posters are near duplicates; None keeps near duplicates."""
    placeholder_at: int = PLACEHOLDER_AT


@dataclass(frozen=True, eq=False)
class Cleaned:
    """What is left, and what is not."""

    kept: Dataset
    dropped: pd.DataFrame
    """The rows that were dropped, with the columns `reason` (of `Reason`) and `detail`."""
    unknown_genres: Counter[str]
    """Names outside of the vocabulary, which were taken out of rows, with how often they stood there."""

    def counts(self) -> dict[Reason, int]:
        """Posters dropped by reason, for every reason."""
        return {reason: int((self.dropped["reason"] == reason).sum()) for reason in Reason}

    def beside(self, whole: Dataset) -> "Cleaned":
        """The same where only some of a data set were cleaned: the others count as dropped, by a filter."""
        seen = {*self.kept.ids, *self.dropped["id"]}
        others = whole.table[~whole.table["id"].isin(seen)].assign(reason=Reason.FILTERED.value, detail="")
        return dataclasses.replace(self, dropped=pd.concat([others, self.dropped], ignore_index=True))


def columns_named(words: str) -> tuple[str, ...]:
    """Columns of the table out of their names with commas between.

    Raises:
        DatasetError: there is no such column.
    """
    names = tuple(word.strip().lower() for word in words.split(",") if word.strip())
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise DatasetError(f"There is no column {unknown[0]}; there are: {', '.join(COLUMNS)}.")
    return names


def missing_values(table: pd.DataFrame) -> dict[str, int]:
    """Rows that lack each column."""
    return {column: int(table[column].isna().sum()) for column in COLUMNS}


def clean(dataset: Dataset, looks: Sequence[Look], rules: Rules) -> Cleaned:
    """Sorts the posters into those that stay, in their order, and those that do not.

    Of pictures that are the same or near duplicates the one stays whose film has the most votes, the first of equals.

    Args:
        dataset: N posters; nothing of it changes.
        looks: (N,) what `look_at_pictures` saw.
        rules: What is asked.
    """
    table, unknown = _known_genres_only(dataset.table)
    verdicts = _Verdicts(len(table))
    empty = table[list(rules.required)].isna().to_numpy()
    lacking = [", ".join(np.array(rules.required)[columns]) for columns in empty]
    verdicts.drop(Reason.MISSING, empty.any(axis=1), lacking)
    # A row without a picture that needs none has nothing else to be judged by.
    pictured = table["image"].notna().to_numpy()
    _drop_pictures(verdicts, table, looks, pictured, rules)
    _drop_copies(verdicts, table, looks, pictured, rules)
    kept = table[verdicts.open].reset_index(drop=True)
    # As they were, with genres that nobody here knows.
    dropped = dataset.table.assign(reason=verdicts.reasons, detail=verdicts.details)[~verdicts.open]
    return Cleaned(Dataset(dataset.folder, kept), dropped.reset_index(drop=True), unknown)


def _drop_pictures(
    verdicts: "_Verdicts", table: pd.DataFrame, looks: Sequence[Look], pictured: np.ndarray, rules: Rules
) -> None:
    faults = [look.fault or "" for look in looks]
    verdicts.drop(Reason.UNREADABLE, pictured & np.array([bool(fault) for fault in faults], bool), faults)
    verdicts.drop(Reason.BLANK, pictured & np.array([look.hash is None for look in looks], bool))
    films = _films_by_picture(table, looks, pictured & verdicts.open)
    shown = np.array([films.get(look.digest, 0) for look in looks], int)
    verdicts.drop(Reason.PLACEHOLDER, shown >= rules.placeholder_at, [f"stands for {count} films" for count in shown])
    if rules.portrait:
        lying = np.array([look.height <= look.width for look in looks], bool)
        verdicts.drop(Reason.NOT_PORTRAIT, pictured & lying, [f"{look.width} × {look.height}" for look in looks])


def _drop_copies(
    verdicts: "_Verdicts", table: pd.DataFrame, looks: Sequence[Look], pictured: np.ndarray, rules: Rules
) -> None:
    by_votes = np.argsort(-table["votes"].to_numpy(np.float64, na_value=0.0), kind="stable")
    same = pd.factorize(np.array([look.digest for look in looks], object))[0]
    verdicts.keep_first_of(Reason.SAME, same, by_votes, pictured, table)
    if rules.bits is not None:
        still = [look if stays else NOTHING for look, stays in zip(looks, verdicts.open, strict=True)]
        verdicts.keep_first_of(Reason.ALIKE, groups_of_alike(still, rules.bits), by_votes, pictured, table)


class _Verdicts:
    """Reason and detail of each row; the first reason stands."""

    def __init__(self, count: int) -> None:
        self.open = np.ones(count, bool)
        self.reasons = np.full(count, "", dtype=object)
        self.details = np.full(count, "", dtype=object)

    def drop(self, reason: Reason, which: np.ndarray, details: Sequence[str] | None = None) -> None:
        for row in np.flatnonzero(which & self.open):
            self.reasons[row] = reason.value
            self.details[row] = details[row] if details is not None else ""
        self.open &= ~which

    def keep_first_of(
        self, reason: Reason, groups: np.ndarray, order: np.ndarray, which: np.ndarray, table: pd.DataFrame
    ) -> None:
        """Drops all but the first of each group, as `order` has the rows."""
        first: dict[int, str] = {}
        later = np.zeros(len(order), bool)
        details = np.full(len(order), "", dtype=object)
        for row in order[(which & self.open)[order]]:
            stays = first.setdefault(int(groups[row]), table["id"].iloc[row])
            later[row] = stays != table["id"].iloc[row]
            details[row] = f"of {stays}"
        self.drop(reason, later, list(details))


def _known_genres_only(table: pd.DataFrame) -> tuple[pd.DataFrame, Counter[str]]:
    unknown: Counter[str] = Counter()
    kept: list[str | None] = []
    for cell in table["genres"].fillna(""):
        names = [name for name in cell.split("|") if name]
        unknown.update(name for name in names if name not in GENRE_INDEX)
        kept.append(joined([name for name in names if name in GENRE_INDEX]))
    return table.assign(genres=pd.Series(kept, table.index, dtype="str")), unknown


def _films_by_picture(table: pd.DataFrame, looks: Sequence[Look], which: np.ndarray) -> dict[str, int]:
    """How many films, told apart by title and year, each picture stands for."""
    films: dict[str, set[tuple[str, ...]]] = {}
    for row in np.flatnonzero(which):
        title, year = table["title"].iloc[row], table["year"].iloc[row]
        film = (table["id"].iloc[row],) if pd.isna(title) else (str(title), str(year))
        films.setdefault(looks[row].digest, set()).add(film)
    return {digest: len(several) for digest, several in films.items()}
