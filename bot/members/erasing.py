"""Erasing all that is kept of a member."""

import asyncio
from datetime import datetime
from typing import Final, NamedTuple

import structlog

from bot.judging.clock import now
from bot.judging.messenger import Messenger, TellingError
from broker.errors import BrokerError
from broker.judging import RequestPublisher
from models.database import Database
from models.fail_points import reach
from models.messages import JudgeRequest
from models.repositories.erasing import ErasingRepository, under_way
from models.tables import OPEN_STATES, Prediction, PredictionState, Reply
from posters.store import PosterStore, PosterStoreError

log = structlog.get_logger(__name__)

PORTION: Final = 50
"""Replies or posters in one unit of work: their pictures have to go within its time, and others wait to write."""


class Erased(NamedTuple):
    """What there was."""

    judgements: int
    corrections: int


class Erasing:
    """Notes that everything shall go, erases it in portions, and the note last: whoever finds the note goes on."""

    def __init__(
        self, database: Database, store: PosterStore, messenger: Messenger, requests: RequestPublisher
    ) -> None:
        self._database = database
        self._store = store
        self._messenger = messenger
        self._requests = requests

    async def erase(self, user_id: int) -> Erased:
        """Erases everything of a member; of one of whom nothing is kept, nothing.

        Raises:
            SQLAlchemyError: it is perhaps not noted; once it is, `resume` goes on.
            PosterStoreError: the pictures are out of reach; `resume` goes on.
        """
        async with self._database.writing() as session:
            rows = ErasingRepository(session, user_id)
            await rows.begin(now())
            erased = Erased(*await rows.count())
        reach("bot.erasing_noted")
        await self._go_on(user_id)
        log.info("erasing.done", judgements=erased.judgements, corrections=erased.corrections)
        return erased

    async def resume(self, before: datetime, limit: int) -> None:
        """Goes on with up to `limit` erasures that were begun before a time and not ended."""
        async with self._database.reading() as session:
            user_ids = await under_way(session, before, limit)
        for user_id in user_ids:
            try:
                await self._go_on(user_id)
            except PosterStoreError as error:
                log.warning("erasing.postponed", reason=str(error))
                return

    async def _go_on(self, user_id: int) -> None:
        finished = False
        while not finished:
            while await self._erase_replies(user_id):
                pass
            while await self._erase_words(user_id):
                pass
            async with self._database.writing() as session:
                finished = await ErasingRepository(session, user_id).finish()

    async def _erase_replies(self, user_id: int) -> bool:
        """Erases a portion of replies; whether there was any."""
        async with self._database.writing() as session:
            rows = ErasingRepository(session, user_id)
            replies = await rows.replies(PORTION)
            poster_ids = await rows.erase_replies([reply.id for reply in replies])
            # Before the commit: killed here, the rows are still there to find the pictures by. And with the rows
            # locked: whoever queues the same poster waits, and then looks whether the picture is there.
            await asyncio.gather(*(self._store.delete(poster_id) for poster_id in poster_ids))
            reach("bot.pictures_erased")
        await asyncio.gather(*(self._withdraw(reply) for reply in replies if _is_awaited(reply)))
        queued = (row for reply in replies for row in reply.predictions if row.state is PredictionState.QUEUED)
        await asyncio.gather(*(self._withdraw_request(row) for row in queued))
        return bool(replies)

    async def _erase_words(self, user_id: int) -> bool:
        """Erases what the member said of a portion of posters; whether there was anything."""
        async with self._database.writing() as session:
            rows = ErasingRepository(session, user_id)
            poster_ids = await rows.corrected_posters(PORTION)
            await rows.erase_words(poster_ids)
        return bool(poster_ids)

    async def _withdraw(self, reply: Reply) -> None:
        """Takes the "thinking…" away of an answer that will not come; best effort."""
        try:
            await self._messenger.withdraw(reply)
        except TellingError as error:
            log.info("erasing.reply_stays", reason=str(error))

    async def _withdraw_request(self, prediction: Prediction) -> None:
        """Takes a request out of the queue; best effort: else an engine finds no poster, and nobody its result."""
        assert prediction.poster_id is not None
        request = JudgeRequest(
            prediction_id=prediction.id,
            poster_id=prediction.poster_id,
            deadline=prediction.deadline_at.timestamp(),
            queued_at=now().timestamp(),
        )
        try:
            await self._requests.withdraw(request)
        except BrokerError as error:
            log.info("erasing.request_stays", reason=str(error))


def _is_awaited(reply: Reply) -> bool:
    untold = (*OPEN_STATES, PredictionState.DECIDED)
    return reply.token is not None and any(prediction.state in untold for prediction in reply.predictions)
