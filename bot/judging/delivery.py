"""Telling the member: once all predictions of a reply are decided, exactly one answer goes out."""

import asyncio
from datetime import timedelta
from typing import Final
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.judging.clock import now
from bot.judging.messenger import Messenger, TokenExpired, TryAgain, Undeliverable
from models.database import Database
from models.fail_points import reach
from models.repositories import PredictionRepository, ReplyRepository
from models.tables import OPEN_STATES, PredictionState, Reply

log = structlog.get_logger(__name__)

NONCE_MEMORY: Final = timedelta(minutes=2)
"""How long Discord surely remembers a message's nonce ("the past few minutes", developer docs, Create Message)."""


class Delivery:
    """Brings decided predictions to their members and their rows to a final state.

    The state is final only after the chat service's confirmation. Whoever is killed in between repeats the call,
    which is harmless for an edit; what is not harmless to repeat is claimed in the row first.
    """

    def __init__(self, database: Database, messenger: Messenger) -> None:
        self._database = database
        self._messenger = messenger
        # A lock lives as long as somebody holds it or waits for it.
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def tell(self, reply_id: int) -> None:
        """Tells what there is to tell of a reply; nothing while one of its predictions is open or all are told."""
        async with self._lock(reply_id):
            reply = await self._load(reply_id)
            if reply is None or not is_ready(reply):
                return
            try:
                await self._tell(reply)
            except TryAgain as error:
                log.warning("delivery.postponed", reply=reply_id, reason=str(error))
            except SQLAlchemyError:
                raise
            except Exception:
                # Not foreseen, so it may fail each time: tried again while it matters, and then ended.
                log.exception("delivery.failed", reply=reply_id)
                if reply.token_expires_at <= now():
                    await self.give_up(reply_id, "telling_failed")

    async def tell_progress(self, reply_id: int, sentence: str) -> None:
        """A word about the wait, best effort. The answer has the last word, whichever process gives it."""
        async with self._lock(reply_id):
            reply = await self._load(reply_id)
            if reply is None or reply.token is None or not is_open(reply):
                return
            try:
                await self._messenger.show_progress(reply, sentence)
            except (TryAgain, TokenExpired, Undeliverable) as error:
                log.info("delivery.no_progress_shown", reply=reply_id, reason=str(error))
            # Another process may have answered while our edit was on its way, and have been overwritten.
            reply = await self._load(reply_id)
            if reply is not None and not is_open(reply) and reply.token is not None:
                try:
                    await self._tell(reply)
                except TryAgain as error:
                    log.warning("delivery.postponed", reply=reply_id, reason=str(error))

    async def is_waiting(self, reply_id: int) -> bool:
        """Whether the member still waits for an outcome."""
        async with self._database.reading() as session:
            return await PredictionRepository(session).any_open(reply_id)

    async def give_up(self, reply_id: int, cause: str) -> None:
        """The member can no longer be told anything; the rows say why."""
        async with self._database.writing() as session:
            await PredictionRepository(session).finish_undelivered(reply_id, now(), cause)
        log.info("delivery.undelivered", reply=reply_id, cause=cause)

    async def _tell(self, reply: Reply) -> None:
        try:
            if reply.token is None or reply.token_expires_at <= now():
                raise TokenExpired("token_expired")
            message_id = None
            if only_refusals(reply) and not reply.private:
                await self._refuse_privately(reply)
            else:
                message_id = await self._messenger.show(reply)
                reach("bot.edited")
        except TokenExpired:
            await self._tell_late(reply)
        except Undeliverable as error:
            await self.give_up(reply.id, str(error))
        else:
            await self._finish(reply.id, message_id)

    async def _tell_late(self, reply: Reply) -> None:
        answered = any(prediction.outcome == PredictionState.ANSWERED for prediction in reply.predictions)
        if reply.in_reply_to is not None and not answered:
            # Nobody asked, so nobody is told that a picture could not be judged.
            await self._finish(reply.id, None)
            return
        if reply.private or not answered or reply.channel_id is None:
            await self.give_up(reply.id, "token_expired")
            return
        try:
            first = None if reply.in_reply_to is not None else await self._messenger.first_reply(reply)
            if first is not None and first.answered:
                # The token ran out after an edit whose confirmation was lost.
                await self._finish(reply.id, first.message_id)
                return
            if not await self._claim(reply.id) and now() - (reply.telling_at or now()) > NONCE_MEMORY:
                raise Undeliverable("answer_perhaps_posted")
            message_id = await self._messenger.post(reply)
            reach("bot.posted")
        except (Undeliverable, TokenExpired) as error:
            await self.give_up(reply.id, str(error))
            return
        if first is not None:
            await self._remove(reply, first.message_id)
        await self._finish(reply.id, message_id)

    async def _remove(self, reply: Reply, message_id: int) -> None:
        """Takes the "thinking…" away that an ordinary message has answered; best effort."""
        try:
            await self._messenger.remove(reply, message_id)
        except (TryAgain, TokenExpired, Undeliverable) as error:
            log.info("delivery.first_reply_stays", reply=reply.id, reason=str(error))

    async def _refuse_privately(self, reply: Reply) -> None:
        """Takes the deferred reply back and tells the member alone.

        Raises:
            TryAgain: it was certainly not told.
            Undeliverable: a process died between sending and noting it, or Discord did not say whether it took the
                message. It cannot be asked, so the member is told once or never, but not twice.
        """
        # The first follow-up after a deferral would inherit its visibility, so the deferred reply goes first.
        await self._messenger.withdraw(reply)
        reach("bot.withdrawn")
        if not await self._claim(reply.id):
            raise Undeliverable("refusal_perhaps_told")
        sentences = [prediction.explanation for prediction in reply.predictions]
        try:
            await self._messenger.tell_privately(reply, list(dict.fromkeys(sentences)))
            reach("bot.refusal_told")
        except TryAgain as error:
            if error.perhaps_done:
                raise Undeliverable("refusal_perhaps_told") from error
            async with self._database.writing() as session:
                await ReplyRepository(session).unmark_telling(reply.id)
            raise

    async def _claim(self, reply_id: int) -> bool:
        async with self._database.writing() as session:
            claimed = await ReplyRepository(session).mark_telling(reply_id, now())
        reach("bot.claimed")
        return claimed

    async def _finish(self, reply_id: int, message_id: int | None) -> None:
        async with self._database.writing() as session:
            await PredictionRepository(session).finish(reply_id, now())
            if message_id is not None:
                await ReplyRepository(session).set_message(reply_id, message_id)
        log.info("delivery.told", reply=reply_id)
        reach("bot.finished")

    def _lock(self, reply_id: int) -> asyncio.Lock:
        return self._locks.setdefault(reply_id, asyncio.Lock())

    async def _load(self, reply_id: int) -> Reply | None:
        async with self._database.reading() as session:
            return await ReplyRepository(session).get(reply_id)


def is_open(reply: Reply) -> bool:
    """Whether the outcome of any of its predictions is open."""
    return any(prediction.state in OPEN_STATES for prediction in reply.predictions)


def is_ready(reply: Reply) -> bool:
    """Whether everything is decided and something not yet told."""
    return not is_open(reply) and any(prediction.state is PredictionState.DECIDED for prediction in reply.predictions)


def only_refusals(reply: Reply) -> bool:
    """Whether nothing of the reply was judged because of what the member sent."""
    return all(prediction.outcome is PredictionState.REFUSED for prediction in reply.predictions)
