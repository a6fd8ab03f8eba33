"""Killed at any moment, an import goes on where it stopped, and the films are those of one that was not killed."""

import asyncio
from pathlib import Path

import psutil
import pytest
from sqlalchemy import URL, text

from launcher.configuration import Unavailable
from launcher.films.importing import import_file
from launcher.films.reading import PORTION_ROWS
from migrations.upgrade import upgrade
from models.database import Database, create_sync_engine
from models.fail_points import VARIABLE
from models.imdb_files import BASICS, RATINGS
from tests.end_to_end.processes import Process
from tests.launcher.films.imdb import basics, films_in, packed, rating, ratings, title


async def kill_at(point: str, url: URL, *arguments: str, cwd: Path) -> None:
    """Runs an import and kills it when it gets to a fail point."""
    process = await Process.start(
        *("imdb", "import", *arguments),
        cwd=cwd,
        POSTER_JUDGE_DATA_DIR=str(cwd),
        DATABASE_URL=url.render_as_string(hide_password=False),
        **{VARIABLE: point},
    )
    async with asyncio.timeout(60):
        while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.02)
    await process.kill()


async def import_all(url: URL, titles: Path, scores: Path) -> int:
    """Imports both files in this process; gives how many films and ratings it read."""
    database = Database(url)
    try:
        done = [await import_file(database, *file, lambda *_: None) for file in ((BASICS, titles), (RATINGS, scores))]
        return sum(imported.rows for imported in done)
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("point", "pack"),
    [("films.portion_written", False), pytest.param("films.portion_kept", True, marks=pytest.mark.long)],
)
async def test_an_import_killed_again_and_again_ends_with_the_same_films(
    database_url: URL, tmp_path: Path, point: str, pack: bool
) -> None:
    titles = basics(tmp_path / "b.tsv", *(title(number, f"Film {number} of many") for number in range(2500)))
    scores = ratings(tmp_path / "r.tsv", *(rating(number, votes=number) for number in range(0, 2500, 2)))
    if pack:
        titles, scores = packed(titles), packed(scores)
    unbroken = URL.create("sqlite", database=str(tmp_path / "unbroken.db"))
    upgrade(unbroken)
    assert await import_all(unbroken, titles, scores) == 3750

    read = [("--basics", str(titles)), ("--basics", str(titles), "--ratings", str(scores))]
    for arguments in read:
        await kill_at(point, database_url, *arguments, cwd=tmp_path)
    # The portions that were in before the kills are not read again.
    kept = 0 if point == "films.portion_written" else len(read) * PORTION_ROWS
    assert await import_all(database_url, titles, scores) == 3750 - kept
    assert films_in(database_url) == films_in(unbroken)


async def test_two_imports_of_a_file_do_not_get_in_each_others_way(database: Database, tmp_path: Path) -> None:
    titles = basics(tmp_path / "b.tsv", *(title(number) for number in range(2500)))
    engine = create_sync_engine(database.url)

    def another_is_faster(*_: object) -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE film_imports SET position = position + 1"))

    with pytest.raises(Unavailable, match="Another import"):
        await import_file(database, BASICS, titles, another_is_faster)
    engine.dispose()
    assert len(films_in(database.url)) == PORTION_ROWS
