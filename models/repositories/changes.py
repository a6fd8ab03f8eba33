"""Statements that every repository writes alike on both databases."""

from typing import Any, cast

from sqlalchemy import CursorResult, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import Base


async def rows_changed(session: AsyncSession, statement: Update) -> int:
    """Executes an UPDATE and gives the number of rows that it matched."""
    result = cast("CursorResult[Any]", await session.execute(statement))
    return result.rowcount


def insert(session: AsyncSession, table: type[Base]) -> postgresql.Insert:
    """An INSERT that may say what to do about a row that is there: the same words on both databases."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if on_postgresql else cast("postgresql.Insert", sqlite.insert(table))
