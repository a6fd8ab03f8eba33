"""Runs that nobody asks for start when they are due, and once."""

import itertools
from datetime import UTC, datetime, time, timedelta
from unittest.mock import AsyncMock

import pytest

from bot.versions import retraining, scheduling
from bot.versions.scheduling import Schedule
from models.database import Database
from models.repositories import FeedbackRepository
from models.repositories.training_runs import SCHEDULE
from models.tables import Feedback, FeedbackKind, FeedbackWay, Poster
from tests.bot.versions.runs import asked_for, finished, taken

EVENING = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 3, 0, 30, tzinfo=UTC)
SOURCES = itertools.count(1)


class Clock:
    """The clock on the wall, which an operator may set."""

    def __init__(self) -> None:
        self.now = EVENING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(scheduling, "now", clock)
    monkeypatch.setattr(retraining, "now", clock)
    return clock


async def corrected(database: Database, clock: Clock, *posters: str, private: bool = False) -> None:
    async with database.writing() as session:
        for name in posters:
            poster = Poster(id=name, width=2, height=3, size=9, created_at=clock.now, group_id=name.partition("-")[0])
            await session.merge(poster)
            await session.flush()
            event = Feedback(
                source_id=next(SOURCES),
                poster_id=name,
                private=private,
                user_id=1,
                kind=FeedbackKind.GENRES,
                value=["Drama"],
                way=FeedbackWay.MENU,
                created_at=clock.now,
            )
            session.add(event)


async def done(database: Database, schedule: Schedule) -> None:
    """A run is due; it starts, and comes to its end."""
    run = await schedule.ask_if_due()
    assert run is not None
    assert (run.operator, run.user_id, run.channel_id) == (SCHEDULE, None, 7)
    assert await schedule.ask_if_due() is None  # It has the slot.
    await taken(database, run.id)
    await finished(database, run.id)


async def test_so_many_newly_corrected_posters_start_a_run_and_then_as_many_again(
    database: Database, clock: Clock
) -> None:
    schedule = Schedule(database, after=3, at=None, channel_id=7)
    await corrected(database, clock, "a-1", "a-2", "b-1")  # The first two look the same.
    await corrected(database, clock, "secret-1", private=True)
    assert await schedule.ask_if_due() is None
    await corrected(database, clock, "c-1")
    await done(database, schedule)
    clock.now += timedelta(minutes=5)
    await corrected(database, clock, "d-1", "e-1")
    assert await schedule.ask_if_due() is None
    await corrected(database, clock, "f-1")
    await done(database, schedule)


async def test_a_night_that_brought_corrections_starts_one_run_however_the_clock_is_set(
    database: Database, clock: Clock
) -> None:
    schedule = Schedule(database, after=0, at=time(3, 0), channel_id=7)
    clock.now = NIGHT
    assert await schedule.ask_if_due() is None  # Nothing was corrected.
    clock.now = EVENING
    await corrected(database, clock, "a-1")
    assert await schedule.ask_if_due() is None
    clock.now = NIGHT
    await done(database, schedule)
    for hours in (0.5, -1.0, -0.5, 0.5, -24.0, 0.0):  # Set back over the hour, and over midnight.
        clock.now = NIGHT + timedelta(hours=hours)
        await corrected(database, clock, f"x{hours}-1")
        assert await schedule.ask_if_due() is None
    clock.now = NIGHT + timedelta(days=1, hours=2)
    await corrected(database, clock, "b-1")
    assert await schedule.ask_if_due() is None  # The bot was down at three.
    clock.now = NIGHT + timedelta(days=2)
    await done(database, schedule)


async def test_a_night_whose_hour_goes_on_after_midnight_starts_its_run_when_the_one_under_way_has_ended(
    database: Database, clock: Clock
) -> None:
    schedule = Schedule(database, after=0, at=time(23, 30), channel_id=7)
    late = await asked_for(database)
    clock.now = EVENING + timedelta(hours=1, minutes=40)
    await corrected(database, clock, "a-1")
    assert await schedule.ask_if_due() is None
    await taken(database, late.id)
    await finished(database, late.id)
    clock.now = EVENING + timedelta(hours=2, minutes=10)
    await done(database, schedule)
    clock.now += timedelta(minutes=10)
    await corrected(database, clock, "b-1")
    assert await schedule.ask_if_due() is None
    clock.now += timedelta(days=1)
    await done(database, schedule)


async def test_corrections_are_counted_only_where_a_run_may_be_due(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = AsyncMock(return_value=1)
    monkeypatch.setattr(FeedbackRepository, "corrected_since", counts)
    schedule = Schedule(database, after=0, at=time(3, 0), channel_id=7)
    assert await schedule.ask_if_due() is None
    assert counts.await_count == 0
    clock.now = NIGHT
    await done(database, schedule)
    assert counts.await_count == 1
    assert await schedule.ask_if_due() is None
    assert counts.await_count == 1


async def test_without_the_settings_nothing_starts_by_itself(database: Database, clock: Clock) -> None:
    await corrected(database, clock, "a-1", "b-1")
    assert await Schedule(database, after=0, at=None).ask_if_due() is None
