"""Threads: conversations of their own below a channel, whose permissions they share.

Source: Discord's documentation, "Threads", "Channels Resource", "Thread Metadata Object".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.world.channels import Channel
from sandbox.world.guilds import Viewer
from sandbox.world.permissions import Permission

#: "Channel Types".
PUBLIC_THREAD = 11
#: Minutes of silence after which Discord hides one; the sandbox never does.
AUTO_ARCHIVE_DURATION = 1440


@dataclass(kw_only=True, eq=False)
class Thread(Channel):
    """A public thread.

    Attributes:
        parent: The channel it is in.
        owner_id: Who began it.
        created_at: When, as Discord writes it.
        joined: Ids of those who began it, joined it or wrote in it.
    """

    parent: Channel
    owner_id: str
    created_at: str
    joined: set[str] = field(default_factory=set)

    @property
    def sending(self) -> Permission:
        """Return the permission that writing here takes."""
        return Permission.SEND_MESSAGES_IN_THREADS

    def permissions_of(self, who: Viewer) -> int:
        """Return what a member may do here, as bits: what they may do in the parent channel."""
        return self.parent.permissions_of(who)

    def wire(self) -> dict[str, Any]:
        """Return the thread object."""
        return {
            "id": self.id,
            "type": PUBLIC_THREAD,
            "guild_id": self.guild.id,
            "parent_id": self.parent.id,
            "owner_id": self.owner_id,
            "name": self.name,
            "flags": 0,
            "last_message_id": self.last_message_id(),
            "rate_limit_per_user": 0,
            "message_count": len(self.messages),
            "member_count": len(self.joined),
            "total_message_sent": len(self.messages),
            "thread_metadata": {
                "archived": False,
                "archive_timestamp": self.created_at,
                "auto_archive_duration": AUTO_ARCHIVE_DURATION,
                "create_timestamp": self.created_at,
                "locked": False,
            },
        }
