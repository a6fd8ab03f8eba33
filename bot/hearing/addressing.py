"""Which messages are for the bot, and which judgements they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import discord

from bot.components.pressable import TEMPLATE, Verb
from bot.feedback.corrections import Corrections

TYPES: Final = (discord.MessageType.default, discord.MessageType.reply)
"""Messages that members write; the others tell of pins, joins and the like."""

ABOUT_PREDICTIONS: Final = frozenset({Verb.RIGHT, Verb.GENRES, Verb.SCORE, Verb.WHICH})
"""Buttons whose custom ids name a prediction."""


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """A message for the bot."""

    predictions: Sequence[str]
    """What it may be about, in the order of the pictures; empty where there is nothing to correct."""
    replies_to: int
    """Id of the bot's message, or of the channel in direct messages."""
    readable: bool
    """Whether Discord lets the bot read it."""


async def addressed(
    message: discord.Message, me: discord.ClientUser, corrections: Corrections
) -> Addressed | None:
    """What a message is about; None where it is not for the bot, which costs nothing for nearly all of them."""
    if message.author.bot or message.webhook_id is not None or message.type not in TYPES:
        return None
    replied = message.reference.resolved if message.reference and message.type is discord.MessageType.reply else None
    if message.guild is None:
        return await _in_direct_messages(message, replied, me, corrections)
    if replied is None or (isinstance(replied, discord.Message) and replied.author.id != me.id):
        return None
    mentioned = any(user.id == me.id for user in message.mentions)
    if isinstance(replied, discord.DeletedReferencedMessage) and not mentioned:
        return None  # Whose message that was, nobody can tell any more.
    predictions = await _shown_in(replied, corrections)
    return Addressed(predictions=predictions, replies_to=replied.id, readable=mentioned or bool(message.content))


async def _in_direct_messages(
    message: discord.Message,
    replied: discord.Message | discord.DeletedReferencedMessage | None,
    me: discord.ClientUser,
    corrections: Corrections,
) -> Addressed | None:
    if not message.content:
        return None  # A picture, say: there are no words to understand.
    if replied is not None:
        predictions = await _shown_in(replied, corrections)
        if predictions or isinstance(replied, discord.DeletedReferencedMessage):
            return Addressed(predictions=predictions, replies_to=replied.id, readable=True)
    latest = await corrections.latest_of(message.author.id, message.channel.id)
    predictions = [] if latest is None else [latest]
    return Addressed(predictions=predictions, replies_to=message.channel.id, readable=True)


async def _shown_in(
    replied: discord.Message | discord.DeletedReferencedMessage, corrections: Corrections
) -> Sequence[str]:
    shown = await corrections.shown_in(replied.id)
    if shown or isinstance(replied, discord.DeletedReferencedMessage):
        return shown
    return predictions_in(replied)


def predictions_in(message: discord.Message) -> list[str]:
    """Predictions that the buttons of a message are about: the bot's answers and questions have some too."""
    found = []
    for part in discord.ui.LayoutView.from_message(message, timeout=None).walk_children():
        match = TEMPLATE.fullmatch(getattr(part, "custom_id", None) or "")
        if match and match["verb"] in ABOUT_PREDICTIONS:
            found.append(match["about"])
    return list(dict.fromkeys(found))
