"""Messages that come in before Discord has told of their server: as if of nowhere, without the author's roles."""

import asyncio
from typing import Final

import discord

PATIENCE: Final = 20.0
"""Seconds after a start in which Discord tells of all servers; usually it is one or two."""


async def completed(client: discord.Client, message: discord.Message) -> discord.Message | None:
    """The message with its server and its author's roles; None where Discord never tells of that server.

    Without this it would pass for a direct message: discord.py leaves the server out that it does not know yet.

    Raises:
        discord.HTTPException: Discord does not say who the author is.
    """
    guild_id = getattr(message.channel, "guild_id", None)
    if message.guild is not None or guild_id is None:
        return message
    try:
        async with asyncio.timeout(PATIENCE):
            await client.wait_until_ready()
    except TimeoutError:
        return None
    guild = client.get_guild(guild_id)
    if guild is None:
        return None
    message.guild = guild
    message.author = await guild.fetch_member(message.author.id)
    return message
