"""What the page is told: state, messages, interactions, as JSON."""

from __future__ import annotations

from typing import Any

from sandbox.choices import may_use
from sandbox.errors import Breach
from sandbox.guilds import Channel, Member
from sandbox.interaction import Interaction
from sandbox.messages import Message
from sandbox.world import World

#: Messages a page is given when it opens.
SHOWN_MESSAGES = 100


def message_view(message: Message) -> dict[str, Any]:
    """Return a message object, as Discord's client gets it."""
    return message.wire()


def interaction_view(interaction: Interaction) -> dict[str, Any]:
    """Return how far an interaction is."""
    return {
        "id": interaction.id,
        "name": interaction.data.get("name", ""),
        "type": interaction.data.get("type", 1),
        "user": interaction.member.user.wire(),
        "channel_id": interaction.channel.id,
        "response": interaction.response,
        "failed": interaction.failed,
    }


def breach_view(breach: Breach) -> dict[str, Any]:
    """Return a breach without the request's body."""
    return {"method": breach.method, "path": breach.path, "rule": breach.rule, "message": breach.message}


def commands_view(world: World, channel: Channel, member: Member) -> list[dict[str, Any]]:
    """Return the commands a member is offered in a channel."""
    usable = world.commands.usable_in(channel.guild.id)
    return [command.wire() for command in usable if may_use(member, channel, command)]


def state_view(world: World, channel: Channel, member: Member, *, connected: bool) -> dict[str, Any]:
    """Return what a page shows when it opens."""
    guild = channel.guild
    people = [one for one in guild.members.values() if not one.user.bot]
    return {
        "application": {"id": world.application_id, "name": world.config.application_name},
        "connected": connected,
        "base_url": world.store.base_url,
        "guild": {"id": guild.id, "name": guild.name},
        "channel": {"id": channel.id, "name": channel.name},
        "channels": [{"id": one.id, "name": one.name} for one in guild.channels.values()],
        "roles": [{"id": role.id, "name": role.name} for role in guild.roles.values()],
        "me": member.user.wire(),
        "members": [one.user.wire() for one in people],
        "commands": commands_view(world, channel, member),
        "messages": [message_view(message) for message in channel.messages_visible_to(member)[-SHOWN_MESSAGES:]],
        "breaches": len(world.breaches),
    }
