"""Brings IMDb's files into the database: portion by portion, each with the position up to which all is in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from launcher.configuration import Unavailable
from launcher.films.reading import Portion, check_kind, fingerprint, portions
from models.database import Database
from models.fail_points import reach
from models.imdb_files import BASICS, RATINGS, ImdbFile
from models.repositories import FilmImportRepository, FilmRepository
from models.repositories.snapshots import first_line

Progress = Callable[[str, int, int], None]
"""Takes the name of what is read, how many bytes of the file are done, and of how many."""

RUN_AGAIN: Final = "run the command again, and it goes on where it stopped"


@dataclass(kw_only=True)
class Imported:
    """What an import did."""

    source: ImdbFile
    was_finished: bool = False
    """All of it was in the database already."""
    rows: int = 0
    """Films or ratings that were read in this run."""
    bad_lines: int = 0
    """Lines of this run that were skipped, because they are not what IMDb describes."""


async def import_file(database: Database, source: ImdbFile, path: Path, progress: Progress) -> Imported:
    """Imports one of IMDb's files, from where the last import of the same content stopped.

    A newer file brings films up to date; films that it no longer has stay. Takes memory for one portion.

    Raises:
        Unavailable: the file is not the one it should be, or it or the database cannot be used.
    """
    check_kind(path, source)
    content, size = fingerprint(path), path.stat().st_size
    done = Imported(source=source)
    try:
        async with database.writing() as session:
            standing = await FilmImportRepository(session).begin(source.name, content)
            position, done.was_finished = standing.position, standing.finished_at is not None
        if done.was_finished:
            return done
        for portion in portions(path, source, position):
            await _keep(database, source, content, position, portion)
            reach("films.portion_kept")
            position = portion.position
            done.rows += len(portion.rows)
            done.bad_lines += portion.bad_lines
            progress(source.name, portion.packed_position, size)
        await _finish(database, source, content)
    except SQLAlchemyError as error:
        raise Unavailable(f"The database cannot be written: {first_line(error)}; {RUN_AGAIN}.") from None
    return done


async def _keep(database: Database, source: ImdbFile, content: str, before: int, portion: Portion) -> None:
    async with database.writing() as session:
        if not await FilmImportRepository(session).advance(source.name, content, before, portion.position):
            raise Unavailable(f"Another import of {source.name} is at work; let one of the two finish.")
        films = FilmRepository(session)
        await (films.keep_titles(portion.rows) if source is BASICS else films.rate(portion.rows))
        reach("films.portion_written")


async def _finish(database: Database, source: ImdbFile, content: str) -> None:
    async with database.writing() as session:
        imports = FilmImportRepository(session)
        await imports.finish(source.name, content, datetime.now(UTC))
        if source is BASICS:
            # Films that are new want their ratings, even from a file that was read before.
            await imports.forget(RATINGS.name)
