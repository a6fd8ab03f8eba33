"""The corrections as a table, for operators: what the crowd says of each poster, and nobody's name."""

import asyncio
import csv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from models.consensus import Consensus
from models.database import Database
from models.repositories import FeedbackRepository
from models.repositories.exports import Corrected, ExportRepository

COLUMNS: Final = {
    "poster_id": "VARCHAR",
    "group_id": "VARCHAR",
    "genres": "VARCHAR",
    "genre_members": "INTEGER",
    "score": "DOUBLE",
    "score_members": "INTEGER",
    "imdb_id": "VARCHAR",
    "imdb_members": "INTEGER",
    "members": "INTEGER",
    "events": "INTEGER",
}
"""Columns with their types in Parquet. `genres` are the crowd's, between semicolons; figures of members and the
consensus are those of all posters that look the same, `events` of this very one."""

PORTION: Final = 100
"""Posters that are read in one unit of work."""

SUFFIXES: Final = (".csv", ".parquet")


class ExportError(Exception):
    """The table cannot be written; the message is one sentence."""


async def export(database: Database, file: Path, *, force: bool = False) -> int:
    """Writes the table in portions, whole or not at all, and gives the number of posters in it.

    Args:
        database: migrated.
        file: its suffix says how: `.csv` or `.parquet`.
        force: whether a file that is there may be overwritten.

    Raises:
        ExportError: of the file.
        SQLAlchemyError: of the database.
    """
    if file.suffix not in SUFFIXES:
        raise ExportError(f"A file's name ends in {' or '.join(SUFFIXES)}. Received: {file.name!r}")
    if file.exists() and not force:
        raise ExportError(f"{file} is there already; --force overwrites it.")
    part, table = file.with_name(f".{file.name}.part"), file.with_name(f".{file.name}.csv.part")
    try:
        count = await _write_csv(database, table)
        if file.suffix == ".parquet":
            await asyncio.to_thread(_to_parquet, table, part)
        else:
            table.rename(part)
        part.replace(file)
    except OSError as error:
        raise ExportError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
        table.unlink(missing_ok=True)
    return count


async def _write_csv(database: Database, path: Path) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        async for poster, crowd in _posters(database):
            rows.writerow(_row(poster, crowd))
            count += 1
    return count


async def _posters(database: Database) -> AsyncIterator[tuple[Corrected, Consensus]]:
    """All posters of which anything that was said in the open still stands."""
    last = ""
    while True:
        async with database.reading() as session:
            portion = await ExportRepository(session).corrected_after(last, PORTION)
            feedback = FeedbackRepository(session)
            crowds = [await feedback.consensus_of(poster.poster_id) for poster in portion]
        for poster, crowd in zip(portion, crowds, strict=True):
            if crowd.members:
                yield poster, crowd
        if len(portion) < PORTION:
            return
        last = portion[-1].poster_id


def _row(poster: Corrected, crowd: Consensus) -> list[object]:
    return [
        poster.poster_id,
        poster.group_id,
        ";".join(crowd.genres),
        crowd.genre_members,
        crowd.score,
        crowd.score_members,
        crowd.imdb_id,
        crowd.imdb_members,
        crowd.members,
        poster.events,
    ]


def _to_parquet(table: Path, target: Path) -> None:
    """By DuckDB, in portions of its own: the lightest that does it (69 MB installed; pyarrow has 171, polars 182)."""
    import duckdb  # 0.1 s and 20 MB that only operators need, and they seldom.

    config: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "memory_limit": "256MB"}
    with duckdb.connect(config=config) as connection:
        source = connection.read_csv(str(table), header=True, columns=COLUMNS)
        source.write_parquet(str(target), compression="zstd")
