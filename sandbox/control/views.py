"""What the page is told: state, messages, interactions, as JSON."""

from __future__ import annotations

from typing import Any

from sandbox.interactions.interaction import Interaction
from sandbox.members.acting import Actor
from sandbox.members.choices import may_use
from sandbox.messages.message import Message
from sandbox.world.channels import DirectChannel, TextChannel
from sandbox.world.guilds import Guild, Member
from sandbox.world.records import Breach, RequestRecord
from sandbox.world.threads import Thread
from sandbox.world.world import World

#: Messages a page is given when it opens.
SHOWN_MESSAGES = 100


def message_view(message: Message, viewer: Actor) -> dict[str, Any]:
    """Return a message object as Discord's client gets it, and what its viewer may do with it."""
    return {**message.wire(), "ephemeral": message.ephemeral, "can_delete": viewer.may_delete(message)}


def interaction_view(interaction: Interaction) -> dict[str, Any]:
    """Return how far an interaction is, with the modal it opened."""
    modal = interaction.modal
    return {
        "id": interaction.id,
        "name": interaction.command_name,
        "type": interaction.data.get("type", 1),
        "user": interaction.member.user.wire(),
        "channel_id": interaction.channel.id,
        "response": interaction.response,
        "failed": interaction.failed,
        "modal": None if modal is None else {"interaction": interaction.id, **modal},
    }


def breach_view(world: World, breach: Breach) -> dict[str, Any]:
    """Return a breach: the rule, and the request with its body."""
    return {
        "method": breach.method,
        "path": breach.shown_path,
        "status": breach.status,
        "rule": breach.rule,
        "message": breach.message,
        "body": breach.body,
        "at": world.clock.stamp(breach.at),
    }


def refusal_view(world: World, record: RequestRecord) -> dict[str, Any]:
    """Return a request that was answered with an error: what it was, and which rule it ran into."""
    return {
        "method": record.method,
        "path": record.shown_path,
        "status": record.status,
        "code": record.code,
        "rule": record.rule,
        "message": record.message,
        "is_breach": record.is_breach,
        "body": record.body,
        "files": list(record.files),
        "at": world.clock.stamp(record.at),
    }


def commands_view(world: World, channel: TextChannel, member: Member) -> list[dict[str, Any]]:
    """Return the commands a member is offered in a channel."""
    usable = world.commands.usable_in(channel.guild_id)
    return [command.wire() for command in usable if may_use(member, channel, command)]


def channel_view(channel: TextChannel, world: World, viewer: Actor) -> dict[str, Any]:
    """Return how a member's list of channels names one: direct messages by whom they are with, threads after theirs.

    It also tells the newest message there that the member sees, for marks of what is unread.
    """
    seen = (message.id for message in reversed(channel.messages.values()) if message.visible_to(viewer))
    view: dict[str, Any] = {"id": channel.id, "last_message_id": next(seen, None)}
    if isinstance(channel, DirectChannel):
        return {**view, "name": world.bot.name, "type": "dm"}
    if isinstance(channel, Thread):
        return {**view, "name": channel.name, "type": "thread", "parent_id": channel.parent.id}
    return {**view, "name": channel.name, "type": "text"}


def listed_channels(viewer: Actor) -> list[TextChannel]:
    """Return a member's list of channels: those of their guild, each before its threads, and their direct messages."""
    guild = viewer.member.guild
    listed: list[TextChannel] = []
    for channel in guild.channels.values():
        listed += [channel, *(thread for thread in guild.threads.values() if thread.parent is channel)]
    return [*listed, viewer.dm]


def channels_view(world: World, viewer: Actor) -> list[dict[str, Any]]:
    """Return a member's list of channels with what each is called."""
    return [channel_view(one, world, viewer) for one in listed_channels(viewer)]


def guild_view(guild: Guild) -> dict[str, str]:
    """Return a server as a member's list of servers names it, with the channel that it opens in."""
    return {"id": guild.id, "name": guild.name, "channel": next(iter(guild.channels))}


def member_view(member: Member) -> dict[str, Any]:
    """Return a member's account, with what the page calls them and the ids of their roles."""
    user = member.user
    return {
        **user.wire(),
        "name": user.name,
        "display_name": user.display_name or user.name,
        "roles": [role.id for role in member.roles],
    }


def state_view(world: World, channel: TextChannel, viewer: Actor, *, connected: bool) -> dict[str, Any]:
    """Return what a page shows when it opens."""
    guild = viewer.member.guild
    people = [one for one in guild.members.values() if not one.user.bot]
    shown = [message_view(message, viewer) for message in channel.messages_visible_to(viewer)[-SHOWN_MESSAGES:]]
    return {
        "application": {"id": world.application_id, "name": world.config.application_name},
        "bot": {"id": world.bot.id, "name": world.bot.name},
        "connected": connected,
        "base_url": world.store.base_url,
        "guild": {"id": guild.id, "name": guild.name, "owner_id": guild.owner_id},
        "guilds": [guild_view(one) for one in world.guilds.values() if viewer.id in one.members],
        "channel": channel_view(channel, world, viewer),
        "channels": channels_view(world, viewer),
        "roles": [{"id": role.id, "name": role.name} for role in guild.roles.values()],
        "me": viewer.member.user.wire(),
        "members": [member_view(one) for one in people],
        "commands": commands_view(world, channel, viewer.member),
        "can_write": viewer.may_write(channel),
        "messages": shown,
        "breaches": len(world.breaches),
    }
