"""Who speaks, as Discord says it."""

from typing import Any

import discord

from bot.feedback.speakers import Speaker


def speaker_of(interaction: discord.Interaction[Any]) -> Speaker:
    """The member who pressed or filled in something."""
    return Speaker(
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        source_id=interaction.id,
        role_ids=_roles_of(interaction.user),
    )


def author_of(message: discord.Message) -> Speaker:
    """The member who wrote a message."""
    return Speaker(
        user_id=message.author.id,
        guild_id=message.guild.id if message.guild else None,
        channel_id=message.channel.id,
        source_id=message.id,
        role_ids=_roles_of(message.author),
    )


def _roles_of(user: discord.User | discord.Member) -> frozenset[int]:
    return frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()
