"""The commands below `feedback`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from launcher.configuration import Unavailable, one_line_errors
from launcher.opened_database import opened_database

feedback = typer.Typer(help="What members said of judgements.", no_args_is_help=True)


@feedback.callback()
def _root() -> None:
    # With a callback, `export` stays a command of its own though it is the only one.
    pass


@feedback.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to: FILE.csv or FILE.parquet.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it exists.")] = False,
) -> None:
    """Write what members say of each poster as a table, without their names; also while the bot runs."""
    from bot.feedback.exporting import ExportError
    from bot.feedback.exporting import export as write

    async def run() -> int:
        async with opened_database() as database:
            return await write(database, file, force=force)

    with one_line_errors():
        try:
            count = asyncio.run(run())
        except ExportError as error:
            raise Unavailable(str(error)) from None
    typer.echo(f"{file} holds what members say of {count} posters.")
