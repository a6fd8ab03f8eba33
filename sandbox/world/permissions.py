"""Permission bits and how a member's permissions in a channel come about.

Source: Discord's documentation, "Permissions".
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.world.channels import Channel
    from sandbox.world.guilds import Member


class Permission(IntFlag):
    """The bits that matter to a bot of slash commands and messages."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


#: What an administrator or the owner of a guild has: every bit Discord has given away.
EVERYTHING = (1 << 53) - 1

#: What @everyone may do in a new guild.
ORDINARY = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


def guild_permissions(member: Member) -> int:
    """Return what a member may do in their guild, channels aside."""
    if member.guild.owner_id == member.id:
        return EVERYTHING
    granted = 0
    for role in member.all_roles():
        granted |= int(role.permissions)
    return EVERYTHING if granted & Permission.ADMINISTRATOR else granted


def channel_permissions(member: Member, channel: Channel) -> int:
    """Return what a member may do in a channel: guild permissions, then overwrites in Discord's order."""
    granted = guild_permissions(member)
    if granted == EVERYTHING:
        return granted
    role_ids = {role.id for role in member.roles}
    everyone = [o for o in channel.overwrites if o.target_id == member.guild.id]
    roles = [o for o in channel.overwrites if o.target_id in role_ids]
    own = [o for o in channel.overwrites if o.target_id == member.id]
    for layer in (everyone, roles, own):
        for overwrite in layer:
            granted &= ~overwrite.deny
        for overwrite in layer:
            granted |= overwrite.allow
    return granted
