"""Taking up again what stopped: the rows are the truth, and this reads them every few seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.judging.clock import now
from bot.judging.delivery import Delivery
from bot.judging.judging import Judging
from bot.judging.rate_limits import RateLimits
from bot.judging.retention import Retention
from bot.judging.sentences import DEADLINE, sentence_for
from bot.members.erasing import Erasing
from broker.errors import BrokerUnavailable, QueueFull
from models.database import Database
from models.repositories import PredictionRepository, ReplyRepository
from models.tables import PredictionState

log = structlog.get_logger(__name__)

INTERVAL: Final = 5.0
"""Seconds between two sweeps."""

PORTION: Final = 100
"""Rows of a kind taken up in one sweep."""


Step = Callable[[datetime, timedelta], Awaitable[None]]
"""One kind of thing to do, given the time and how long a row may have rested before it is taken up again."""


class Sweeper:
    """Resumes, expires and erases."""

    def __init__(
        self,
        *,
        database: Database,
        judging: Judging,
        delivery: Delivery,
        retention: Retention,
        erasing: Erasing,
        resume_after: timedelta,
    ) -> None:
        self._database = database
        self._judging = judging
        self._delivery = delivery
        self._retention = retention
        self._erasing = erasing
        self._resume_after = resume_after

    async def run(self) -> None:
        """Sweeps until cancelled; the first sweep takes up everything that the last run left.

        Each step has a loop of its own, so that none waits for another's slow picture or slow Discord.
        """
        async with asyncio.TaskGroup() as group:
            for step in (
                self._erase,
                self._expire,
                self._tell_decided,
                self._publish_queued,
                self._prepare_received,
                self._drop_posters,
                self._erase_members,
            ):
                group.create_task(self._repeat(step))

    async def _repeat(self, step: Step) -> None:
        grace = timedelta(0)
        while True:
            try:
                await step(now(), grace)
            except SQLAlchemyError as error:
                log.warning("sweeper.database_fault", error=type(error).__name__)
            except Exception:
                log.exception("sweeper.failed")
            grace = self._resume_after
            await asyncio.sleep(min(INTERVAL, self._resume_after.total_seconds()))

    async def _erase(self, moment: datetime, _grace: timedelta) -> None:
        async with self._database.writing() as session:
            await ReplyRepository(session).erase_expired_tokens(moment)
            await RateLimits.erase(session, moment)

    async def _expire(self, moment: datetime, _grace: timedelta) -> None:
        async with self._database.writing() as session:
            predictions = PredictionRepository(session)
            for row in await predictions.overdue(moment, PORTION):
                log.info("sweeper.expired", prediction=row.id)
                await predictions.decide(
                    row.id,
                    PredictionState.EXPIRED,
                    moment,
                    cause=DEADLINE,
                    explanation=sentence_for(DEADLINE),
                )

    async def _drop_posters(self, moment: datetime, _grace: timedelta) -> None:
        await self._retention.drop(moment, PORTION)

    async def _erase_members(self, moment: datetime, grace: timedelta) -> None:
        await self._erasing.resume(moment - grace, PORTION)

    async def _prepare_received(self, moment: datetime, grace: timedelta) -> None:
        async with self._database.reading() as session:
            rows = await PredictionRepository(session).received_before(moment - grace, PORTION)
        await _all(self._judging.prepare(row) for row in rows)

    async def _publish_queued(self, moment: datetime, grace: timedelta) -> None:
        async with self._database.reading() as session:
            rows = await PredictionRepository(session).queued_before(moment - grace, PORTION)
        for row in rows:
            try:
                # The queue knows the id for as long as the message lives, so this adds only what was lost.
                await self._judging.queue(row)
            except (QueueFull, BrokerUnavailable) as error:
                log.info("sweeper.not_published", prediction=row.id, reason=str(error))
                return

    async def _tell_decided(self, _moment: datetime, _grace: timedelta) -> None:
        async with self._database.reading() as session:
            reply_ids = await ReplyRepository(session).ready_to_tell(PORTION)
        await _all(self._delivery.tell(reply_id) for reply_id in reply_ids)


async def _all(calls: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Makes all calls side by side; one that fails is logged and stops no other."""
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, SQLAlchemyError):
            log.warning("sweeper.database_fault", error=type(outcome).__name__)
        elif isinstance(outcome, Exception):
            log.error("sweeper.row_failed", exc_info=outcome)
