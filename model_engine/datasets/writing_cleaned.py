"""Writes a cleaned data set, and `dropped.csv`: the whole row of each poster that was taken out, and why."""

import os
import tempfile
from pathlib import Path
from typing import Final

import pandas as pd

from model_engine.datasets.cleaning import Cleaned
from model_engine.datasets.copying import require_new, write_copy, write_table
from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.working_processes import Progress, no_progress

DROPPED_FILE: Final = "dropped.csv"


def write_new(cleaned: Cleaned, out: Path, progress: Progress = no_progress) -> Path:
    """Writes what stays, with its pictures, into a folder of its own; returns where the list is.

    Raises:
        DatasetError: the folder is a data set already, or cannot be written.
    """
    require_new(out)
    # An interrupted run may have left one, and with other rules.
    (out / DROPPED_FILE).unlink(missing_ok=True)
    # The list comes first: whoever ends the program in between loses nothing.
    listed = _add_dropped(cleaned.dropped, out)
    write_copy(cleaned.kept, out, progress)
    return listed


def write_in_place(cleaned: Cleaned) -> Path:
    """Takes the dropped rows out of the folder's table; no picture goes. Returns where the list is.

    Raises:
        DatasetError: the folder cannot be written.
    """
    listed = _add_dropped(cleaned.dropped, cleaned.kept.folder)
    write_table(cleaned.kept)
    return listed


def _add_dropped(dropped: pd.DataFrame, folder: Path) -> Path:
    """Adds rows to the folder's list; a row that is there already, by its id, is replaced."""
    path = folder / DROPPED_FILE
    try:
        rows = dropped.astype("str")
        if path.is_file():
            earlier = pd.read_csv(path, dtype="str", encoding="utf-8")
            rows = pd.concat([earlier[~earlier["id"].isin(dropped["id"])], rows])
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".dropped-", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            rows.to_csv(file, index=False, lineterminator="\n")
        Path(draft).replace(path)
    except (OSError, ValueError, KeyError) as error:
        raise DatasetError(f"{path} cannot be written: {' '.join(str(error).split())}.") from error
    return path
