"""What the message of a run says when, and how often; Discord is played by the test."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from discord.utils import time_snowflake

from bot.judging.clock import now
from bot.judging.messenger import TryAgain, Undeliverable
from bot.versions.deciding import reject_run
from bot.versions.promoting import promote
from bot.versions.retraining import cancel
from bot.versions.serving import serving
from bot.versions.telling import MOST, News, RunTelling
from bot.versions.turns import LONGEST_PAUSE, OLD_PAUSE, PAUSE
from broker.connection import Broker
from broker.heartbeats import beat as tell_alive
from models.database import Database
from models.messages import Heartbeat
from models.tables import Decision, RunState, TrainingRun
from tests.bot.versions.runs import MONA, OLGA, asked_for, beat, done, finished, found, taken


class Discord:
    """Keeps what was shown; may be out of order."""

    def __init__(self) -> None:
        self.shown: list[News] = []
        self.message_id = time_snowflake(now())
        self.fault: Exception | None = None
        self.of_another_shard = False
        self.unreadable: int | None = None
        self.calls = 0
        self.before_shown: Callable[[], Awaitable[object]] | None = None
        self.replies_expired = False
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens while the database is asked."""

    def may_reply(self, _run_id: int) -> bool:
        asyncio.get_running_loop().call_soon(self.meanwhile)
        return not self.replies_expired

    def are_ours(self, _run: TrainingRun) -> bool:
        return not self.of_another_shard

    async def show(self, news: News) -> int | None:
        self.calls += 1
        if self.before_shown is not None:
            meanwhile, self.before_shown = self.before_shown, None
            await meanwhile()
        if self.fault is not None:
            raise self.fault
        if news.run.id == self.unreadable:
            raise ValueError("a report of another program")
        self.shown.append(news)
        return self.message_id


class Told:
    """A telling whose clock the test moves."""

    def __init__(self, database: Database, broker: Broker) -> None:
        self.at = 0.0
        self.discord = Discord()
        self.telling = RunTelling(database, broker, self.discord, clock=lambda: self.at)

    async def after(self, seconds: float) -> list[News]:
        """What is shown then that was not shown before."""
        self.at += seconds
        before = len(self.discord.shown)
        await self.telling.look()
        return self.discord.shown[before:]

    async def tries(self, seconds: float) -> int:
        """How often Discord is called then."""
        before = self.discord.calls
        await self.after(seconds)
        return self.discord.calls - before


@pytest.fixture
def told(database: Database, broker: Broker) -> Told:
    return Told(database, broker)


def engine(
    version: str, *notices: str, name: str = "one", refused: str = "", pinned: bool = False, age: float = 0.0
) -> Heartbeat:
    return Heartbeat(
        id=name,
        kind="engine",
        at=time.time() - age,
        state="ready",
        model_version=version,
        notices=notices,
        refused=refused,
        pinned=pinned,
    )


async def test_progress_is_told_seldom_and_a_change_of_state_at_once_and_what_did_not_change_not_at_all(
    database: Database, told: Told
) -> None:
    run = await asked_for(database, channel_id=7)
    assert len(await told.after(0)) == 1
    assert await told.after(10 * PAUSE) == []
    await taken(database, run.id)
    assert len(await told.after(0)) == 1
    await beat(database, run.id, "features", 10, 100)
    assert await told.after(PAUSE / 2) == []
    (news,) = await told.after(PAUSE / 2)
    assert (news.run.done, news.left) == (10, None)
    await beat(database, run.id, "features", 30, 100)
    (news,) = await told.after(PAUSE)
    assert news.left == pytest.approx(70 * 1.5 * PAUSE / 20)  # By what it did since it was first seen.
    await finished(database, run.id)
    (news,) = await told.after(0)
    assert news.run.state is RunState.DONE
    row = await found(database, run.id)
    assert (row.told, row.message_id) == ("rest", told.discord.message_id)


async def test_a_restart_repeats_nothing_and_after_the_last_word_nothing_is_looked_at(
    database: Database, broker: Broker, told: Told
) -> None:
    run = await asked_for(database, channel_id=7)
    assert len(await told.after(0)) == 1
    restarted = Told(database, broker)
    assert await restarted.after(0) == []
    await cancel(database, OLGA)
    (news,) = await restarted.after(0)
    assert news.last
    assert (await found(database, run.id)).told == "all"
    assert await Told(database, broker).after(0) == []


async def test_what_discord_cannot_take_now_is_told_later_and_what_it_never_takes_is_given_up(
    database: Database, told: Told
) -> None:
    run = await asked_for(database, channel_id=7)
    told.discord.fault = TryAgain("http_503", perhaps_done=True)
    assert await told.after(0) == []
    assert (await found(database, run.id)).told == ""
    told.discord.fault = None
    assert len(await told.after(PAUSE)) == 1
    await taken(database, run.id)
    told.discord.fault = Undeliverable("message_deleted")
    assert await told.after(0) == []
    told.discord.fault = None
    await finished(database, run.id)
    assert await told.after(0) == []


async def test_how_far_a_run_is_edits_an_old_message_seldom_and_the_report_is_written_at_once(
    database: Database, told: Told
) -> None:
    told.discord.message_id = time_snowflake(now() - timedelta(minutes=61))
    run = await asked_for(database, channel_id=7)
    await taken(database, run.id)
    assert len(await told.after(0)) == 1
    await beat(database, run.id, "features", 10, 100)
    assert await told.after(OLD_PAUSE - 1) == []
    assert len(await told.after(1)) == 1
    await finished(database, run.id)
    assert len(await told.after(0)) == 1


async def test_what_discord_refuses_again_and_again_is_tried_ever_more_seldom(database: Database, told: Told) -> None:
    await asked_for(database, channel_id=7)
    told.discord.fault = TryAgain("http_429", perhaps_done=False)
    tried = [await told.tries(PAUSE) for _ in range(16)]
    assert [at for at, count in enumerate(tried) if count] == [0, 1, 3, 7, 15]
    for _ in range(40):
        assert await told.tries(LONGEST_PAUSE) == 1
    told.discord.fault = None
    assert len(await told.after(LONGEST_PAUSE)) == 1


async def test_reports_that_nobody_decides_about_keep_no_older_message_from_being_told(
    database: Database, told: Told
) -> None:
    first = await done(database, channel_id=7)
    await told.after(0)
    for _ in range(MOST):
        await done(database, channel_id=7)
        await told.after(0)
    await reject_run(database, first.id, OLGA)
    (news,) = await told.after(0)
    assert (news.run.id, news.run.decided_by) == (first.id, "olga")


async def test_a_decision_that_comes_while_a_message_is_written_is_told_as_well(database: Database, told: Told) -> None:
    run = await done(database, channel_id=7)
    assert run.version is not None
    await reject_run(database, run.id, OLGA)
    promoted = promote(database, run.version, MONA, "")
    told.discord.before_shown = lambda: promoted
    (news,) = await told.after(0)
    assert news.run.decision is Decision.REJECTED
    (news,) = await told.after(0)
    assert news.run.decision is Decision.PROMOTED


async def test_a_run_that_cannot_be_shown_keeps_no_other_from_being_told(database: Database, told: Told) -> None:
    run = await done(database, channel_id=7)
    other = await asked_for(database, channel_id=7)
    told.discord.unreadable = run.id
    assert [news.run.id for news in await told.after(0)] == [other.id]


async def test_replies_that_are_asked_for_while_others_are_looked_at_are_told_as_well(
    database: Database, told: Told
) -> None:
    first, second = await asked_for(database), await asked_for(database, wait=True)
    told.telling.follow_reply(first.id)
    told.discord.meanwhile = lambda: told.telling.follow_reply(second.id)
    shown = [*await told.after(0), *await told.after(0)]
    assert [news.run.id for news in shown] == [first.id, second.id]


async def test_a_reply_that_discord_takes_no_more_is_let_go_of_though_nobody_has_decided(
    database: Database, told: Told
) -> None:
    run = await done(database)
    told.telling.follow_reply(run.id)
    assert len(await told.after(0)) == 1
    told.discord.replies_expired = True
    assert await told.after(0) == []
    told.discord.replies_expired = False
    await reject_run(database, run.id, OLGA)
    assert await told.after(0) == []


async def test_what_nobody_foresaw_ends_one_look_and_not_the_bot(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    again, looks = asyncio.Event(), 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks > 1:
            again.set()
            await asyncio.Event().wait()
        told.telling.wake()
        raise RuntimeError("dictionary changed size during iteration")

    monkeypatch.setattr(told.telling, "look", look)
    telling = asyncio.create_task(told.telling.run())
    async with asyncio.timeout(10):
        await again.wait()
    telling.cancel()


async def test_of_several_processes_the_one_that_hears_of_the_channel_tells(database: Database, told: Told) -> None:
    await asked_for(database, channel_id=7)
    told.discord.of_another_shard = True
    assert await told.after(0) == []
    told.discord.of_another_shard = False
    assert len(await told.after(0)) == 1


async def test_after_a_promotion_it_follows_the_engines_until_all_have_settled(
    database: Database, broker: Broker, told: Told
) -> None:
    run = await done(database, channel_id=7)
    assert len(await told.after(0)) == 1
    assert run.version is not None
    await tell_alive(broker, engine("starter-3"))
    await promote(database, run.version, MONA, "")
    (news,) = await told.after(0)
    assert (news.serving, news.last) == (("No engine judges with run-1 yet; they load it.",), False)
    assert await told.after(PAUSE) == []
    await tell_alive(broker, engine(run.version))
    (news,) = await told.after(PAUSE)
    assert (news.serving, news.last) == (("The engine judges with run-1.",), True)
    assert (await found(database, run.id)).told == "all"


async def test_a_champion_of_the_meantime_ends_the_story_of_a_promotion(database: Database, told: Told) -> None:
    run = await done(database, channel_id=7)
    assert run.version is not None
    await promote(database, run.version, MONA, "")
    await promote(database, "mine-2", MONA, "")
    (news,) = await told.after(0)
    assert (news.serving, news.last) == (("mine-2 is champion now.",), True)


def test_engines_that_are_bound_refuse_or_load_are_told_apart() -> None:
    refusal = "The champion run-1 cannot be loaded, so starter-3 goes on judging: labels.json is missing."
    old = "The champion run-0 cannot be loaded, so starter-3 goes on judging: labels.json is missing."
    good, bound = engine("run-1"), engine("mine-2", name="two", pinned=True)
    assert not serving("run-1", [engine("starter-3", age=60.0)]).alive
    assert serving("run-1", [good]).settled
    some = serving("run-1", [good, bound, engine("starter-3", old, name="three", refused="run-0")])
    assert not some.settled
    assert some.sentences[0] == "1 of 3 engines judge with run-1; the others load it."
    settled = serving("run-1", [bound, engine("starter-3", refusal, name="three", refused="run-1")])
    assert settled.settled
    assert settled.sentences == (
        "No engine judges with run-1.",
        "The engine two always judges with mine-2: POSTER_JUDGE_MODEL_VERSION says so there.",
        f"The engine three does not take it over. {refusal}",
    )
