"""Where the bot hears what members write, so that nobody is asked to talk to the deaf."""

from typing import Final

import discord

from models.tables import Reply

IN_WORDS: Final = "-# Not right? Press a button, or reply to this message in words, mentioning me."


def tip_for(client: discord.Client, reply: Reply) -> str:
    """A line on correcting in words; empty where the bot could not hear them.

    That is where it is no member (an app that someone installed for themselves), where it may not see the channel, and
    below replies that only their member sees, which nobody can reply to.
    """
    if reply.private or reply.guild_id is None or reply.channel_id is None:
        return ""
    guild = client.get_guild(reply.guild_id)
    channel = guild and guild.get_channel_or_thread(reply.channel_id)
    if not guild or not channel or not channel.permissions_for(guild.me).view_channel:
        return ""
    return IN_WORDS
