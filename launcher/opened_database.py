"""The database of a command, if it fits this program."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from launcher.configuration import Unavailable
from models.database_settings import DatabaseSettings
from models.settings import load

if TYPE_CHECKING:
    from models.database import Database


@asynccontextmanager
async def opened_database(unit_timeout: float | None = None) -> "AsyncIterator[Database]":
    """The database, closed after the block; also while the bot runs.

    Args:
        unit_timeout: seconds after which a unit of work is given up; None for as long as it takes.

    Raises:
        Unavailable: it is out of reach, of another revision, or refuses within the block.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from migrations.upgrade import DatabaseNotReady, require_current
    from models.database import Database
    from models.database_faults import sentence_for_fault

    url = load(DatabaseSettings).url()
    try:
        require_current(url)
    except DatabaseNotReady as error:
        raise Unavailable(str(error)) from None
    database = Database(url, unit_timeout=unit_timeout)
    try:
        yield database
    except SQLAlchemyError as error:
        raise Unavailable(sentence_for_fault(error)) from None
    finally:
        await database.close()
