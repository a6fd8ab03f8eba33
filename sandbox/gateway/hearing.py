"""What the bot hears of messages: how events tell of them, and how much of a message an application may read.

Source: Discord's Gateway documentation, "Message Content Intent", and "Gateway Events", "Message Create".
"""

from __future__ import annotations

from typing import Any

from sandbox.messages.message import Message
from sandbox.world.channels import Channel, DirectChannel
from sandbox.world.guilds import User

_CONTENT: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}


def message_event(message: Message) -> dict[str, Any]:
    """Return a message as MESSAGE_CREATE carries it: in a guild with its author and whom it mentions as members."""
    event = {**message.wire(), **message.channel.place()}
    if message.nonce is not None:
        event["nonce"] = message.nonce
    if isinstance(message.channel, Channel):
        members = message.channel.guild.members
        author = members.get(message.author.id)
        if author is not None:
            event["member"] = author.wire(with_user=False)
        event["mentions"] = [
            {**user.wire(), "member": members[user.id].wire(with_user=False)} if user.id in members else user.wire()
            for user in message.mentions
        ]
    return event


def as_read(wire: dict[str, Any], message: Message, bot: User) -> dict[str, Any]:
    """Return a message's object or event as an application without the message content intent gets it.

    Args:
        wire: The whole of it.
        message: The message.
        bot: The application's bot.
    """
    seen = wire if _is_open(message, bot) else _without_content(wire)
    answered = message.replies_to
    if answered is not None and seen.get("referenced_message") and not _is_open(answered, bot):
        seen = {**seen, "referenced_message": _without_content(seen["referenced_message"])}
    return seen


def _is_open(message: Message, bot: User) -> bool:
    """Return whether any application may read it: direct messages, its own, and those that mention it."""
    return isinstance(message.channel, DirectChannel) or message.author is bot or bot in message.mentions


def _without_content(wire: dict[str, Any]) -> dict[str, Any]:
    seen = {key: value for key, value in wire.items() if key != "poll"} | _CONTENT
    if "message_snapshots" in wire:
        snapshots = wire["message_snapshots"]
        seen["message_snapshots"] = [{"message": {**one["message"], **_CONTENT}} for one in snapshots]
    return seen
