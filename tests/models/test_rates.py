"""Limits: never more than a minute's worth at once, the time left is right, and processes agree. On both databases."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, make_url

from bot.judging.rate_limits import RateLimits
from bot.judging.submissions import Picture, Submission
from migrations.upgrade import upgrade
from models.database import Database
from models.rates import NONSENSE, WINDOW, Rate
from models.repositories import RateLimitRepository

START: Final = 1_767_000_000_000_000
NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Bucket:
    """One member's bucket in a database, used from ordinary code."""

    def __init__(self, runner: asyncio.Runner, database: Database, rate: Rate) -> None:
        self._runner = runner
        self._database = database
        self._rate = rate

    def take(self, posters: int, now: int, key: str = "member:1") -> int:
        """Microseconds to wait; 0 if the posters passed."""
        return self._runner.run(self._take(posters, now, key))

    def forget(self) -> None:
        self._runner.run(self._erase(START + 2 * NONSENSE))

    async def _take(self, posters: int, now: int, key: str) -> int:
        async with self._database.writing() as session:
            arrival = await RateLimitRepository(session).take(key, self._rate.cost(posters), now)
        return 0 if arrival is None else self._rate.wait(arrival, posters, now)

    async def _erase(self, now: int) -> None:
        async with self._database.writing() as session:
            await RateLimitRepository(session).erase_full(now)


@pytest.fixture(scope="module")
def bucket_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Database]]:
    url = make_url(f"sqlite:///{tmp_path_factory.mktemp('rates') / 'test.db'}")
    upgrade(url)
    with asyncio.Runner() as runner:
        database = Database(url)
        yield runner, database
        runner.run(database.close())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    per_minute=st.integers(1, 400),
    requests=st.lists(st.tuples(st.integers(0, WINDOW // 3), st.integers(1, 4)), min_size=1, max_size=25),
)
def test_no_minute_ever_lets_more_through_than_two_minutes_worth_and_the_time_left_is_right(
    bucket_parts: tuple[asyncio.Runner, Database], per_minute: int, requests: list[tuple[int, int]]
) -> None:
    rate = Rate(per_minute)
    bucket = Bucket(*bucket_parts, rate)
    bucket.forget()
    now, passed = START, []
    for pause, posters in requests:
        now += pause
        wait = bucket.take(posters, now)
        if wait:
            assert wait <= WINDOW
            # A microsecond before it is still too early, and then it is time.
            assert bucket.take(posters, now + wait - 1)
            now += wait
            assert bucket.take(posters, now) == 0
        passed.append((now, rate.cost(posters)))
    for first, _ in passed:
        # A full bucket, and what drips in within the minute.
        assert sum(cost for at, cost in passed if first <= at < first + WINDOW) <= 2 * WINDOW


@pytest.mark.parametrize("per_minute", [1, 7, 20, 300, 100_000])
def test_a_minutes_worth_passes_at_once_and_no_more(
    bucket_parts: tuple[asyncio.Runner, Database], per_minute: int
) -> None:
    rate = Rate(per_minute)
    arrival, count = START, 0
    while rate.wait(arrival, 1, START) == 0:
        arrival += rate.cost(1)
        count += 1
    assert per_minute <= count <= per_minute * 1.01


def test_a_clock_that_was_set_right_blocks_nobody(bucket_parts: tuple[asyncio.Runner, Database]) -> None:
    bucket = Bucket(*bucket_parts, Rate(1))
    assert bucket.take(1, START + 3_600_000_000, key="member:future") == 0
    assert bucket.take(1, START, key="member:future") == 0
    assert bucket.take(1, START, key="member:future") == WINDOW


def submission(pictures: int = 1, *, member: int = 5, guild: int | None = 7) -> Submission:
    return Submission(
        interaction_id=1,
        application_id=2,
        token="secret",
        guild_id=guild,
        channel_id=4,
        user_id=member,
        private=False,
        pictures=tuple(Picture(url=f"https://cdn/{i}", size=1, content_type=None) for i in range(pictures)),
    )


async def take(database: Database, limits: RateLimits, wanted: Submission, now: datetime = NOW) -> str:
    """The cause of a refusal; nothing if it passed."""
    async with database.writing() as session:
        excess = await limits.take(session, wanted, now)
    return excess.cause if excess else ""


async def test_two_processes_together_let_exactly_as_many_through_as_one(database_url: URL) -> None:
    one, other = Database(database_url), Database(database_url)
    try:
        causes = await asyncio.gather(
            *(
                take(database, RateLimits(per_member=20, per_guild=300), submission())
                for database in (one, other)
                for _ in range(25)
            )
        )
    finally:
        await one.close()
        await other.close()
    assert causes.count("") == 20
    assert causes.count("too_many_requests") == 30


async def test_members_of_one_server_share_its_limit_and_other_servers_have_their_own(database: Database) -> None:
    limits = RateLimits(per_member=2, per_guild=3)
    assert [await take(database, limits, submission(member=n)) for n in range(4)] == ["", "", "", "server_busy"]
    assert await take(database, limits, submission(member=3, guild=8)) == ""
    # The server's refusal cost member 3 nothing of their own.
    assert await take(database, limits, submission(member=3, guild=None)) == ""
    assert await take(database, limits, submission(member=3, guild=None)) == "too_many_requests"


async def test_each_poster_of_a_message_counts(database: Database) -> None:
    limits = RateLimits(per_member=6, per_guild=0)
    assert await take(database, limits, submission(4)) == ""
    assert await take(database, limits, submission(4)) == "too_many_requests"
    assert await take(database, limits, submission(2)) == ""


async def test_a_message_with_more_posters_than_a_minute_allows_passes_alone(database: Database) -> None:
    limits = RateLimits(per_member=2, per_guild=0)
    assert await take(database, limits, submission(4)) == ""
    assert await take(database, limits, submission(1)) == "too_many_requests"


async def test_what_the_database_refused_is_refused_without_it_for_as_long_as_it_lasts(database: Database) -> None:
    limits = RateLimits(per_member=1, per_guild=0)
    assert limits.known_excess(submission(), NOW) is None
    await take(database, limits, submission())
    await take(database, limits, submission())
    excess = limits.known_excess(submission(), NOW + timedelta(seconds=48.5))
    assert excess is not None
    assert excess.sentence == "You have sent many posters; please wait 12 seconds."
    assert limits.known_excess(submission(member=6), NOW) is None
    assert limits.known_excess(submission(), NOW + timedelta(seconds=60)) is None
    assert await take(database, limits, submission(), NOW + timedelta(seconds=60)) == ""


async def test_no_limit_writes_no_row(database: Database) -> None:
    limits = RateLimits(per_member=0, per_guild=0)
    assert [await take(database, limits, submission()) for _ in range(3)] == ["", "", ""]


async def test_who_asked_for_something_is_forgotten_after_a_minute(database: Database) -> None:
    await take(database, RateLimits(per_member=1, per_guild=0), submission())
    for later, cause in ((59, "too_many_requests"), (61, "")):
        async with database.writing() as session:
            await RateLimits.erase(session, NOW + timedelta(seconds=later))
        # A process that remembers nothing.
        assert await take(database, RateLimits(per_member=1, per_guild=0), submission()) == cause
