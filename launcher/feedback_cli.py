"""The commands below `feedback`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from launcher.configuration import Unavailable, one_line_errors

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
    from migrations.upgrade import DatabaseNotReady, require_current
    from models.database import Database
    from models.database_faults import sentence_for_fault
    from models.database_settings import DatabaseSettings
    from models.settings import load

    async def run() -> int:
        database = Database(url)
        try:
            return await write(database, file, force=force)
        finally:
            await database.close()

    with one_line_errors():
        url = load(DatabaseSettings).url()
        try:
            require_current(url)
            count = asyncio.run(run())
        except (DatabaseNotReady, ExportError) as error:
            raise Unavailable(str(error)) from None
        except SQLAlchemyError as error:
            raise Unavailable(sentence_for_fault(error)) from None
    typer.echo(f"{file} holds what members say of {count} posters.")
