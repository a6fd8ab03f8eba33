"""Hearing members' words, and answering each message once, without a ping."""

from typing import Any, Final

import discord
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.components.pressable import Pressable, Verb, button
from bot.components.speaking import author_of
from bot.feedback.corrections import Corrections
from bot.feedback.in_words import EMPTY_REPLY, Heard, InWords
from bot.feedback.permission import GONE, NotAccepted
from bot.feedback.refreshing import Refreshing
from bot.feedback.which_picture import which_picture
from bot.hearing.addressing import Addressed, addressed
from bot.hearing.told_lately import ToldLately
from bot.layouts.correction_layouts import NotedLayout
from bot.tree import NOT_NOTED
from models.database_faults import sentence_for_fault

log = structlog.get_logger(__name__)

UNREADABLE: Final = "I cannot read a reply that does not mention me. Reply once more with the @ switched on, please."
NOTHING_HERE: Final = "There is no judgement here that I could note this for. `/judge` makes one."
WHICH: Final = "Which picture do you mean?"

MOST: Final = 200
"""Messages that are being answered at a time; what comes on top of that goes unanswered."""


class Listening:
    """Answers what members write in reply to the bot, and in direct messages."""

    def __init__(self, corrections: Corrections, in_words: InWords, refreshing: Refreshing) -> None:
        self._corrections = corrections
        self._in_words = in_words
        self._refreshing = refreshing
        self._refused = ToldLately()
        self._in_hand = 0

    async def hear(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answers one message, if it is for the bot. The same message heard twice is stored and answered once."""
        if self._in_hand >= MOST:
            log.warning("listening.too_many", message=message.id)
            return
        self._in_hand += 1
        try:
            about = await addressed(message, me, self._corrections)
            if about is not None:
                await self._answer(message, about)
        except SQLAlchemyError as error:
            log.warning("listening.not_noted", message=message.id, reason=sentence_for_fault(error))
            if self._refused.claim(message.author.id, message.channel.id):
                await reply_to(message, [NOT_NOTED])
        finally:
            self._in_hand -= 1

    async def take(self, message: discord.Message, prediction_id: str, text: str, replies_to: int) -> None:
        """Stores what a message says of one judgement, and answers it."""
        try:
            heard = await self._in_words.take(prediction_id, author_of(message), text, replies_to)
        except NotAccepted as refusal:
            if self._refused.claim(message.author.id, message.channel.id):
                await reply_to(message, [str(refusal)])
            return
        if heard is None:
            return
        if heard.noted is not None:
            self._refreshing.request(heard.noted.reply_id)
        await reply_to(message, heard.sentences, _buttons(heard, prediction_id), heard.noted and heard.noted.event_ids)

    async def _answer(self, message: discord.Message, about: Addressed) -> None:
        speaker = author_of(message)
        if not about.predictions:
            hint = await self._in_words.hint(speaker, f"nothing:{about.replies_to}", _nothing(message))
        elif not about.readable:
            hint = await self._in_words.hint(speaker, EMPTY_REPLY, UNREADABLE)
        else:
            await self._take_one_of(message, about)
            return
        if hint is not None:
            await reply_to(message, hint.sentences)

    async def _take_one_of(self, message: discord.Message, about: Addressed) -> None:
        if len(about.predictions) == 1:
            await self.take(message, about.predictions[0], message.content, about.replies_to)
            return
        which = which_picture(message.content, len(about.predictions))
        if which.index is not None:
            await self.take(message, about.predictions[which.index], which.rest, about.replies_to)
            return
        # The words stay in the member's message, where the press on a button finds them.
        numbers = [button(Verb.WHICH, one, f"Picture {place}") for place, one in enumerate(about.predictions, 1)]
        await reply_to(message, [WHICH], numbers)


def _nothing(message: discord.Message) -> str:
    return GONE if message.reference is not None else NOTHING_HERE


def _buttons(heard: Heard, prediction_id: str) -> list[Pressable]:
    """With them, a reply to the answer is about the same judgement."""
    understood_all = heard.noted is not None and len(heard.sentences) == 1
    buttons = [button(Verb.GENRES, prediction_id, "Fix genres")]
    return buttons if understood_all else [*buttons, button(Verb.SCORE, prediction_id, "IMDb score")]


async def reply_to(
    message: discord.Message, sentences: Any, buttons: Any = (), event_ids: Any = ()
) -> None:
    """Answers a message, once however often it is asked to, and without a ping; where the bot may not, it stays silent.
    """
    try:
        await message.channel.send(
            view=NotedLayout(sentences, event_ids or (), buttons),
            reference=message.to_reference(fail_if_not_exists=False),
            mention_author=False,
            nonce=str(message.id),
            allowed_mentions=discord.AllowedMentions.none(),
        )
    except discord.HTTPException as error:
        log.info("listening.not_answered", message=message.id, status=error.status, code=error.code)
