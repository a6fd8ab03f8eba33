"""The database: one async engine, units of work that read and units that write."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from pydantic import Field, SecretStr
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from models.settings import Settings, SettingsError

BUSY_TIMEOUT: Final = 10.0
"""Seconds that a unit waits for another process's write to SQLite."""

CONNECT_TIMEOUT: Final = 5
"""Seconds until PostgreSQL has to answer."""

BEGIN_OPTION: Final = "poster_judge_begin"


class DatabaseSettings(Settings):
    """Where the database is."""

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="`postgresql://…` or `sqlite:///file`; unset: SQLite below the data directory",
    )

    def url(self) -> URL:
        """The address with its driver.

        Raises:
            SettingsError: it is neither SQLite nor PostgreSQL, or no address at all. Its value is not repeated.
        """
        if self.database_url is None:
            return URL.create("sqlite", database=str(self.data_dir / "poster-judge.db"))
        try:
            url = make_url(self.database_url.get_secret_value())
        except ArgumentError:
            raise SettingsError(
                "DATABASE_URL: not a database address; expected postgresql://… or sqlite:///…"
            ) from None
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise SettingsError("DATABASE_URL: only postgresql://… and sqlite:///… are supported")
        return url


def create_sync_engine(url: URL) -> Engine:
    """An engine for migrations, with the same transaction rules as the service's."""
    _make_folder(url)
    engine = create_engine(_with_driver(url, "pysqlite"), connect_args=_connect_args(url))
    _prepare(engine)
    return engine


class Database:
    """Access to the rows; sessions come from here and nowhere else."""

    def __init__(self, url: URL) -> None:
        self.url = url
        _make_folder(url)
        self._engine: AsyncEngine = create_async_engine(
            _with_driver(url, "aiosqlite"), connect_args=_connect_args(url), pool_pre_ping=not _is_sqlite(url)
        )
        _prepare(self._engine.sync_engine)
        self._writing = self._engine.execution_options(**{BEGIN_OPTION: "BEGIN IMMEDIATE"})
        # SQLite has one writer. Waiting in line here is fair; waiting in SQLite is a poll that may starve.
        self._line = asyncio.Lock() if _is_sqlite(url) else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A unit that only reads."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A unit that writes: committed at the end of the block, rolled back when it raises.

        On SQLite it begins as a writer, because a reader that turns writer fails at once as "locked" in WAL mode,
        whatever the time-out (sqlite.org/lang_transaction.html, "BEGIN IMMEDIATE").
        """
        if self._line is None:
            async with AsyncSession(self._writing, expire_on_commit=False) as session, session.begin():
                yield session
            return
        async with (
            self._line,
            AsyncSession(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

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

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN_OPTION, "BEGIN"))
