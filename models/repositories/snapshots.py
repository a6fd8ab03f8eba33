"""Whole tables, as the database itself describes them: for backups, which also hold what older code wrote."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, Self

from sqlalchemy import (
    JSON,
    Connection,
    Integer,
    MetaData,
    Table,
    cast,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.snapshot_values import NoSuchValue, from_json, to_json

PORTION: Final = 500
"""Rows that are in memory at a time."""

REVISION_TABLE: Final = "alembic_version"


class SnapshotRepository:
    """All tables at the database's revision, without their classes; rows come and go as JSON's own types."""

    def __init__(self, session: AsyncSession, tables: Sequence[Table], revision: str | None) -> None:
        """`open` is the way to get one."""
        self.session = session
        self.revision = revision
        """What the migrations call the tables' state; None where there were none."""
        self._tables = {table.name: table for table in tables}

    @classmethod
    async def open(cls, session: AsyncSession) -> Self:
        """Reads from the database which tables it has."""
        metadata = await (await session.connection()).run_sync(_reflect)
        revisions = metadata.tables.get(REVISION_TABLE)
        revision = None if revisions is None else await session.scalar(select(revisions.c.version_num))
        return cls(session, [table for table in metadata.sorted_tables if table.name != REVISION_TABLE], revision)

    @classmethod
    async def frozen(cls, session: AsyncSession) -> Self:
        """Like `open`, in a session that reads one and the same state to its end, and holds no writer up.

        SQLite gives that to any transaction in WAL mode; PostgreSQL to one that asks for it before all else.
        """
        if session.get_bind().dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            await session.connection(execution_options=options)
        return await cls.open(session)

    @property
    def tables(self) -> list[str]:
        """Names of the tables, each after those that it refers to."""
        return list(self._tables)

    async def rows(self, table: str) -> AsyncIterator[list[dict[str, Any]]]:
        """All rows of a table in portions, in no particular order."""
        columns = self._tables[table].columns
        stream = await self.session.stream(select(self._tables[table]), execution_options={"yield_per": PORTION})
        async for portion in stream.partitions():
            yield [
                {column.name: to_json(column, value) for column, value in zip(columns, row, strict=True)}
                for row in portion
            ]

    async def hold_any_row(self) -> bool:
        """Whether anything is in the tables."""
        for table in self._tables.values():
            if await self.session.scalar(select(exists(select(1).select_from(table)))):
                return True
        return False

    async def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Adds rows as `rows` gave them.

        Raises:
            NoSuchValue: the table has other columns, or a column cannot hold what a row says.
            SQLAlchemyError: the database refuses them.
        """
        columns = self._tables[table].columns
        naive = self.session.get_bind().dialect.name == "sqlite"
        for row in rows:
            if row.keys() != set(columns.keys()):
                raise NoSuchValue(f"A row of {table} has other columns than the table.")
        values = [{name: from_json(columns[name], row[name], naive_times=naive) for name in row} for row in rows]
        try:
            await self.session.execute(insert(self._tables[table]), values)
        except (OverflowError, TypeError, ValueError):  # Of the driver, before the database saw it.
            raise NoSuchValue(f"A row of {table} holds what the table cannot hold.") from None

    async def count_on(self) -> None:
        """Lets PostgreSQL's counters go on behind the ids that were inserted; SQLite does so by itself."""
        if self.session.get_bind().dialect.name != "postgresql":
            return
        for table in self._tables.values():
            for column in table.columns:
                if isinstance(column.type, Integer):
                    name = func.quote_ident(table.name)
                    counter = await self.session.scalar(select(func.pg_get_serial_sequence(name, column.name)))
                    if counter is not None:
                        last = select(func.max(column)).scalar_subquery()
                        value = func.setval(cast(counter, REGCLASS), func.coalesce(last, 1), last.is_not(None))
                        await self.session.execute(select(value))


def _reflect(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True  # As in all of our tables; the database does not say so.
    return metadata


def first_line(error: SQLAlchemyError) -> str:
    """The driver's own words about a failure, without the statement and its values."""
    lines = str(getattr(error, "orig", None) or type(error).__name__).splitlines()
    return lines[0] if lines else type(error).__name__
