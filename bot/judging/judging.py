"""The steps of a judgement that the bot takes: keep, fetch, check, store, queue."""

import asyncio
import time
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import IntegrityError

from bot.judging.clock import now
from bot.judging.delivery import Delivery
from bot.judging.rate_limits import Excess, RateLimits
from bot.judging.sentences import QUEUE_FULL, sentence_for
from bot.judging.submissions import Submission
from broker.errors import BrokerUnavailable, QueueFull
from broker.judging import RequestPublisher
from models.database import Database
from models.fail_points import reach
from models.messages import JudgeRequest
from models.repositories import PosterRepository, PredictionRepository, ReplyRepository
from models.tables import Poster, Prediction, PredictionState, Reply
from posters.download import Downloader
from posters.perceptual_hash import ALIKE
from posters.poster import NormalisedPoster
from posters.refusals import Refusal
from posters.store import PosterStore, PosterStoreError
from posters.workers import IntakePool

log = structlog.get_logger(__name__)

PARALLEL_INTAKES: Final = 16
"""Posters fetched and checked at a time in one process: bounds memory at 16 times the byte limit."""


class Judging:
    """Takes submissions to the queue. Each step may be repeated; the rows say which were taken."""

    def __init__(
        self,
        *,
        database: Database,
        downloader: Downloader,
        intake: IntakePool,
        store: PosterStore,
        requests: RequestPublisher,
        delivery: Delivery,
        rate_limits: RateLimits,
        timeout: timedelta,
        max_pending: int,
    ) -> None:
        self._database = database
        self._downloader = downloader
        self._intake = intake
        self._store = store
        self._requests = requests
        self._delivery = delivery
        self._rate_limits = rate_limits
        self._timeout = timeout
        self._max_pending = max_pending
        self._slots = asyncio.Semaphore(PARALLEL_INTAKES)
        self._in_hand: set[str] = set()
        self._reserved = 0

    def reserve(self, pictures: int) -> bool:
        """Takes room for pictures; False if this process has as many in hand as it may."""
        if self._reserved + pictures > self._max_pending:
            return False
        self._reserved += pictures
        return True

    def release(self, pictures: int) -> None:
        """Gives the room of pictures back."""
        self._reserved -= pictures

    def known_excess(self, submission: Submission) -> Excess | None:
        """Whether this process knows already that it is too much; costs nothing."""
        return self._rate_limits.known_excess(submission, now())

    async def keep(self, submission: Submission) -> Reply | None:
        """Writes the rows that let any process answer later, and counts them against the limits.

        Returns:
            The new reply, whose predictions are open, or decided if they are too many; None for an interaction that
            was seen before, which is in hand already.
        """
        moment = now()
        reply = submission.to_reply(moment, self._timeout)
        try:
            async with self._database.writing() as session:
                replies = ReplyRepository(session)
                if await replies.is_known(reply.id):
                    return None
                if (excess := await self._rate_limits.take(session, submission, moment)) is not None:
                    log.info("judging.refused", interaction=reply.id, code=excess.cause)
                    _decide_refused(reply, excess.cause, excess.sentence)
                replies.add(reply)
        except IntegrityError:  # Another process wrote it down between the look and our word.
            return None
        return reply

    async def note_refusal(self, submission: Submission, refusal: Refusal) -> None:
        """Keeps what was refused at once, for those who look at the rows later; nobody has to be told any more.

        It counts against the limits as well, and beyond them leaves no row.
        """
        moment = now()
        reply = submission.to_reply(moment, self._timeout)
        reply.token = None
        _decide_refused(reply, str(refusal.code), refusal.message)
        for prediction in reply.predictions:
            prediction.state = PredictionState.REFUSED
            prediction.attachment_url = None
            prediction.finished_at = moment
        async with self._database.writing() as session:
            replies = ReplyRepository(session)
            known = await replies.is_known(reply.id)
            if not known and await self._rate_limits.take(session, submission, moment) is None:
                replies.add(reply)

    async def prepare(self, prediction: Prediction) -> int | None:
        """Brings one received prediction into the queue, or to a refusal.

        Returns:
            Its number in the queue; None if it was refused, is in hand already, or could not be queued now (the
            sweeper comes back to it).
        """
        if prediction.id in self._in_hand:
            return None
        self._in_hand.add(prediction.id)
        try:
            async with self._slots:
                moved = await self._store_poster(prediction)
            return await self.queue(prediction) if moved else None
        except Refusal as refusal:
            await self._refuse(prediction, str(refusal.code), refusal.message)
        except QueueFull:
            await self._refuse(prediction, QUEUE_FULL, sentence_for(QUEUE_FULL))
        except (BrokerUnavailable, PosterStoreError) as error:
            log.warning("judging.not_queued", prediction=prediction.id, reason=str(error))
        finally:
            self._in_hand.discard(prediction.id)
        return None

    async def queue(self, prediction: Prediction) -> int | None:
        """Publishes the request of a queued prediction; harmless if it was published before.

        Raises:
            QueueFull: as many wait as may.
            BrokerUnavailable: the queue does not answer.
        """
        if prediction.poster_id is None:
            return None
        sequence = await self._requests.publish(
            JudgeRequest(
                prediction_id=prediction.id,
                poster_id=prediction.poster_id,
                deadline=prediction.deadline_at.timestamp(),
                queued_at=time.time(),
            )
        )
        reach("bot.published")
        return sequence

    async def _store_poster(self, prediction: Prediction) -> bool:
        """Whether the prediction is queued now; not if its outcome was decided meanwhile."""
        started = time.monotonic()
        body = await self._downloader.fetch(prediction.attachment_url or "")
        fetched = time.monotonic()
        reach("bot.downloaded")
        poster = await self._intake.normalise(body)
        normalised = time.monotonic()
        reach("bot.normalised")
        await self._store.put(poster)
        reach("bot.stored")
        timings = {
            "download": 1000 * (fetched - started),
            "intake": 1000 * (normalised - fetched),
            "store": 1000 * (time.monotonic() - normalised),
        }
        async with self._database.writing() as session:
            posters = PosterRepository(session)
            await posters.keep(_row(poster), ALIKE)
            moved = await PredictionRepository(session).mark_queued(prediction.id, poster.sha256, now(), timings)
            if not moved and await posters.erase_unused([poster.sha256]):
                # Nobody waits for it any more; if its member had everything erased, nobody would find it later.
                await self._store.delete(poster.sha256)
        if not moved:
            return False
        prediction.poster_id = poster.sha256
        reach("bot.queued")
        if not await self._store.exists(poster.sha256):
            # It was dropped, or erased for a member, just before the row said that it is needed; from here on it stays.
            await self._store.put(poster)
        return True

    async def _refuse(self, prediction: Prediction, code: str, sentence: str) -> None:
        log.info("judging.refused", prediction=prediction.id, code=code)
        async with self._database.writing() as session:
            await PredictionRepository(session).decide(
                prediction.id, PredictionState.REFUSED, now(), cause=code, explanation=sentence
            )
        reach("bot.refusal_decided")
        await self._delivery.tell(prediction.reply_id)


def _decide_refused(reply: Reply, cause: str, sentence: str) -> None:
    """Before it is kept."""
    for prediction in reply.predictions:
        prediction.state, prediction.outcome = PredictionState.DECIDED, PredictionState.REFUSED
        prediction.cause, prediction.explanation = cause, sentence
        prediction.decided_at = prediction.received_at


def _row(poster: NormalisedPoster) -> Poster:
    return Poster(
        id=poster.sha256,
        width=poster.width,
        height=poster.height,
        size=len(poster.jpeg),
        perceptual_hash=poster.perceptual_hash,
        created_at=now(),
    )
