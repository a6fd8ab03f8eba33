"""The table of a data set: one row a poster, as CSV or Parquet, with missing values left missing."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from model_engine.errors import EngineError

CSV_FILE: Final = "manifest.csv"
PARQUET_FILE: Final = "manifest.parquet"
ZIPPED_FILE: Final = "labels.csv"
"""The table of a folder of zips, as `importing.poster_zips` describes it; opened without a copy."""

COLUMNS: Final = {
    "id": "str",
    "image": "str",
    "title": "str",
    "year": "Int64",
    "genres": "str",
    "score": "Float64",
    "votes": "Int64",
    "source": "str",
    "split": "str",
    "url": "str",
}
"""Pandas' type of each column; all but `id` may be missing in a row.

- `id`: names the poster, such as IMDb's `tt0114369`; unique.
- `image`: the picture's path in the folder, or `archive.zip#member`; missing until it is there.
- `genres`: names joined by `|`.
- `score`: 0 to 10; `votes`: how many made it; `source`: where the row comes from.
- `split`: `train`, `validation` or `test`; `url`: where the picture can be fetched.
"""


RANGES: Final = {"year": (0, 9_999), "score": (0, 10), "votes": (0, 2**53)}
"""The least and the most that a number may be."""

SPLITS: Final = ("train", "validation", "test")
"""For fitting; for stopping, thresholds and calibration; for the reported figures only."""


class DatasetError(EngineError):
    """The folder is no data set, or cannot become one; the message says what is missing or wrong, and where."""


def manifest_in(folder: Path) -> Path | None:
    """The folder's table; None where there is none."""
    there = (folder / name for name in (PARQUET_FILE, CSV_FILE, ZIPPED_FILE))
    return next((path for path in there if path.is_file()), None)


def read_manifest(folder: Path) -> pd.DataFrame:
    """The table with all `COLUMNS`, in the order of the file.

    Raises:
        DatasetError: there is none, it cannot be read, or a value or an id is not what it should be.
    """
    path = manifest_in(folder)
    if path is None:
        raise DatasetError(f"There is no data set in {folder}: it has no {CSV_FILE}, {PARQUET_FILE} or {ZIPPED_FILE}.")
    try:
        table = _read_parquet(path) if path.name == PARQUET_FILE else _read_csv(path)
        if path.name == ZIPPED_FILE:
            table = _from_zipped(table)
        return typed(table)
    except (OSError, KeyError, ValueError) as error:
        raise DatasetError(f"{path} cannot be used: {' '.join(str(error).split())}.") from error


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every column of `COLUMNS`, each of its type, and no other.

    Raises:
        ValueError: a number cannot be read or is out of its range, a split is none of `SPLITS`, or an id is missing or
            there twice.
    """
    given = {
        name: _column(name, table[name]) if name in table else pd.Series(pd.NA, table.index, dtype=kind)
        for name, kind in COLUMNS.items()
    }
    result = pd.DataFrame(given).reset_index(drop=True)
    if result["id"].isna().any():
        raise ValueError(f"row {int(result['id'].isna().idxmax()) + 1} has no id")
    others = result["split"].dropna()[~result["split"].dropna().isin(SPLITS)]
    if len(others):
        raise ValueError(f"there is no split {others.iloc[0]}, but {', '.join(SPLITS)}")
    twice = result["id"].duplicated()
    if twice.any():
        raise ValueError(f"the id {result['id'][twice].iloc[0]} is there twice")
    return result


def write_manifest(table: pd.DataFrame, folder: Path) -> Path:
    """Writes the table as the folder has it already, else as CSV; it appears whole or not at all.

    Raises:
        ValueError: see `typed`.
        OSError: the folder cannot be written.
    """
    table = typed(table)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (PARQUET_FILE if (folder / PARQUET_FILE).is_file() else CSV_FILE)
    handle, name = tempfile.mkstemp(prefix=".manifest-", suffix=path.suffix, dir=folder)
    os.close(handle)
    draft = Path(name)
    try:
        if path.name == PARQUET_FILE:
            write_parquet(table, draft)
        else:
            table.to_csv(draft, index=False, encoding="utf-8", lineterminator="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Writes a table as Parquet."""
    import duckdb

    with duckdb.connect() as database:
        database.register("manifest", table)
        database.table("manifest").write_parquet(str(path))


def joined(genres: Sequence[str]) -> str | None:
    """Genres as the table has them; None for none."""
    return "|".join(genres) or None


def _read_csv(path: Path) -> pd.DataFrame:
    # An empty cell alone is a missing one: there are films called Null, None and NaN.
    return pd.read_csv(path, dtype="str", encoding="utf-8", keep_default_na=False, na_values=[""])


def _read_parquet(path: Path) -> pd.DataFrame:
    import duckdb

    try:
        with duckdb.connect() as database:
            return database.read_parquet(str(path)).df()
    except duckdb.Error as error:
        raise ValueError(error) from error


def _from_zipped(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        image=table["archive"] + "#" + table["id"] + ".webp",
        score=table["imdb_score"],
        votes=table["num_votes"],
        source=table["archive"],
    )


def _column(name: str, values: pd.Series) -> pd.Series:
    if COLUMNS[name] == "str":
        # On one line: a CSV is read elsewhere with other ideas of where lines end.
        words = values.astype("str").str.replace(r"[\r\n]+", " ", regex=True)
        return words.where(values.notna() & (words != ""))
    try:
        numbers = pd.to_numeric(values, errors="raise").astype(COLUMNS[name])
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{name}: {error}") from error
    if not numbers.dropna().between(*RANGES[name]).all():
        low, high = RANGES[name]
        raise ValueError(f"a {name} is not within {low} to {high}")
    return numbers
