"""Hearing members' words: in reply to the bot, and in direct messages."""

from typing import Final

import discord
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.components.pressable import Verb, button
from bot.components.speaking import author_of
from bot.feedback.corrections import Corrections
from bot.feedback.in_words import EMPTY_REPLY
from bot.feedback.permission import GONE
from bot.feedback.which_picture import which_picture
from bot.hearing.addressing import Addressed, addressed, may_be_for
from bot.hearing.answering import Answer, Answering, reply_to
from bot.tree import APOLOGY, NOT_NOTED
from models.database_faults import sentence_for_fault

log = structlog.get_logger(__name__)

UNREADABLE: Final = "I cannot read a reply that does not mention me. Please reply once more with the @ switched on."
NOTHING_HERE: Final = "There is no judgement of yours here that I could note this for; `/judge` makes one."
WHICH: Final = "Which picture do you mean?"

MOST: Final = 200
"""Messages that are being answered at a time; what comes on top of that goes unanswered."""


class Listening:
    """Answers each message once. The same one heard twice is stored once, too."""

    def __init__(self, client: discord.Client, corrections: Corrections, answering: Answering) -> None:
        self._client = client
        self._corrections = corrections
        self._answering = answering
        self._in_hand = 0

    async def hear(self, message: discord.Message) -> bool:
        """Answers one message, if it is for the bot; gives whether it is."""
        if self._client.user is None or not may_be_for(self._client.user, message):
            return False
        if self._in_hand >= MOST:
            log.warning("listening.too_many", message=message.id)
            return True
        self._in_hand += 1
        try:
            about = await addressed(message, self._client.user, self._corrections)
            await reply_to(message, await self._answer(message, about))
        except SQLAlchemyError as error:
            log.warning("listening.not_noted", message=message.id, reason=sentence_for_fault(error))
            await reply_to(message, self._answering.refuse(author_of(message), NOT_NOTED))
        except Exception:
            log.exception("listening.failed", message=message.id)
            await reply_to(message, self._answering.refuse(author_of(message), APOLOGY))
        finally:
            self._in_hand -= 1
        return True

    async def _answer(self, message: discord.Message, about: Addressed) -> Answer | None:
        speaker, text, predictions = author_of(message), message.content, about.predictions
        if not predictions:
            sentence = GONE if message.reference is not None else NOTHING_HERE
            return await self._answering.hint(speaker, f"nothing:{about.replies_to}", sentence)
        if not about.readable:
            return await self._answering.hint(speaker, EMPTY_REPLY, UNREADABLE)
        if len(predictions) == 1:
            return await self._answering.take(predictions[0], speaker, text)
        which = which_picture(text, len(predictions))
        if which.picture is not None:
            return await self._answering.take(predictions[which.picture], speaker, which.rest)
        # The words stay in the member's message, where a press finds them: see `bot.hearing.choosing`.
        numbers = [button(Verb.WHICH, one, f"Picture {place}") for place, one in enumerate(predictions, 1)]
        return Answer(sentences=[WHICH], buttons=numbers)
