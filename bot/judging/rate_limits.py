"""Posters a minute for each member, for each member in one server and for each server, over all bot processes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.judging.sentences import SERVER_BUSY, TOO_MANY_HERE, TOO_MANY_REQUESTS, wait_sentence
from bot.judging.submissions import Submission
from models.rates import Rate
from models.repositories import RateLimitRepository

REMEMBERED: Final = 10_000
"""Buckets that one process knows to be empty at most; what it forgot, the database knows."""


class Excess(NamedTuple):
    """Too much was asked for."""

    cause: str
    """`too_many_requests`, `too_many_here` or `server_busy`."""
    sentence: str
    """For the member, with the time left."""


LONGEST_WAIT: Final = 10_000_000
"""Microseconds that a unit of work may wait for its turn, behind those who asked later."""


class _Limit(NamedTuple):
    key: str
    rate: Rate
    cause: str


class RateLimits:
    """Counts posters in the database, and remembers what it said so that a flood does not reach it."""

    def __init__(self, *, per_member: int, per_guild: int) -> None:
        """Takes posters a minute; 0 for no limit."""
        self._per_member = Rate(per_member) if per_member else None
        self._per_guild = Rate(per_guild) if per_guild else None
        # Arrival times that the database gave with a refusal. They only move forward, so what is too much by them is
        # too much by the database's own.
        self._empty: dict[str, int] = {}
        self._latest = 0
        """The latest moment, in microseconds, at which anybody asked: units do not begin in the order of asking."""

    def known_excess(self, submission: Submission, now: datetime) -> Excess | None:
        """What this process knows to be too much, without asking the database."""
        moment = _microseconds(now)
        for limit in self._limits_of(submission):
            arrival = self._empty.get(limit.key)
            if arrival is None:
                continue
            if excess := _excess(limit, arrival, submission, moment):
                return excess
            del self._empty[limit.key]
        return None

    async def take(self, session: AsyncSession, submission: Submission, now: datetime) -> Excess | None:
        """Counts a submission's posters, within the caller's unit of work; counts none of them if they are too many."""
        if (excess := self.known_excess(submission, now)) is not None:
            # Learnt while this one waited for its turn: of a thousand at once most need not touch the rows.
            return excess
        moment, posters = _microseconds(now), len(submission.pictures)
        # Further ahead than any unit waits, it was a clock that has since been set right.
        ahead = self._latest - moment
        self._latest = self._latest if 0 < ahead <= LONGEST_WAIT else moment
        buckets = RateLimitRepository(session)
        taken: list[_Limit] = []
        for limit in self._limits_of(submission):
            cost = limit.rate.cost(posters)
            arrival = await buckets.take(limit.key, cost, moment)
            if arrival is not None and moment < self._latest:
                # Perhaps too many only as seen from before those who asked later and came first.
                arrival = await buckets.take(limit.key, cost, self._latest)
            if arrival is None:
                taken.append(limit)
                continue
            for other in taken:
                await buckets.give_back(other.key, other.rate.cost(posters))
            self._remember(limit.key, arrival)
            return _excess(limit, arrival, submission, moment)
        return None

    @staticmethod
    async def erase(session: AsyncSession, now: datetime) -> None:
        """Erases who asked for something longer than a minute ago."""
        await RateLimitRepository(session).erase_full(_microseconds(now))

    def _limits_of(self, submission: Submission) -> Iterator[_Limit]:
        # Always in this order, in which the rows are locked: two units never wait for each other.
        if self._per_member is not None:
            yield _Limit(f"member:{submission.user_id}", self._per_member, TOO_MANY_REQUESTS)
        if submission.posters_per_minute and submission.guild_id is not None:
            key = f"member:{submission.user_id}:{submission.guild_id}"
            yield _Limit(key, Rate(submission.posters_per_minute), TOO_MANY_HERE)
        if self._per_guild is not None and submission.guild_id is not None:
            yield _Limit(f"guild:{submission.guild_id}", self._per_guild, SERVER_BUSY)

    def _remember(self, key: str, arrival: int) -> None:
        while len(self._empty) >= REMEMBERED:
            del self._empty[next(iter(self._empty))]
        self._empty[key] = arrival


def _excess(limit: _Limit, arrival: int, submission: Submission, now: int) -> Excess | None:
    wait = limit.rate.wait(arrival, len(submission.pictures), now)
    return Excess(limit.cause, wait_sentence(limit.cause, wait / 1e6)) if wait else None


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
