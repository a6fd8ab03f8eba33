"""Kaggle's `MovieGenre.csv`: some 40,000 films with the addresses of their posters, in Latin-1."""

from pathlib import Path
from typing import Final

from model_engine.datasets.importing import values
from model_engine.datasets.importing.csv_rows import csv_rows
from model_engine.datasets.importing.gathering import READERS, Gathering
from model_engine.datasets.manifest import DatasetError

COLUMNS: Final = ("imdbId", "Imdb Link", "Title", "IMDB Score", "Genre", "Poster")
ENCODING: Final = "latin-1"
BROKEN_ROW: Final = "row with too few or too many cells"


def gather(path: Path, encoding: str = ENCODING) -> Gathering:
    """All rows of the file; `dataset download` fetches the posters.

    Raises:
        DatasetError: the file is not `MovieGenre.csv`.
    """
    names, rows = csv_rows(path, encoding)
    lacking = [column for column in COLUMNS if column not in names]
    if lacking:
        raise DatasetError(f"{path} is not Kaggle's MovieGenre.csv: it has no column {lacking[0]}.")
    gathering = Gathering(path.name, {**READERS, "id": values.imdb_id})
    for row in rows:
        if row is None:
            gathering.leave_out(BROKEN_ROW)
            continue
        title, year = values.title_and_year(row["Title"])
        gathering.add(
            {
                "id": row["imdbId"],
                "title": title,
                "year": year,
                "genres": row["Genre"],
                "score": row["IMDB Score"],
                "url": row["Poster"],
            }
        )
    return gathering
