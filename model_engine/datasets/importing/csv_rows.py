"""Reads CSV files row by row, whatever is in them."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from model_engine.datasets.manifest import DatasetError

MOST_CELLS: Final = 10_000
"""Columns; a file with more in a row is no table."""


def csv_rows(path: Path, encoding: str, delimiter: str = ",") -> tuple[list[str], Iterator[Mapping[str, str] | None]]:
    """The names of the columns, and each row by them; None for a row with too few or too many cells.

    Raises:
        DatasetError: it cannot be read, is not in that encoding, or names no columns; also from the iterator.
    """
    rows = _rows(path, encoding, delimiter)
    names = [name.strip() for name in next(rows, None) or []]
    if not any(names) or len(names) > MOST_CELLS:
        raise DatasetError(f"{path} does not begin with the names of columns.")
    return names, (
        None if row is None or len(row) != len(names) else dict(zip(names, row, strict=True)) for row in rows
    )


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str] | None]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            while True:
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    # A quote that nobody closed, for one; the reader goes on with the line after it.
                    yield None
                    continue
                if row:
                    yield row
    except (LookupError, UnicodeError):
        raise DatasetError(f"{path} is not in the encoding {encoding}: name its own by --encoding.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
