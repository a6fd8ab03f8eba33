"""The database: one async engine, units of work that read and units that write."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

BUSY_TIMEOUT: Final = 5.0
"""Seconds that a unit waits for other programs: on SQLite for their writes, on PostgreSQL for each lock."""

LINE_TIMEOUT: Final = 20.0
"""Seconds that a unit waits for its turn within this process: a thousand members may come at once."""

CONNECT_TIMEOUT: Final = 5
"""Seconds until PostgreSQL has to answer."""

POOL_SIZE: Final = 16
"""Units of one process that are at work at a time, as many as posters at the intake; further ones wait in line."""

UNIT_TIMEOUT: Final = 12.0
"""Seconds for a unit of work that somebody waits for, from its turn on: more than two waits for other programs."""

BEGIN_OPTION: Final = "poster_judge_begin"


class DatabaseBusy(SQLAlchemyError):
    """A unit of work waited in line for too long, or for somebody whom the database refused, and was not begun."""


class DatabaseHangs(SQLAlchemyError):
    """A unit of work took too long and was given up; whether it was done is not known."""


def create_sync_engine(url: URL) -> Engine:
    """An engine for migrations, with the same transaction rules as the service's."""
    _make_folder(url)
    engine = create_engine(_with_driver(url, "pysqlite"), connect_args=_connect_args(url), hide_parameters=True)
    _prepare(engine)
    return engine


class Database:
    """Access to the rows; sessions come from here and nowhere else."""

    def __init__(self, url: URL, *, unit_timeout: float | None = None) -> None:
        """Opens no connection yet.

        Args:
            url: from `DatabaseSettings`.
            unit_timeout: seconds after which a unit of work is given up (psycopg may take ten more to let go of a
                server that does not answer); None for as long as it takes.
        """
        self.url = url
        self._unit_timeout = unit_timeout
        _make_folder(url)
        self._engine: AsyncEngine = create_async_engine(
            _with_driver(url, "aiosqlite"),
            connect_args=_connect_args(url),
            pool_pre_ping=not _is_sqlite(url),
            # Errors go to the log, and parameters hold interaction tokens.
            hide_parameters=True,
            **_pool(),
        )
        _prepare(self._engine.sync_engine)
        if unit_timeout is not None:
            _limit_statements(self._engine.sync_engine, unit_timeout)
        self._writing = self._engine.execution_options(**{BEGIN_OPTION: "BEGIN IMMEDIATE"})
        self._readers = asyncio.Semaphore(POOL_SIZE)
        # SQLite has one writer. Waiting in line here is fair; waiting in SQLite is a poll that may starve.
        self._writers = asyncio.Semaphore(1) if _is_sqlite(url) else self._readers
        self._refused_at = -math.inf
        self._refusal: SQLAlchemyError | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A unit that only reads.

        Raises:
            DatabaseBusy: it was not begun, because there was too much to do or the database refused.
            DatabaseHangs: it took too long.
        """
        async with (
            self._turn(self._readers),
            self._within_limit(),
            AsyncSession(self._engine, expire_on_commit=False) as session,
        ):
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A unit that writes: committed at the end of the block, rolled back when it raises.

        On SQLite it begins as a writer, because a reader that turns writer fails at once as "locked" in WAL mode,
        whatever the time-out (sqlite.org/lang_transaction.html, "BEGIN IMMEDIATE").

        Raises:
            DatabaseBusy: it was not begun, because there was too much to do or the database refused.
            DatabaseHangs: it took too long.
        """
        async with (
            self._turn(self._writers),
            self._within_limit(),
            AsyncSession(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @asynccontextmanager
    async def _turn(self, turns: asyncio.Semaphore) -> AsyncIterator[None]:
        came = time.monotonic()
        try:
            async with asyncio.timeout(LINE_TIMEOUT):
                await turns.acquire()
        except TimeoutError:
            raise DatabaseBusy("There has been too much to do for too long.") from None
        try:
            if self._refused_at > came:
                # Whoever stood in line meanwhile has waited as long, and would make those behind wait once more.
                raise DatabaseBusy("The database refused somebody ahead in the line.") from self._refusal
            yield
        except (OperationalError, DatabaseHangs) as error:
            self._refused_at, self._refusal = time.monotonic(), error
            raise
        finally:
            turns.release()

    @asynccontextmanager
    async def _within_limit(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._unit_timeout) as limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            raise DatabaseHangs("The database did not answer in time.") from None

    async def close(self) -> None:
        """Closes all connections."""
        await self._engine.dispose()


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _make_folder(url: URL) -> None:
    if _is_sqlite(url) and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _with_driver(url: URL, sqlite_driver: str) -> URL:
    return url.set(drivername=f"sqlite+{sqlite_driver}" if _is_sqlite(url) else "postgresql+psycopg")


def _connect_args(url: URL) -> dict[str, Any]:
    return {"timeout": BUSY_TIMEOUT} if _is_sqlite(url) else {"connect_timeout": CONNECT_TIMEOUT}


def _pool() -> dict[str, Any]:
    # Connections beyond the pool's size would be opened and closed again for one unit each.
    # One more than turns: SQLite's writer has a line of its own.
    return {"pool_size": POOL_SIZE + 1, "max_overflow": 0, "pool_timeout": BUSY_TIMEOUT}


def _limit_statements(engine: Engine, seconds: float) -> None:
    """Lets PostgreSQL end what nobody waits for any more."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.autocommit = True  # Else the setting would end with the transaction that it began.
        cursor = connection.cursor()
        cursor.execute(f"SET statement_timeout = {round(1000 * seconds)}")
        cursor.execute(f"SET lock_timeout = {round(1000 * BUSY_TIMEOUT)}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {round(1000 * seconds)}")
        cursor.close()
        connection.autocommit = False


def _prepare(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        # The driver's own transaction handling is switched off: it begins too late, and not at all for DDL.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # Survives a killed process; a power cut may take the last units with it, and they are then done again.
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "invalidate")
    def _on_invalidate(connection: Any, _record: object, _error: BaseException | None) -> None:
        # A unit that was cancelled amid a statement: SQLite holds its lock, even after the connection was closed, for
        # as long as anything refers to that statement, such as the traceback of the cancellation.
        with suppress(Exception):
            connection.rollback()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN_OPTION, "BEGIN"))
