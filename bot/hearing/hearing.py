"""Every message that the bot hears, and who takes it."""

from collections.abc import Awaitable, Callable, Sequence

import discord

Listener = Callable[[discord.Message], Awaitable[bool]]
"""Takes a message, or gives False to leave it to the next one."""

WRITTEN: tuple[discord.MessageType, ...] = (discord.MessageType.default, discord.MessageType.reply)


class Hearing:
    """Offers messages that members wrote to its listeners, in order, until one takes it."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners

    async def hear(self, message: discord.Message) -> None:
        """To be called of every message; those of bots, webhooks and Discord itself are nobody's."""
        if message.author.bot or message.webhook_id is not None or message.type not in WRITTEN:
            return
        for listener in self._listeners:
            if await listener(message):
                return
