"""Who there is: users, roles, members, guilds, and their form on the wire.

Source: Discord's documentation, "User", "Guild".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sandbox.world.channels import Channel
    from sandbox.world.threads import Thread


class Viewer(Protocol):
    """Anybody who can look at a channel: what counts is the user's id."""

    @property
    def id(self) -> str:
        """Return the user's id."""
        ...


@dataclass(kw_only=True)
class User:
    """An account; `name` is the unique lower-case one."""

    id: str
    name: str
    display_name: str | None = None
    bot: bool = False

    def wire(self) -> dict[str, Any]:
        """Return the user object."""
        wire: dict[str, Any] = {
            "id": self.id,
            "username": self.name,
            "discriminator": "0",
            "global_name": self.display_name,
            "avatar": None,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
        }
        if self.bot:
            wire["bot"] = True
            wire["discriminator"] = "0001"
        return wire


@dataclass(kw_only=True)
class Role:
    """A role; @everyone's id is its guild's."""

    id: str
    name: str
    permissions: int
    position: int = 1
    managed_by_bot: str | None = None

    def wire(self) -> dict[str, Any]:
        """Return the role object."""
        wire: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.managed_by_bot is not None,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }
        if self.managed_by_bot is not None:
            wire["tags"] = {"bot_id": self.managed_by_bot}
        return wire


@dataclass(kw_only=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    guild: Guild
    joined_at: str
    roles: list[Role] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Return the user's id."""
        return self.user.id

    def all_roles(self) -> list[Role]:
        """Return the member's roles with @everyone."""
        return [self.guild.everyone, *self.roles]

    def wire(self, *, with_user: bool = True) -> dict[str, Any]:
        """Return the member object; message events carry it without its user."""
        wire: dict[str, Any] = {
            "avatar": None,
            "banner": None,
            "communication_disabled_until": None,
            "flags": 0,
            "joined_at": self.joined_at,
            "nick": None,
            "pending": False,
            "premium_since": None,
            "roles": [role.id for role in self.roles],
            "mute": False,
            "deaf": False,
        }
        if with_user:
            wire["user"] = self.user.wire()
        return wire


@dataclass(kw_only=True, eq=False)
class Guild:
    """A server: roles, members, channels and the threads in these, by id."""

    id: str
    name: str
    owner_id: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)

    @property
    def everyone(self) -> Role:
        """Return the @everyone role."""
        return self.roles[self.id]

    def wire(self) -> dict[str, Any]:
        """Return the guild object as REST gives it."""
        return {
            **_PLAIN_GUILD,
            "id": self.id,
            "name": self.name,
            "owner_id": self.owner_id,
            "roles": [role.wire() for role in self.roles.values()],
        }

    def gateway_wire(self, bot_id: str, *, all_members: bool) -> dict[str, Any]:
        """Return the guild as GUILD_CREATE gives it; without the members intent only the bot is listed."""
        members = self.members.values() if all_members else [self.members[bot_id]]
        return {
            **self.wire(),
            "joined_at": self.members[bot_id].joined_at,
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "members": [member.wire() for member in members],
            "channels": [channel.wire() for channel in self.channels.values()],
            "threads": [thread.wire() for thread in self.threads.values()],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


#: What a guild says of itself when nobody changed its settings.
_PLAIN_GUILD: dict[str, Any] = {
    "icon": None,
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "features": [],
    "banner": None,
    "application_id": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "preferred_locale": "en-US",
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
}
