"""One interaction: what the member did, what the bot answered, and waiting for it.

Source: Discord's documentation, "Receiving and Responding".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.clock import Timer
from sandbox.guilds import Channel, Guild, Member, Viewer
from sandbox.messages import Message
from sandbox.signals import DEFAULT_TIMEOUT, Signal

if TYPE_CHECKING:
    from sandbox.world import World


@dataclass(kw_only=True, eq=False)
class Interaction:
    """One use of a command, component or modal, and what the bot made of it.

    Attributes:
        data: What the member chose, as sent to the bot.
        source_message: The message whose component was used.
        response: The callback type the bot answered with, None before.
        failed: Whether the bot missed the three seconds: Discord then shows "The application did not respond".
        original: The response's message, deleted or not; None before and for responses without one.
        followups: Later messages.
        modal: The modal the bot opened.
        choices: What autocompletion offered.
    """

    id: str
    type: int
    token: str
    data: dict[str, Any]
    member: Member
    channel: Channel
    created_at: float
    expires_at: float
    source_message: Message | None = None
    response: int | None = None
    failed: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    changed: Signal = field(default_factory=Signal, repr=False)
    deadline: Timer | None = field(default=None, repr=False)

    @property
    def guild(self) -> Guild:
        """Return the guild it was used in."""
        return self.channel.guild

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

    async def until(self, look: Callable[[Interaction], Any], *, timeout: float = DEFAULT_TIMEOUT) -> Any:
        """Wait until `look` finds something truthy about the interaction, and return that."""
        return await self.changed.until(lambda: look(self), timeout=timeout)

    def context(self) -> dict[str, Any]:
        """Return what the messages of the response say of it: "Message Interaction Metadata"."""
        wire = {
            "id": self.id,
            "type": self.type,
            "user": self.member.user.wire(),
            "authorizing_integration_owners": {"0": self.guild.id},
        }
        if self.source_message is not None:
            wire["interacted_message_id"] = self.source_message.id
        return wire

    def wire(self, world: World) -> dict[str, Any]:
        """Return the interaction object as INTERACTION_CREATE carries it."""
        permissions = self.channel.permissions_of(self.member)
        app_permissions = self.channel.permissions_of(world.bot_member(self.guild))
        wire: dict[str, Any] = {
            "id": self.id,
            "application_id": world.application_id,
            "type": self.type,
            "data": self.data,
            "guild_id": self.guild.id,
            "guild": {"id": self.guild.id, "locale": "en-US", "features": []},
            "channel": {**self.channel.wire(), "permissions": str(permissions)},
            "channel_id": self.channel.id,
            "member": {**self.member.wire(), "permissions": str(permissions)},
            "token": self.token,
            "version": 1,
            "app_permissions": str(app_permissions),
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": self.guild.id},
            "context": 0,
            "attachment_size_limit": world.config.attachment_size_limit,
        }
        if self.source_message is not None:
            wire["message"] = self.source_message.wire()
        return wire
