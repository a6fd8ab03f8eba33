"""Servers' settings and their limits, over several bot processes, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.feedback.corrections import Corrections
from bot.feedback.permission import NotAccepted
from bot.judging.clock import now
from bot.judging.rate_limits import RateLimits
from bot.judging.submissions import Picture, Submission
from bot.setups import guild_setups
from bot.setups.guild_setups import GuildSetups, place_refusal
from models.database import Database, DatabaseBusy
from models.tables import FeedbackWay, GuildSetup
from tests.bot.feedback.test_corrections import judged, score, speaker

GUILD, OTHER, ALICE, BOB = 10, 11, 1, 2


def submission(user: int = ALICE, guild: int | None = GUILD, limit: int | None = 2, pictures: int = 1) -> Submission:
    return Submission(
        interaction_id=1,
        application_id=9,
        token="secret",
        guild_id=guild,
        channel_id=20,
        user_id=user,
        private=False,
        pictures=(Picture(url="https://cdn/1", size=1, content_type=None),) * pictures,
        posters_per_minute=limit,
    )


async def take(limits: RateLimits, database: Database, wanted: Submission, after: float = 0.0) -> str | None:
    async with database.writing() as session:
        excess = await limits.take(session, wanted, now() + timedelta(seconds=after))
    return None if excess is None else excess.cause


async def test_a_servers_limit_holds_beside_the_operators_in_all_processes(database: Database) -> None:
    one, other = (RateLimits(per_member=3, per_guild=0) for _ in range(2))
    assert await take(one, database, submission()) is None
    assert await take(other, database, submission()) is None
    assert await take(one, database, submission()) == "too_many_here"
    assert await take(other, database, submission()) == "too_many_here"
    # What was refused here cost nothing of the operator's limit, and other servers have their own.
    assert await take(one, database, submission(guild=OTHER)) is None
    assert await take(one, database, submission(guild=OTHER)) == "too_many_requests"
    assert await take(one, database, submission(user=BOB)) is None
    assert await take(one, database, submission(), after=61) is None


async def test_members_who_send_at_once_get_no_more_than_the_limit(database: Database) -> None:
    limits = RateLimits(per_member=0, per_guild=0)
    taken = await asyncio.gather(*(take(limits, database, submission(limit=3)) for _ in range(8)))
    assert taken.count(None) == 3


async def test_a_clock_that_was_ahead_for_a_while_switches_no_limit_off(database: Database) -> None:
    limits = RateLimits(per_member=0, per_guild=0)
    assert await take(limits, database, submission(limit=3), after=3600) is None
    taken = [await take(limits, database, submission(limit=3)) for _ in range(6)]
    assert taken == [None, None, None, "too_many_here", "too_many_here", "too_many_here"]


async def test_whoever_asked_first_and_comes_last_is_within_the_limit_like_the_others(database: Database) -> None:
    limits = RateLimits(per_member=0, per_guild=0)
    taken = [await take(limits, database, submission(limit=3), after=seconds) for seconds in (0.5, 0.4, 0.3, 0.2)]
    assert taken == [None, None, None, "too_many_here"]


async def test_a_lowered_limit_holds_from_then_on(database: Database) -> None:
    limits = RateLimits(per_member=0, per_guild=0)
    for _ in range(5):
        assert await take(limits, database, submission(limit=10)) is None
    assert await take(limits, database, submission(limit=1)) == "too_many_here"


@pytest.mark.parametrize(("operators", "servers", "passing"), [(2, 5, 2), (5, 2, 2), (0, 2, 2), (2, None, 2)])
async def test_corrections_are_bounded_by_the_lower_limit_of_server_and_operator(
    database: Database, operators: int, servers: int | None, passing: int
) -> None:
    prediction = await judged(database)
    await GuildSetups(database).change(GUILD, corrections_per_minute=servers)
    corrections = Corrections(database, per_minute=operators)
    for number in range(passing):
        await corrections.say(prediction, speaker(), [score(float(number))], FeedbackWay.TEXT)
    with pytest.raises(NotAccepted, match="please wait"):
        await corrections.say(prediction, speaker(), [score(9.0)], FeedbackWay.TEXT)


async def test_another_process_sees_a_change_once_it_looks_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = GuildSetups(database), GuildSetups(database)
    assert (await other.of(GUILD)).channels == []
    await one.change(GUILD, channels=[5])
    assert (await one.of(GUILD)).channels == [5]
    monkeypatch.setattr(guild_setups, "KNOWN_FOR", 0.0)
    assert (await other.of(GUILD)).channels == [5]
    await one.reset(GUILD)
    assert (await other.of(GUILD)).channels == []


class Counting:
    """A database whose readers are counted, and wait where told to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.reads = 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        self.reads += 1
        await self.goes_on.wait()
        async with self._database.reading() as session:
            yield session


async def test_a_thousand_members_at_once_cost_one_look(database: Database) -> None:
    counting: Any = Counting(database)
    setups = GuildSetups(counting)
    await asyncio.gather(*(setups.of(GUILD) for _ in range(1000)))
    assert counting.reads == 1


async def test_a_slow_database_leaves_what_was_known_and_else_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guild_setups, "READ_TIMEOUT", 0.01)
    monkeypatch.setattr(guild_setups, "KNOWN_FOR", 0.0)
    counting: Any = Counting(database)
    setups = GuildSetups(counting)
    counting.goes_on.clear()
    with pytest.raises(DatabaseBusy):
        await setups.of(GUILD)
    counting.goes_on.set()
    monkeypatch.setattr(guild_setups, "READ_TIMEOUT", 10.0)
    known = await setups.of(GUILD)
    monkeypatch.setattr(guild_setups, "LOOK_TIMEOUT", 0.01)
    counting.goes_on.clear()
    assert await setups.of(GUILD) is known
    counting.goes_on.set()


def test_the_places_are_named_a_few_of_many() -> None:
    setup = GuildSetup(channels=[*range(100, 108)])
    assert place_refusal(setup, 103) is None
    refusal = place_refusal(setup, 99)
    assert refusal is not None
    assert "<#100> or <#101>" in refusal
    assert refusal.endswith("<#104> (and 3 more).")
    assert place_refusal(GuildSetup(channels=[]), 99) is None
