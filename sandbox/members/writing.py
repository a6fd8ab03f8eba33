"""What a member writes, changes and takes away, in a guild or in direct messages with the bot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cdn.attachments import Upload
from sandbox.errors import CommandUnavailableError
from sandbox.messages.message import Message, MessageFlag
from sandbox.world.channels import Channel, DirectChannel, TextChannel
from sandbox.world.guilds import Member
from sandbox.world.permissions import Permission
from sandbox.world.threads import Thread
from sandbox.world.world import World


class Writer:
    """A member who writes messages.

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

    @property
    def dm(self) -> DirectChannel:
        """Return the member's direct messages with the bot."""
        return self._world.direct_channel(self.member.user)

    def close_dms(self, closed: bool = True) -> None:
        """Take no direct messages of the bot's any more (50007), or take them again."""
        self.dm.closed = closed

    async def send(
        self,
        channel: TextChannel | None = None,
        content: str = "",
        *,
        files: Iterable[Upload] = (),
        embeds: Iterable[dict[str, Any]] = (),
        forward_of: Message | None = None,
        reply_to: Message | None = None,
        mention: bool = True,
    ) -> Message:
        """Write a message.

        Args:
            channel: Where: a channel or `dm`; the guild's first channel, or that of the message replied to, if None.
            content: Its text.
            files: Its attachments.
            embeds: Link previews, as Discord would add them.
            forward_of: A message it forwards.
            reply_to: A message it answers.
            mention: Whether the reply mentions whose message it answers.

        Raises:
            CommandUnavailableError: If the member may not write there, or attach files.
        """
        files = list(files)
        channel = channel or (reply_to.channel if reply_to is not None else self.channel)
        if not self.may_write(channel, with_files=bool(files)):
            raise CommandUnavailableError(
                f"{self.name} may not write {'with files ' if files else ''}in #{channel.name}"
            )
        message = self._world.new_message(channel, self.member.user)
        message.content, message.embeds = content, list(embeds)
        message.attachments = [self._world.store.add(upload, channel_id=channel.id) for upload in files]
        message.allowed_mentions = {"parse": ["users"], "replied_user": mention}
        if forward_of is not None:
            message.reference = {"type": 1, "message_id": forward_of.id, **forward_of.channel.place()}
            message.flags |= MessageFlag.HAS_SNAPSHOT
            message.snapshots = [forward_of.snapshot()]
        elif reply_to is not None:
            message.reply_to(reply_to)
        self._world.add_message(message)
        return message

    def may_write(self, channel: TextChannel, *, with_files: bool = False) -> bool:
        """Return whether the member's client lets them write in a channel."""
        needed = Permission.VIEW_CHANNEL | channel.sending | (Permission.ATTACH_FILES if with_files else 0)
        return channel.permissions_of(self) & needed == needed

    async def start_thread(self, name: str, *, in_channel: Channel | None = None, on: Message | None = None) -> Thread:
        """Begin a thread and return it.

        Args:
            name: What it is called.
            in_channel: Where; the guild's first channel, or that of `on`, if not given.
            on: The message that it is about, if it is about one.

        Raises:
            CommandUnavailableError: If the member may not, or the message is not one of a guild's text channel.
        """
        channel = in_channel or (on.channel if on is not None else self.channel)
        begun = on is not None and on.id in self._world.channels
        if not isinstance(channel, Channel) or isinstance(channel, Thread) or begun:
            raise CommandUnavailableError(f"there is no room for a thread {name!r} in #{channel.name}")
        if not channel.permissions_of(self) & Permission.CREATE_PUBLIC_THREADS:
            raise CommandUnavailableError(f"{self.name} may not begin threads in #{channel.name}")
        return self._world.start_thread(channel, name, self.member.user, message=on)

    async def edit(self, message: Message, content: str) -> None:
        """Change the text of an own message.

        Raises:
            CommandUnavailableError: If it is somebody else's, or gone.
        """
        if message.author is not self.member.user or message.deleted:
            raise CommandUnavailableError(f"{self.name} cannot edit message {message.id}")
        message.content = content
        self._world.emit("member_edits", (self.member, message))
        self._world.message_edited(message)

    def may_delete(self, message: Message) -> bool:
        """Return whether the member's client offers to delete a message: an own one, or with Manage Messages."""
        if not message.visible_to(self) or message.only_for is not None:
            return False  # a private reply can only be dismissed
        own = message.author is self.member.user
        return own or bool(message.channel.permissions_of(self) & Permission.MANAGE_MESSAGES)

    async def delete(self, message: Message) -> None:
        """Delete a message, as its author or as who may manage messages.

        Raises:
            CommandUnavailableError: If the member may not.
        """
        if not self.may_delete(message):
            raise CommandUnavailableError(f"{self.name} may not delete message {message.id}")
        self._world.emit("member_deletes", (self.member, message))
        self._world.delete_message(message)

    async def dismiss(self, message: Message) -> None:
        """Click "Dismiss message" on a private reply: it is gone from view, the bot is not told."""
        self._world.emit("member_dismisses", (self.member, message))
        message.dismissed_by.add(self.id)
        self._world.emit("message_dismissed", message)
