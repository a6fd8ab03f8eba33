"""Makes a manifest's table out of rows as they come, and counts what is wrong with them instead of stopping."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from model_engine.datasets.importing import values
from model_engine.datasets.manifest import COLUMNS, DatasetError, typed, write_manifest
from models.genres import GENRE_INDEX

NO_ID: Final = "no id"
SAME_ID: Final = "id that was there before"

READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "id": values.text,
    "image": values.text,
    "title": values.title,
    "year": values.year,
    "genres": values.genres,
    "score": values.score,
    "votes": values.votes,
    "source": values.text,
    "split": values.split,
    "url": values.address,
}
"""What reads the values of each column of the manifest."""


class Gathering:
    """Rows on their way into a manifest. A value that cannot be read is missing; a row without an id is left out."""

    def __init__(self, source: str, readers: Mapping[str, Callable[[Any], Any]] = READERS) -> None:
        """Nothing yet; `source` is what the column of that name says where a row says nothing."""
        self.read = 0
        """Rows of the source."""
        self.left_out: Counter[str] = Counter()
        """Rows that are not in the table, by why."""
        self.broken: Counter[str] = Counter()
        """Values that could not be read, by column."""
        self.unknown_genres: Counter[str] = Counter()
        """Names outside of the vocabulary, which stay in the table until `dataset clean` takes them out."""
        self._source = source
        self._readers = readers
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        self._ids: set[str] = set()

    def leave_out(self, why: str) -> None:
        """Counts a row that is not taken."""
        self.read += 1
        self.left_out[why] += 1

    def break_off(self, column: str) -> None:
        """Counts a value that the source itself could not give."""
        self.broken[column] += 1

    def add(self, cells: Mapping[str, Any]) -> None:
        """Takes a row, with whatever the source has for columns of the manifest."""
        row = {name: self._value(name, cells.get(name)) for name in COLUMNS}
        if row["id"] is None:
            return self.leave_out(NO_ID)
        if row["id"] in self._ids:
            return self.leave_out(SAME_ID)
        self.read += 1
        self._ids.add(row["id"])
        row["source"] = row["source"] or self._source
        self.unknown_genres.update(
            name for name in (row["genres"] or "").split("|") if name and name not in GENRE_INDEX
        )
        for name, column in self._columns.items():
            column.append(row[name])
        return None

    def table(self) -> pd.DataFrame:
        """(N, `COLUMNS`).

        Raises:
            DatasetError: no row is left.
        """
        if not self._ids:
            why = "".join(f"; {count:,} × {reason}" for reason, count in self.left_out.most_common())
            raise DatasetError(f"Nothing could be brought in: {self.read:,} rows were read{why}.")
        return typed(pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in self._columns.items()}))

    def write(self, out: Path) -> pd.DataFrame:
        """Writes the manifest, and gives its table.

        Raises:
            DatasetError: no row is left, or the folder cannot be written.
        """
        table = self.table()
        try:
            write_manifest(table, out)
        except OSError as error:
            raise DatasetError(f"{out} cannot be written: {error.strerror or error}.") from error
        return table

    def _value(self, name: str, value: Any) -> Any:
        try:
            return self._readers[name](value)
        except values.BrokenValue:
            self.broken[name] += 1
            return None
