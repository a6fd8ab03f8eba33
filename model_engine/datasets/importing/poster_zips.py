"""A folder of zips of posters with a `labels.csv` beside them, as `../shared/posters` is one.

`Dataset.open` reads such a folder as it is; importing it makes a copy with a manifest of its own.
"""

from pathlib import Path
from typing import Final

from model_engine.datasets.importing import table
from model_engine.datasets.importing.gathering import Gathering
from model_engine.datasets.manifest import ZIPPED_FILE, DatasetError

COLUMNS: Final = {
    "id": "id",
    "image": "{archive}#{id}.webp",
    "title": "title",
    "year": "year",
    "genres": "genres",
    "score": "imdb_score",
    "votes": "num_votes",
    "source": "archive",
    "split": "split",
}


def gather(folder: Path, out: Path) -> Gathering:
    """All rows of the folder's table, with the zips brought in whole.

    Raises:
        DatasetError: it has no such table, or the zips cannot be copied.
    """
    labels = folder / ZIPPED_FILE
    if not labels.is_file():
        raise DatasetError(f"{folder} has no {ZIPPED_FILE}.")
    return table.gather(labels, out, COLUMNS)
