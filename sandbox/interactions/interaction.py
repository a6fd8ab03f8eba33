"""One interaction: what the member did, what the bot answered, and waiting for it.

Source: Discord's documentation, "Receiving and Responding".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.interactions.command_types import SUB_COMMAND, SUB_COMMAND_GROUP
from sandbox.messages.message import Message
from sandbox.world.channels import DIRECT_APP_PERMISSIONS, Channel, TextChannel
from sandbox.world.clock import Timer
from sandbox.world.guilds import Guild, Member, Viewer
from sandbox.world.signals import DEFAULT_TIMEOUT, Signal

if TYPE_CHECKING:
    from sandbox.world.world import World


@dataclass(kw_only=True, eq=False)
class Interaction:
    """One use of a command, component or modal, and what the bot made of it.

    Attributes:
        data: What the member chose, as sent to the bot.
        member: Who acted, in direct messages too.
        source_message: The message whose component was used, or led to the modal.
        opened_by: The interaction that opened the modal, for its submission.
        response: The callback type the bot answered with, None before.
        failed: Whether the bot missed the three seconds: Discord then shows "The application did not respond".
        original: The response's message, deleted or not; None before and for responses without one.
        followups: Later messages.
        modal: The modal the bot opened, with ids.
        choices: What autocompletion offered.
    """

    id: str
    type: int
    token: str
    data: dict[str, Any]
    member: Member
    channel: TextChannel
    created_at: float
    expires_at: float
    source_message: Message | None = None
    opened_by: Interaction | None = None
    response: int | None = None
    failed: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    changed: Signal = field(default_factory=Signal, repr=False)
    deadline: Timer | None = field(default=None, repr=False)

    @property
    def guild(self) -> Guild | None:
        """Return the guild it was used in, None for direct messages."""
        return self.channel.guild if isinstance(self.channel, Channel) else None

    @property
    def command_name(self) -> str:
        """Return the command's name, with group and subcommand after spaces; "" for components and modals."""
        names, options = [self.data.get("name", "")], self.data.get("options") or []
        while options and options[0]["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP):
            names.append(options[0]["name"])
            options = options[0].get("options") or []
        return " ".join(names)

    @property
    def messages(self) -> list[Message]:
        """Return the bot's messages that are still there, the first response first."""
        own = [self.original, *self.followups] if self.original else self.followups
        return [message for message in own if message is not None and not message.deleted]

    def messages_visible_to(self, viewer: Viewer) -> list[Message]:
        """Return those of the bot's messages that somebody sees."""
        return [message for message in self.messages if message.visible_to(viewer)]

    async def acknowledged(self, *, timeout: float = DEFAULT_TIMEOUT) -> int:
        """Wait for the first response and return its callback type (4 reply, 5 deferral, …).

        Raises:
            TimeoutError: After `timeout` real seconds.
        """
        return await self.changed.until(lambda: self.response, timeout=timeout, what="the bot's first response")

    async def reply(
        self,
        wanted: Callable[[Message], Any] = lambda message: not message.thinking,
        *,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> Message:
        """Wait for a message of the bot's on this interaction and return it.

        Args:
            wanted: Which message; by default the first that is no longer "thinking".
            timeout: Real seconds to wait.

        Raises:
            TimeoutError: If none came.
        """
        return await self.changed.until(
            lambda: next((message for message in self.messages if wanted(message)), None),
            timeout=timeout,
            what=f"a reply to interaction {self.id} among {len(self.messages)} message(s)",
        )

    async def modal_opened(self, *, timeout: float = DEFAULT_TIMEOUT) -> dict[str, Any]:
        """Wait for the modal that the bot opens and return it, with ids.

        Raises:
            TimeoutError: If the bot opened none.
        """
        return await self.changed.until(
            lambda: self.modal, timeout=timeout, what=f"a modal; the response is of type {self.response}"
        )

    async def until(self, look: Callable[[Interaction], Any], *, timeout: float = DEFAULT_TIMEOUT) -> Any:
        """Wait until `look` finds something truthy about the interaction, and return that."""
        return await self.changed.until(lambda: look(self), timeout=timeout)

    def owners(self) -> dict[str, str]:
        """Return the "Authorizing Integration Owners Object" of an application that guilds install."""
        return {"0": self.channel.guild_id or "0"}

    def context(self) -> dict[str, Any]:
        """Return what the messages of the response say of it: "Message Interaction Metadata"."""
        wire = {
            "id": self.id,
            "type": self.type,
            "user": self.member.user.wire(),
            "authorizing_integration_owners": self.owners(),
        }
        if self.opened_by is not None:
            wire["triggering_interaction_metadata"] = self.opened_by.context()
        elif self.source_message is not None:
            wire["interacted_message_id"] = self.source_message.id
        return wire

    def wire(self, world: World) -> dict[str, Any]:
        """Return the interaction object as INTERACTION_CREATE carries it."""
        wire: dict[str, Any] = {
            "id": self.id,
            "application_id": world.application_id,
            "type": self.type,
            "data": self.data,
            "channel": self.channel.wire(),
            "channel_id": self.channel.id,
            "token": self.token,
            "version": 1,
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": self.owners(),
            "attachment_size_limit": world.config.attachment_size_limit,
            **self._where(world),
        }
        if self.source_message is not None:
            wire["message"] = self.source_message.wire()
        return wire

    def _where(self, world: World) -> dict[str, Any]:
        """Return what differs between a guild, which has members, and direct messages, which have users."""
        guild = self.guild
        if guild is None:
            return {"user": self.member.user.wire(), "app_permissions": str(int(DIRECT_APP_PERMISSIONS)), "context": 1}
        permissions = str(self.channel.permissions_of(self.member))
        return {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "channel": {**self.channel.wire(), "permissions": permissions},
            "member": {**self.member.wire(), "permissions": permissions},
            "app_permissions": str(self.channel.permissions_of(world.bot)),
            "context": 0,
        }
