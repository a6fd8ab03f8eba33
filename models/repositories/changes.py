"""How many rows a statement changed."""

from typing import Any, cast

from sqlalchemy import CursorResult, Update
from sqlalchemy.ext.asyncio import AsyncSession


async def rows_changed(session: AsyncSession, statement: Update) -> int:
    """Executes an UPDATE and gives the number of rows that it matched."""
    result = cast("CursorResult[Any]", await session.execute(statement))
    return result.rowcount
