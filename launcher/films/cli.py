"""The commands `imdb import` and `imdb status`."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from launcher.configuration import Unavailable, one_line_errors
from launcher.opened_database import opened_database

if TYPE_CHECKING:
    from rich.progress import TaskID

    from launcher.films.importing import Imported, Progress

imdb = typer.Typer(help="IMDb's titles and scores.", no_args_is_help=True)


@imdb.command("import")
def import_files(
    basics: Annotated[Path | None, typer.Option(help="IMDb's title.basics.tsv, or the same as .gz.")] = None,
    ratings: Annotated[Path | None, typer.Option(help="IMDb's title.ratings.tsv, or the same as .gz.")] = None,
) -> None:
    """Bring IMDb's films into the database, also while the bot runs; stopped in the middle, run it again."""
    with one_line_errors(), _progress() as progress:
        for done in asyncio.run(_import(basics, ratings, progress)):
            _tell(done)
    status()


@imdb.command()
def status() -> None:
    """Say how many films the database has, and how far imports got."""
    with one_line_errors():
        asyncio.run(_print_status())


async def _import(basics: Path | None, ratings: Path | None, progress: "Progress") -> "list[Imported]":
    from launcher.films.importing import import_file
    from models.imdb_files import BASICS, RATINGS

    if basics is None and ratings is None:
        raise Unavailable("Name what to import: --basics title.basics.tsv.gz, --ratings title.ratings.tsv.gz, or both.")
    async with opened_database() as database:
        # Titles first: a rating without its film is left out.
        files = ((BASICS, basics), (RATINGS, ratings))
        return [await import_file(database, source, path, progress) for source, path in files if path is not None]


async def _print_status() -> None:
    from models.repositories import FilmImportRepository, FilmRepository

    async with opened_database() as database, database.reading() as session:
        typer.echo(f"The database has {await FilmRepository(session).count():,} films.")
        for file in await FilmImportRepository(session).all():
            at = file.finished_at
            how_far = "not yet all of it" if at is None else f"all of it, at {at:%Y-%m-%d %H:%M} UTC"
            typer.echo(f"{file.file}: {file.position:,} bytes imported, {how_far}.")


def _tell(done: "Imported") -> None:
    name = done.source.name
    if done.was_finished:
        typer.echo(f"{name}: all of this file was imported before.")
        return
    typer.echo(f"{name}: {done.rows:,} {done.source.rows_are} read.")
    if done.bad_lines:
        lines = "1 line" if done.bad_lines == 1 else f"{done.bad_lines:,} lines"
        typer.echo(f"{name}: {lines} skipped, not as IMDb describes them.", err=True)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar of bytes on standard error where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    text = TextColumn("{task.description}")
    columns = (text, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        yield show
