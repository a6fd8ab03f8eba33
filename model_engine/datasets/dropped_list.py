"""The list of what was taken out of a data set: `dropped.csv`, the whole row of each poster and why."""

import os
import tempfile
from pathlib import Path
from typing import Final

import pandas as pd

from model_engine.datasets.manifest import DatasetError

DROPPED_FILE: Final = "dropped.csv"


def add_dropped(dropped: pd.DataFrame, folder: Path) -> Path:
    """Adds rows to the folder's list; a row that is there already, by its id, is replaced.

    Args:
        dropped: The manifest's columns, and `reason` and `detail`.
        folder: Of the data set.

    Raises:
        DatasetError: the list cannot be read or written.
    """
    path = folder / DROPPED_FILE
    try:
        if path.is_file():
            earlier = pd.read_csv(path, dtype="str", encoding="utf-8")
            rows = pd.concat([earlier[~earlier["id"].isin(dropped["id"])], dropped.astype("str")])
        else:
            rows = dropped
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".dropped-", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            rows.to_csv(file, index=False, lineterminator="\n")
        Path(draft).replace(path)
    except (OSError, ValueError, KeyError) as error:
        raise DatasetError(f"{path} cannot be written: {' '.join(str(error).split())}.") from error
    return path
