"""Any CSV whose columns are named: what each column of the manifest is made of."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from model_engine.datasets.importing.csv_rows import csv_rows
from model_engine.datasets.importing.gathering import Gathering
from model_engine.datasets.importing.kaggle import BROKEN_ROW
from model_engine.datasets.importing.placing import Placing
from model_engine.datasets.manifest import COLUMNS, DatasetError

_PLACE: Final = re.compile(r"\{([^{}]*)\}")


def gather(
    path: Path,
    out: Path,
    columns: Mapping[str, str],
    *,
    images: Path | None = None,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> Gathering:
    """All rows of the file, with their pictures where it names some.

    Args:
        path: The CSV.
        out: The data set's folder, where pictures are brought to.
        columns: By column of the manifest, the name of a column of the file, or a text in which such names stand in
            braces: `{archive}#{id}.webp`. What is not named is taken from a column of the same name, if there is one.
        images: The folder that the names of pictures are seen from; default: the file's.
        encoding: Of the file.
        delimiter: Between its cells.

    Raises:
        DatasetError: the file cannot be read, or lacks a column that is named.
    """
    names, rows = csv_rows(path, encoding, delimiter)
    patterns = {column: _pattern(columns.get(column) or column, names, given=column in columns) for column in COLUMNS}
    if patterns["id"] is None:
        raise DatasetError(f"{path} has no column id: name the one to use by --id. It has: {', '.join(names)}.")
    placing = Placing(images or path.parent, out)
    gathering = Gathering(path.name)
    for row in rows:
        if row is None:
            gathering.leave_out(BROKEN_ROW)
            continue
        cells = {column: _filled(pattern, row) for column, pattern in patterns.items() if pattern is not None}
        if cells.get("image"):
            try:
                cells["image"] = placing.place(cells["image"])
            except FileNotFoundError:
                gathering.break_off("image")
                cells["image"] = ""
        gathering.add(cells)
    return gathering


def _pattern(words: str, names: list[str], *, given: bool) -> str | None:
    """A text with names of columns in braces; None where nothing is to be had."""
    pattern = words if "{" in words else f"{{{words}}}"
    lacking = [name for name in _PLACE.findall(pattern) if name not in names]
    if lacking and given:
        raise DatasetError(f"There is no column {lacking[0]}; there are: {', '.join(names)}.")
    return None if lacking else pattern


def _filled(pattern: str, row: Mapping[str, str]) -> str:
    """The pattern with a row's cells; nothing where one of them is empty."""
    if not all(row[name].strip() for name in _PLACE.findall(pattern)):
        return ""
    return _PLACE.sub(lambda place: row[place[1]].strip(), pattern)
