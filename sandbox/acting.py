"""What a member of a guild does: use commands, write messages, click."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox import commands as c
from sandbox.attachments import Upload
from sandbox.choices import Choices, find_command
from sandbox.errors import CommandUnavailableError
from sandbox.guilds import Channel, Member, Viewer
from sandbox.interaction import Interaction
from sandbox.interactions import COMMAND, COMPONENT
from sandbox.messages import REPLY, Message, MessageFlag
from sandbox.world import World


class Actor:
    """A member who acts. `Sandbox.member` gives one.

    Args:
        world: Where.
        member: Who.
    """

    def __init__(self, world: World, member: Member) -> None:
        self.member = member
        self._world = world

    @property
    def id(self) -> str:
        """Return the user's id."""
        return self.member.id

    @property
    def name(self) -> str:
        """Return the user's name."""
        return self.member.user.name

    @property
    def channel(self) -> Channel:
        """Return the first channel of the member's guild, where they act unless told otherwise."""
        return next(iter(self.member.guild.channels.values()))

    async def slash(self, command: str, /, *, in_channel: Channel | None = None, **options: Any) -> Interaction:
        """Use a slash command.

        Args:
            command: Its name, with group and subcommand after spaces: `"settings channel set"`.
            in_channel: Where; the guild's first channel if not given.
            options: Values by option name: `Upload` for attachments; a member, role or channel for those; None is left
                out.

        Raises:
            CommandUnavailableError: If Discord's client would not let the member send it.
        """
        channel = in_channel or self.channel
        name, *path = command.split()
        found = find_command(self._world, self.member, channel, name, c.CHAT_INPUT)
        data = Choices(self._world, channel).data(found, path, options)
        return self._interact(COMMAND, data, channel)

    async def message_command(self, command: str, message: Message) -> Interaction:
        """Use a command from a message's menu.

        Raises:
            CommandUnavailableError: If there is no such command for the member, or they cannot see the message.
        """
        if not message.visible_to(self):
            raise CommandUnavailableError(f"{self.name} does not see message {message.id}")
        found = find_command(self._world, self.member, message.channel, command, c.MESSAGE)
        data = {
            **_named(found),
            "target_id": message.id,
            "resolved": {"messages": {message.id: message.wire()}},
        }
        return self._interact(COMMAND, data, message.channel)

    async def user_command(self, command: str, target: Viewer, *, in_channel: Channel | None = None) -> Interaction:
        """Use a command from a member's menu."""
        channel = in_channel or self.channel
        found = find_command(self._world, self.member, channel, command, c.USER)
        other = channel.guild.members[target.id]
        users = {other.id: other.user.wire()}
        members = {other.id: {**other.wire(with_user=False), "permissions": str(channel.permissions_of(other))}}
        data = {**_named(found), "target_id": other.id, "resolved": {"users": users, "members": members}}
        return self._interact(COMMAND, data, channel)

    async def click(self, message: Message, custom_id: str, *, values: list[str] | None = None) -> Interaction:
        """Click a button, or choose `values` of a string select.

        Raises:
            CommandUnavailableError: If the member does not see it or it cannot be used.
        """
        found = next((part for part in message.walk() if part.get("custom_id") == custom_id), None)
        if found is None or found.get("disabled") or not message.visible_to(self):
            raise CommandUnavailableError(f"{self.name} cannot use {custom_id!r} on message {message.id}")
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": found["type"], "id": found["id"]}
        if values is not None:
            data["values"] = values
        return self._interact(COMPONENT, data, message.channel, message)

    async def send(
        self,
        channel: Channel | None = None,
        content: str = "",
        *,
        files: Iterable[Upload] = (),
        embeds: Iterable[dict[str, Any]] = (),
        forward_of: Message | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Write a message.

        Args:
            channel: Where; the guild's first channel if None.
            content: Its text.
            files: Its attachments.
            embeds: Link previews, as Discord would add them.
            forward_of: A message it forwards.
            reply_to: A message it answers.
        """
        channel = channel or self.channel
        message = self._world.new_message(channel, self.member.user)
        message.content, message.embeds = content, list(embeds)
        message.attachments = [self._world.store.add(upload, channel_id=channel.id) for upload in files]
        target = forward_of or reply_to
        if target is not None:
            kind = 1 if forward_of is not None else 0
            place = {"channel_id": target.channel.id, "guild_id": target.channel.guild.id}
            message.reference = {"type": kind, "message_id": target.id, **place}
        if forward_of is not None:
            message.flags |= MessageFlag.HAS_SNAPSHOT
            message.snapshots = [forward_of.snapshot()]
        elif reply_to is not None:
            message.type = REPLY
        self._world.add_message(message)
        return message

    async def delete(self, message: Message) -> None:
        """Delete a message, as its author or a moderator would."""
        self._world.delete_message(message)

    async def dismiss(self, message: Message) -> None:
        """Click "Dismiss message" on a private reply: it is gone from view, the bot is not told."""
        message.dismissed_by.add(self.id)
        self._world.emit("message_dismissed", message)

    def _interact(
        self, kind: int, data: dict[str, Any], channel: Channel, source: Message | None = None
    ) -> Interaction:
        return self._world.interactions.create(type=kind, data=data, member=self.member, channel=channel, source=source)


def _named(command: c.Command) -> dict[str, Any]:
    data: dict[str, Any] = {"id": command.id, "name": command.name, "type": command.type}
    return data if command.guild_id is None else {**data, "guild_id": command.guild_id}
