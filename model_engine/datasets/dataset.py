"""A folder of labelled posters, as training, evaluation and the `dataset` commands see it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from PIL import Image

from model_engine.datasets.manifest import SPLITS, DatasetError, read_manifest
from model_engine.datasets.pictures import Pictures
from models.genres import GENRE_INDEX, GENRES

MANY_VOTES: Final = 1_000
"""Votes from which an IMDb score is little noise; figures are given for these posters too."""


class Film(NamedTuple):
    """What is known of one poster; None where it is missing."""

    id: str
    title: str | None
    year: int | None
    genres: tuple[str, ...]
    """Of `models.genres.GENRES`, in its order."""
    score: float | None
    """0 to 10."""
    votes: int | None


@dataclass(frozen=True, eq=False)
class Dataset:
    """N labelled posters. Row i of every array is the poster `ids[i]`.

    >>> dataset = Dataset.open(Path("posters"))                                          # doctest: +SKIP
    >>> [film.title for film in dataset.films() if "Western" in film.genres]             # doctest: +SKIP
    >>> dataset.read(0).show()                                                           # doctest: +SKIP
    """

    folder: Path
    table: pd.DataFrame
    """(N, `manifest.COLUMNS`), indexed 0 to N - 1."""

    @classmethod
    def open(cls, folder: Path) -> "Dataset":
        """Reads the table; pictures are read when they are needed.

        Raises:
            DatasetError: the folder is no data set.
        """
        return cls(folder, read_manifest(folder))

    def __len__(self) -> int:
        return len(self.table)

    def films(self) -> Iterator[Film]:
        """All films, in the order of the rows."""
        for row, genres in zip(self.table.itertuples(), self.genres, strict=True):
            yield Film(
                id=row.id,
                title=_or_none(row.title),
                year=_or_none(row.year),
                genres=tuple(GENRES[column] for column in np.flatnonzero(genres)),
                score=_or_none(row.score),
                votes=_or_none(row.votes),
            )

    def read(self, row: int) -> Image.Image:
        """The poster of a row in mode RGB.

        Raises:
            DatasetError: it was never fetched, is missing or damaged.
        """
        image = self.table["image"].iloc[row]
        if pd.isna(image):
            raise DatasetError(f"{self.ids[row]} has no picture.")
        return self.pictures.read(image)

    def select(self, rows: Sequence[int] | np.ndarray) -> "Dataset":
        """These rows alone, in this order."""
        return Dataset(self.folder, self.table.iloc[rows].reset_index(drop=True))

    def rows(self, split: str) -> np.ndarray:
        """Row numbers of a split."""
        return np.flatnonzero(self.split == split)

    def require_splits(self) -> None:
        """Refuses to go on where there is nothing to fit, to choose or to measure on.

        Raises:
            DatasetError: a split is empty.
        """
        empty = [split for split in SPLITS if not len(self.rows(split))]
        if empty:
            raise DatasetError(f"{self.folder} has no poster in the split {empty[0]}: poster-judge dataset split")

    @cached_property
    def pictures(self) -> Pictures:
        """What reads the pictures."""
        return Pictures(self.folder)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """(N,)."""
        return tuple(self.table["id"])

    @cached_property
    def split(self) -> np.ndarray:
        """(N,) of `SPLITS`, empty where a row is in none."""
        return self.table["split"].fillna("").to_numpy(dtype=object)

    @cached_property
    def genres(self) -> np.ndarray:
        """(N, 24) float32, 1 where the film has the genre; names outside of the vocabulary are left out."""
        matrix = np.zeros((len(self), len(GENRES)), np.float32)
        for row, names in enumerate(self.table["genres"].fillna("")):
            for name in names.split("|"):
                if name in GENRE_INDEX:
                    matrix[row, GENRE_INDEX[name]] = 1.0
        return matrix

    @cached_property
    def scores(self) -> np.ndarray:
        """(N,) float64, 0 to 10; NaN where it is missing."""
        return self.table["score"].to_numpy(dtype=np.float64, na_value=np.nan)

    @cached_property
    def votes(self) -> np.ndarray:
        """(N,) float64; 0 where it is missing."""
        return self.table["votes"].to_numpy(dtype=np.float64, na_value=0.0)

    @cached_property
    def years(self) -> np.ndarray:
        """(N,) float64; NaN where it is missing."""
        return self.table["year"].to_numpy(dtype=np.float64, na_value=np.nan)

    @cached_property
    def name(self) -> str:
        """Names these posters with these labels: 64 hexadecimal digits, over the table and what the pictures are.

        Raises:
            DatasetError: a picture is missing.
        """
        digest = hashlib.sha256(self.table.to_csv(index=False).encode())
        for image in self.table["image"].dropna():
            digest.update(f"{self.pictures.fingerprint(image)}\n".encode())
        return digest.hexdigest()

    def supports(self) -> dict[str, dict[str, int]]:
        """Posters by genre and split."""
        counts = {split: self.genres[self.rows(split)].sum(axis=0).astype(int) for split in SPLITS}
        return {genre: {split: int(counts[split][i]) for split in SPLITS} for i, genre in enumerate(GENRES)}

    def enough(self, least: int) -> np.ndarray:
        """(24,) bool: genres with at least `least` posters over all splits."""
        return self.genres.sum(axis=0) >= least


def _or_none(value: Any) -> Any:
    return None if pd.isna(value) else value
