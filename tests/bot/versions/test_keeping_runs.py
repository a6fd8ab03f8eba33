"""Retrainings go on whoever died, and end where nobody takes them."""

from unittest.mock import Mock

import pytest
from sqlalchemy.exc import OperationalError

from bot.versions.keeping_runs import LOST_AFTER, NEW_REQUEST_AFTER, NOT_TAKEN_AFTER, REQUEST_AGAIN_AFTER, RunKeeper
from bot.versions.promoting import champion
from bot.versions.retraining import request
from bot.versions.scheduling import Schedule
from broker import streams
from broker.champion import read_champion
from broker.connection import Broker
from broker.training import TrainingQueue
from models.database import Database
from models.tables import Decision, RunState
from tests.bot.versions.runs import asked_for, beat, done, finished, found, taken


class Keeping:
    """A keeper whose clock the test moves."""

    def __init__(self, database: Database, broker: Broker, *, auto_promote: bool = False) -> None:
        self.at = 0.0
        self.keeper = RunKeeper(
            database,
            broker,
            Schedule(database, after=0, at=None),
            auto_promote=auto_promote,
            clock=lambda: self.at,
        )

    async def after(self, seconds: float) -> None:
        self.at += seconds
        await self.keeper.look()


@pytest.fixture
async def keeping(database: Database, broker: Broker) -> Keeping:
    return Keeping(database, broker)


async def requests(broker: Broker) -> int:
    return (await broker.js.stream_info(streams.TRAININGS)).state.messages


async def test_a_request_that_was_lost_is_told_again_and_one_that_was_not_stays_one(
    database: Database, broker: Broker, keeping: Keeping
) -> None:
    run = await asked_for(database)  # Who asked died before telling the trainers.
    for _ in range(3):
        await keeping.after(REQUEST_AGAIN_AFTER)
        assert await requests(broker) == 1
    await broker.js.purge_stream(streams.TRAININGS)  # The queue lost it, and remembers that it had it.
    await keeping.after(NEW_REQUEST_AFTER)
    delivery = await (await TrainingQueue.open(broker)).pull(5)
    assert delivery is not None
    assert delivery.body.run_id == run.id


async def test_the_next_in_line_starts_when_the_slot_is_free(
    database: Database, broker: Broker, keeping: Keeping
) -> None:
    first = await asked_for(database)
    second, third = await asked_for(database, wait=True), await asked_for(database, wait=True)
    await request(broker, first)
    await keeping.after(0)
    assert (await found(database, second.id)).state is RunState.WAITING
    await taken(database, first.id)
    await finished(database, first.id)
    await keeping.after(0)
    assert (await found(database, second.id)).state is RunState.REQUESTED
    assert (await found(database, third.id)).state is RunState.WAITING
    assert await requests(broker) == 2


async def test_a_run_that_no_trainer_takes_ends_and_says_how_to_start_one(database: Database, keeping: Keeping) -> None:
    run = await asked_for(database)
    await keeping.after(0)
    await keeping.after(NOT_TAKEN_AFTER - 1)
    assert (await found(database, run.id)).state is RunState.REQUESTED
    await keeping.after(1)
    ended = await found(database, run.id)
    assert (ended.state, ended.cause) == (RunState.FAILED, "no_trainer")
    assert "start one with `poster-judge trainer`" in ended.explanation
    await asked_for(database)


async def test_a_run_whose_trainer_is_silent_ends_and_one_that_goes_on_does_not(
    database: Database, keeping: Keeping
) -> None:
    run = await asked_for(database)
    await taken(database, run.id)
    for done_ in range(3):
        await keeping.after(LOST_AFTER - 1)
        assert await beat(database, run.id, "features", done_, 3)
        await keeping.after(0)
    await keeping.after(LOST_AFTER)
    ended = await found(database, run.id)
    assert (ended.state, ended.cause) == (RunState.FAILED, "trainer_lost")
    assert "Its trainer has not been heard of for 5 minutes" in ended.explanation


async def test_a_run_outlives_a_database_that_is_gone_for_longer_than_a_trainer_may_be_silent(
    database: Database, keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await asked_for(database)
    await taken(database, run.id)
    await keeping.after(0)
    with monkeypatch.context() as patched:
        patched.setattr(database, "reading", Mock(side_effect=OperationalError("", None, OSError())))
        with pytest.raises(OperationalError):
            await keeping.after(LOST_AFTER)
    await keeping.after(0)  # The trainer has not written yet either.
    assert (await found(database, run.id)).state is RunState.RUNNING
    await keeping.after(LOST_AFTER)
    assert (await found(database, run.id)).cause == "trainer_lost"


async def test_by_itself_only_a_version_is_promoted_that_passed_the_whole_gate(
    database: Database, broker: Broker, keeping: Keeping
) -> None:
    by_itself = Keeping(database, broker, auto_promote=True)
    small = await done(database, refused=("enough",))
    await by_itself.after(0)
    assert (await found(database, small.id)).decision is None
    good = await done(database)
    await keeping.after(0)
    assert (await found(database, good.id)).decision is None  # As it comes, nothing is promoted by itself.
    await by_itself.after(0)
    promoted = await found(database, good.id)
    assert (promoted.decision, promoted.decided_by) == (Decision.PROMOTED, "auto-promotion")
    assert await champion(database) == good.version
    told = await read_champion(broker)
    assert told is not None
    assert told.version == good.version
    stale = await done(database)  # Of starter-3, which is no longer champion.
    await by_itself.after(0)
    assert (await found(database, stale.id)).decision is None
    unchecked = await done(database, champion=good.version, checks=())
    await by_itself.after(0)
    assert (await found(database, unchecked.id)).decision is None
