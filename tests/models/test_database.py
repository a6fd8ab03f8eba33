"""Units of work when there is much to do, and when the database refuses."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from models.database import Database, DatabaseBusy, DatabaseHangs
from models.database_faults import sentence_for_fault

LOCKED = "The database refuses: it is locked by another program."


async def write(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE IF NOT EXISTS notes (words TEXT)"))


async def test_who_stands_in_line_is_refused_with_the_one_ahead_and_who_comes_later_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.BUSY_TIMEOUT", 0.2)
    database = Database(make_url(f"sqlite:///{tmp_path / 'test.db'}"))
    await write(database)
    with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        faults = await asyncio.gather(*(write(database) for _ in range(20)), return_exceptions=True)
    assert [type(fault) for fault in faults] == [OperationalError] + [DatabaseBusy] * 19
    assert {sentence_for_fault(fault) for fault in faults if isinstance(fault, SQLAlchemyError)} == {LOCKED}
    await write(database)
    await database.close()


async def test_a_unit_that_takes_too_long_is_given_up_and_the_next_goes_on(tmp_path: Path) -> None:
    database = Database(make_url(f"sqlite:///{tmp_path / 'test.db'}"), unit_timeout=0.2)

    async def hang() -> None:
        async with database.writing() as session:
            await session.execute(text("SELECT 1"))
            await asyncio.Event().wait()

    with pytest.raises(DatabaseHangs):
        await hang()
    await write(database)
    await database.close()


async def test_a_unit_that_is_cancelled_wherever_it_is_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.BUSY_TIMEOUT", 0.5)
    database = Database(make_url(f"sqlite:///{tmp_path / 'test.db'}"))

    async def execute(statement: str) -> None:
        async with database.writing() as session:
            await session.execute(text(statement))
            await session.execute(text("SELECT count(*) FROM hearts"))

    async def cancel_after(turns: int) -> asyncio.Task[None]:
        unit = asyncio.create_task(execute("INSERT INTO hearts VALUES (1)"))
        for _ in range(turns):
            await asyncio.sleep(0.0002)
        unit.cancel()
        with suppress(asyncio.CancelledError):
            await unit
        return unit

    async with database.writing() as session:
        await session.execute(text("CREATE TABLE hearts (beats INTEGER)"))
    cancelled = []  # Kept, and with them their tracebacks, which refer to statements.
    for turn in range(80):
        cancelled.append(await cancel_after(turn % 20))
        await execute("INSERT INTO hearts VALUES (2)")
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM hearts WHERE beats = 2")) == 80
    await database.close()
