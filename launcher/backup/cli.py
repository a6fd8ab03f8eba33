"""The commands `backup` and `restore`."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from launcher.configuration import one_line_errors

if TYPE_CHECKING:
    from launcher.backup.backing_up import Progress
    from launcher.backup.manifest import Manifest

NAMED: Final = 5
"""Missing posters that are told by name; the manifest has all of them."""


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; default: poster-judge-<time>.tar in this folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it exists.")] = False,
) -> None:
    """Write everything that is kept into one file, also while bot and engine run."""
    from launcher.backup.backing_up import back_up
    from launcher.backup.places import Places

    target = file or Path(f"poster-judge-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.tar")
    with one_line_errors(), _progress() as progress:
        manifest = asyncio.run(back_up(Places.from_settings(), target, force=force, progress=progress))
    typer.echo(f"{target} holds {_content(manifest)}.")
    if manifest.missing_posters:
        count, some = len(manifest.missing_posters), ", ".join(manifest.missing_posters[:NAMED])
        more = f" and {count - NAMED} more" if count > NAMED else ""
        typer.echo(f"Not in it, because the poster store lacks them or holds them damaged: {some}{more}.", err=True)
    if manifest.missing_versions:
        typer.echo(f"Not in it, because they are damaged: versions {', '.join(manifest.missing_versions)}.", err=True)


def restore(file: Annotated[Path, typer.Argument(help="What `poster-judge backup` wrote.")]) -> None:
    """Fill an empty database, the poster store and the version store from a backup."""
    from launcher.backup.places import Places
    from launcher.backup.restoring import restore as fill

    with one_line_errors(), _progress() as progress:
        manifest = asyncio.run(fill(Places.from_settings(), file, progress))
    typer.echo(f"Restored {_content(manifest)}, as of {manifest.created_at}.")


def _content(manifest: "Manifest") -> str:
    predictions = manifest.rows.get("predictions", 0)
    return (
        f"{predictions} predictions ({sum(manifest.rows.values())} rows), {manifest.posters} posters, "
        f"versions beside the shipped ones: {len(manifest.versions)}"
    )


@contextmanager
def _progress() -> Iterator["Progress"]:
    """A bar on standard error where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield show
