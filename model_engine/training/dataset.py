"""Labelled posters in a folder: `labels.csv` and zips (or a folder) of pictures."""

import csv
import io
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from model_engine.errors import EngineError
from models.genres import GENRE_INDEX, GENRES

SPLITS: Final = ("train", "validation", "test")
"""For fitting; for stopping, thresholds and calibration; for the reported figures only."""

MANY_VOTES: Final = 1_000
"""Votes from which an IMDb score is little noise; figures are given for these posters too."""


class DatasetError(EngineError):
    """The folder is no data set; the message says what is missing or wrong, and where."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """N labelled posters. Row i of every array is the poster `ids[i]`."""

    folder: Path
    ids: tuple[str, ...]
    archives: tuple[str, ...]
    """Name of the zip that holds each picture."""
    split: np.ndarray
    """(N,) of `SPLITS`."""
    genres: np.ndarray
    """(N, 24) float32, 1 where the film has the genre."""
    scores: np.ndarray
    """(N,) float64, IMDb score, 0 to 10."""
    votes: np.ndarray
    """(N,) float64."""

    def rows(self, split: str) -> np.ndarray:
        """Row numbers of a split."""
        return np.flatnonzero(self.split == split)

    def supports(self) -> dict[str, dict[str, int]]:
        """Posters by genre and split."""
        counts = {split: self.genres[self.rows(split)].sum(axis=0).astype(int) for split in SPLITS}
        return {genre: {split: int(counts[split][i]) for split in SPLITS} for i, genre in enumerate(GENRES)}

    def enough(self, least: int) -> np.ndarray:
        """(24,) bool: genres with at least `least` posters over all splits."""
        return self.genres.sum(axis=0) >= least


def read_dataset(folder: Path) -> Dataset:
    """Reads the labels; pictures are read when they are needed.

    Raises:
        DatasetError: no `labels.csv`, a column is missing, a label cannot be read, or a split is empty.
    """
    path = folder / "labels.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        dataset = _from_rows(folder, rows)
    except (KeyError, ValueError) as error:
        raise DatasetError(f"{path} has a row that cannot be used: {error}.") from error
    empty = [split for split in SPLITS if not len(dataset.rows(split))]
    if empty:
        raise DatasetError(f"{path} has no poster in the split {empty[0]}.")
    return dataset


def _from_rows(folder: Path, rows: list[dict[str, str]]) -> Dataset:
    genres = np.zeros((len(rows), len(GENRES)), np.float32)
    for row, target in zip(rows, genres, strict=True):
        for genre in row["genres"].split("|"):
            target[GENRE_INDEX[genre]] = 1.0
    return Dataset(
        folder=folder,
        ids=tuple(row["id"] for row in rows),
        archives=tuple(row["archive"] for row in rows),
        split=np.array([row["split"] for row in rows]),
        genres=genres,
        scores=np.array([float(row["imdb_score"]) for row in rows]),
        votes=np.array([float(row["num_votes"] or 0) for row in rows]),
    )


class PictureReader:
    """Reads pictures of a data set out of its zips, from any number of threads."""

    def __init__(self, dataset: Dataset) -> None:
        """Opens nothing yet."""
        self._dataset = dataset
        self._own = threading.local()

    def read(self, row: int) -> Image.Image:
        """The poster of this row in mode RGB.

        Raises:
            DatasetError: the zip or the picture in it is missing or damaged.
        """
        archive, member = self._dataset.archives[row], f"{self._dataset.ids[row]}.webp"
        try:
            with Image.open(io.BytesIO(self._zip(archive).read(member))) as picture:
                return picture.convert("RGB")
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise DatasetError(f"{member} in {archive} cannot be read: {error}.") from error

    def reader(self, prepare: Callable[[Image.Image], np.ndarray]) -> Callable[[int], np.ndarray]:
        """A function from a row number to the prepared picture."""
        return lambda row: prepare(self.read(row))

    def _zip(self, archive: str) -> zipfile.ZipFile:
        """Each thread has its own handle: they share one position otherwise."""
        handles: dict[str, zipfile.ZipFile] = self._own.__dict__.setdefault("handles", {})
        if archive not in handles:
            handles[archive] = zipfile.ZipFile(self._dataset.folder / archive)
        return handles[archive]
