"""Answers to what members write."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiohttp
import discord
import structlog

from bot.components.pressable import Pressable, Verb, button
from bot.feedback.in_words import InWords
from bot.feedback.permission import NotAccepted
from bot.feedback.refreshing import Refreshing
from bot.feedback.speakers import Speaker
from bot.hearing.told_lately import ToldLately
from bot.layouts.correction_layouts import NotedLayout

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to say to a member's words."""

    sentences: Sequence[str]
    buttons: Sequence[Pressable] = ()
    event_ids: Sequence[int] = ()
    """What can be undone."""

    def layout(self) -> NotedLayout:
        """The answer as Discord shows it."""
        return NotedLayout(self.sentences, self.event_ids, self.buttons)


class Answering:
    """Stores what members' words say and finds the answer."""

    def __init__(self, in_words: InWords, refreshing: Refreshing) -> None:
        self._in_words = in_words
        self._refreshing = refreshing
        self._refused = ToldLately()

    async def take(self, prediction_id: str, speaker: Speaker, text: str) -> Answer | None:
        """Stores what words say of one judgement; None for silence. Arguments as for `InWords.take`."""
        try:
            heard = await self._in_words.take(prediction_id, speaker, text)
        except NotAccepted as refusal:
            return self.refuse(speaker, str(refusal))
        if heard is None:
            return None
        # With a button of the judgement's, a reply to the answer is about the same judgement.
        buttons = [button(Verb.GENRES, prediction_id, "Fix genres")]
        if heard.noted is None:
            return Answer(
                sentences=heard.sentences, buttons=[*buttons, button(Verb.SCORE, prediction_id, "IMDb score")]
            )
        self._refreshing.request(heard.noted.reply_id)
        return Answer(sentences=heard.sentences, buttons=buttons, event_ids=heard.noted.event_ids)

    async def hint(self, speaker: Speaker, topic: str, text: str) -> Answer | None:
        """A sentence that a member reads once; None if they were told before."""
        heard = await self._in_words.hint(speaker, topic, text)
        return None if heard is None else Answer(sentences=heard.sentences)

    def refuse(self, speaker: Speaker, sentence: str) -> Answer | None:
        """A refusal; None where the member has just had one: a flood gets one answer."""
        told_lately = not self._refused.claim(speaker.user_id, speaker.channel_id or 0)
        return None if told_lately else Answer(sentences=[sentence])


async def reply_to(message: discord.Message, answer: Answer | None) -> None:
    """Answers a message without a ping, and once: Discord drops what has the same nonce.

    Where the bot may not write, it stays silent.
    """
    if answer is None:
        return
    try:
        await message.channel.send(
            view=answer.layout(),
            reference=message.to_reference(fail_if_not_exists=False),
            mention_author=False,
            nonce=str(message.id),
            allowed_mentions=discord.AllowedMentions.none(),
        )
    except discord.HTTPException as error:
        log.info("hearing.not_answered", message=message.id, status=error.status, code=error.code)
    except (aiohttp.ClientError, OSError) as error:  # Discord, or the way to it, went away meanwhile.
        log.warning("hearing.not_answered", message=message.id, error=type(error).__name__)


def on_behalf_of(message: discord.Message, speaker: Speaker) -> Speaker:
    """A speaker who presses a button about an own message: that message said it, however often it is pressed."""
    return replace(speaker, source_id=message.id)
