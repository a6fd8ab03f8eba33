"""Where messages are written: text channels of guilds, and direct messages between somebody and the bot.

Source: Discord's documentation, "Channels Resource", "Permissions".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.world.guilds import Viewer
from sandbox.world.permissions import ORDINARY, Permission, channel_permissions

if TYPE_CHECKING:
    from sandbox.messages.message import Message
    from sandbox.world.guilds import Guild, User

#: What anybody may do in direct messages: there are no roles, and nobody deletes what another wrote.
DIRECT_PERMISSIONS = ORDINARY | Permission.MENTION_EVERYONE
#: What an interaction in direct messages with the bot says the application may do. "Interaction Structure".
DIRECT_APP_PERMISSIONS = (
    Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE | Permission.USE_EXTERNAL_EMOJIS
)


@dataclass(kw_only=True)
class Overwrite:
    """A channel's exception to the permissions of a role or member (`type` 0 or 1)."""

    target_id: str
    type: int
    allow: int = 0
    deny: int = 0

    def wire(self) -> dict[str, Any]:
        """Return the overwrite object."""
        return {
            "id": self.target_id,
            "type": self.type,
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


@dataclass(kw_only=True, eq=False)
class TextChannel(ABC):
    """A place with messages, oldest first, private ones among them."""

    id: str
    name: str
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    @abstractmethod
    def guild_id(self) -> str | None:
        """Return its guild's id, None for direct messages."""

    @abstractmethod
    def permissions_of(self, who: Viewer) -> int:
        """Return what somebody may do here, as bits; 0 for who is not of the place."""

    @abstractmethod
    def wire(self) -> dict[str, Any]:
        """Return the channel object."""

    @property
    def sending(self) -> Permission:
        """Return the permission that writing here takes."""
        return Permission.SEND_MESSAGES

    def place(self) -> dict[str, Any]:
        """Return how events and references name it: by channel and, where there is one, guild."""
        place = {"channel_id": self.id}
        return place if self.guild_id is None else {**place, "guild_id": self.guild_id}

    def messages_visible_to(self, viewer: Viewer) -> list[Message]:
        """Return what somebody sees here, oldest first: public messages and their own private replies."""
        return [message for message in self.messages.values() if message.visible_to(viewer)]

    def last_message_id(self) -> str | None:
        """Return the id of the newest message, deleted ones aside."""
        return next(reversed(self.messages), None)


@dataclass(kw_only=True, eq=False)
class Channel(TextChannel):
    """A text channel of a guild."""

    guild: Guild
    position: int = 0
    topic: str | None = None
    overwrites: list[Overwrite] = field(default_factory=list)

    @property
    def guild_id(self) -> str:
        """Return its guild's id."""
        return self.guild.id

    def permissions_of(self, who: Viewer) -> int:
        """Return what a member may do here, as bits."""
        member = self.guild.members.get(who.id)
        return 0 if member is None else channel_permissions(member, self)

    def wire(self) -> dict[str, Any]:
        """Return the channel object."""
        return {
            "id": self.id,
            "type": 0,
            "guild_id": self.guild.id,
            "name": self.name,
            "position": self.position,
            "topic": self.topic,
            "flags": 0,
            "nsfw": False,
            "parent_id": None,
            "last_message_id": self.last_message_id(),
            "rate_limit_per_user": 0,
            "permission_overwrites": [overwrite.wire() for overwrite in self.overwrites],
        }


@dataclass(kw_only=True, eq=False)
class DirectChannel(TextChannel):
    """Direct messages between a user and the bot.

    Attributes:
        user: Who has them.
        bot: The bot.
        closed: Whether the user takes no direct messages: what the bot sends is refused then (50007).
    """

    user: User
    bot: User
    closed: bool = False

    @property
    def guild_id(self) -> None:
        """Return None: there is no guild."""
        return None

    def permissions_of(self, who: Viewer) -> int:
        """Return what the two may do here, as bits."""
        return int(DIRECT_PERMISSIONS) if who.id in (self.user.id, self.bot.id) else 0

    def wire(self) -> dict[str, Any]:
        """Return the channel object as the bot is given it: of the two it names the user."""
        return {
            "id": self.id,
            "type": 1,
            "flags": 0,
            "last_message_id": self.last_message_id(),
            "recipients": [self.user.wire()],
        }
