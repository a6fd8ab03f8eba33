"""Taking up again what stopped: the rows are the truth, and this reads them every few seconds."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.judging.clock import now
from bot.judging.delivery import Delivery
from bot.judging.judging import Judging
from bot.judging.sentences import DEADLINE, sentence_for
from broker.errors import BrokerUnavailable, QueueFull
from models.database import Database
from models.repositories import PredictionRepository, ReplyRepository
from models.tables import PredictionState

log = structlog.get_logger(__name__)

INTERVAL: Final = 5.0
"""Seconds between two sweeps."""

PORTION: Final = 100
"""Rows of a kind taken up in one sweep."""


class Sweeper:
    """Resumes, expires and erases."""

    def __init__(self, *, database: Database, judging: Judging, delivery: Delivery, resume_after: timedelta) -> None:
        self._database = database
        self._judging = judging
        self._delivery = delivery
        self._resume_after = resume_after

    async def run(self) -> None:
        """Sweeps until cancelled; the first sweep takes up everything that the last run left."""
        grace = timedelta(0)
        while True:
            await self.sweep(grace)
            grace = self._resume_after
            await asyncio.sleep(min(INTERVAL, self._resume_after.total_seconds()))

    async def sweep(self, grace: timedelta) -> None:
        """One round. What fails in one step holds no other step up.

        Args:
            grace: how long a step may have rested before it is taken up again.
        """
        moment = now()
        for step in (
            partial(self._erase, moment),
            partial(self._expire, moment),
            self._tell_decided,
            partial(self._publish_queued, moment - grace),
            partial(self._prepare_received, moment - grace),
        ):
            try:
                await step()
            except SQLAlchemyError as error:
                log.warning("sweeper.database_fault", error=type(error).__name__)
            except Exception:
                log.exception("sweeper.failed")

    async def _erase(self, moment: datetime) -> None:
        async with self._database.writing() as session:
            await ReplyRepository(session).erase_expired_tokens(moment)

    async def _expire(self, moment: datetime) -> None:
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

    async def _prepare_received(self, before: datetime) -> None:
        async with self._database.reading() as session:
            rows = await PredictionRepository(session).received_before(before, PORTION)
        await _all(self._judging.prepare(row) for row in rows)

    async def _publish_queued(self, before: datetime) -> None:
        async with self._database.reading() as session:
            rows = await PredictionRepository(session).queued_before(before, PORTION)
        for row in rows:
            try:
                # The queue knows the id for as long as the message lives, so this adds only what was lost.
                await self._judging.queue(row)
            except (QueueFull, BrokerUnavailable) as error:
                log.info("sweeper.not_published", prediction=row.id, reason=str(error))
                return

    async def _tell_decided(self) -> None:
        async with self._database.reading() as session:
            reply_ids = await ReplyRepository(session).ready_to_tell(PORTION)
        await _all(self._delivery.tell(reply_id) for reply_id in reply_ids)


async def _all(calls: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Makes all calls side by side; one that fails is logged and stops no other."""
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, Exception):
            log.error("sweeper.row_failed", exc_info=outcome)
