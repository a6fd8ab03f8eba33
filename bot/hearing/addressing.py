"""Which messages are for the bot, and which judgements they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import discord

from bot.components.pressable import TEMPLATE, Verb
from bot.feedback.corrections import Corrections

ABOUT_PREDICTIONS: Final = frozenset({Verb.RIGHT, Verb.GENRES, Verb.SCORE, Verb.WHICH})
"""Buttons whose custom ids name a prediction."""

Replied = discord.Message | discord.DeletedReferencedMessage | None


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """What a message for the bot is about."""

    predictions: Sequence[str]
    """What it may be about, in the order of the pictures; empty where there is nothing to correct."""
    replies_to: int
    """Id of the bot's message, or of the channel in direct messages."""
    readable: bool
    """Whether Discord lets the bot read it."""


def may_be_for(me: discord.ClientUser, message: discord.Message) -> bool:
    """Whether a member's message is for the bot: a reply to it, or words in direct messages. Costs nothing."""
    if message.guild is None:
        return bool(message.content)
    replied = _replied_to(message)
    if isinstance(replied, discord.DeletedReferencedMessage):
        return _mentions(me, message)  # Else nobody can tell any more whose message that was.
    # A picture without words is for judging.
    return replied is not None and replied.author.id == me.id and bool(message.content or not message.attachments)


async def addressed(message: discord.Message, me: discord.ClientUser, corrections: Corrections) -> Addressed:
    """What a message for the bot is about."""
    replied = _replied_to(message)
    shown = await _shown_in(replied, corrections)
    if message.guild is not None or isinstance(replied, discord.DeletedReferencedMessage) or shown:
        assert replied is not None
        readable = message.guild is None or _mentions(me, message) or bool(message.content)
        return Addressed(predictions=shown, replies_to=replied.id, readable=readable)
    latest = await corrections.latest_of(message.author.id, message.channel.id)
    predictions = [] if latest is None else [latest]
    return Addressed(predictions=predictions, replies_to=message.channel.id, readable=True)


def _replied_to(message: discord.Message) -> Replied:
    is_reply = message.reference is not None and message.type is discord.MessageType.reply
    return message.reference.resolved if is_reply and message.reference else None


def _mentions(me: discord.ClientUser, message: discord.Message) -> bool:
    return any(user.id == me.id for user in message.mentions)


async def _shown_in(replied: Replied, corrections: Corrections) -> Sequence[str]:
    if replied is None:
        return []
    shown = await corrections.shown_in(replied.id)
    return list(shown) or (predictions_in(replied) if isinstance(replied, discord.Message) else [])


def predictions_in(message: discord.Message) -> list[str]:
    """Predictions that the buttons of a message are about: the bot's answers and questions have some too."""
    found = []
    for part in discord.ui.LayoutView.from_message(message, timeout=None).walk_children():
        match = TEMPLATE.fullmatch(getattr(part, "custom_id", None) or "")
        if match and match["verb"] in ABOUT_PREDICTIONS:
            found.append(match["about"])
    return list(dict.fromkeys(found))
