"""What the ids in an interaction's data stand for, sent along with them.

Source: Discord's documentation, "Receiving and Responding", "Resolved Data Structure".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.cdn.attachments import Attachment, Upload
from sandbox.errors import CommandUnavailableError
from sandbox.world.channels import Channel, DirectChannel, TextChannel
from sandbox.world.guilds import Role, User

if TYPE_CHECKING:
    from sandbox.world.world import World


class Resolved:
    """Looks up what a member chose and collects its objects.

    Args:
        world: Where files are stored.
        channel: Where the member acts: they choose among what is there.

    Attributes:
        data: The collected objects by kind and id.
    """

    def __init__(self, world: World, channel: TextChannel) -> None:
        self.data: dict[str, dict[str, Any]] = {}
        self._world = world
        self._channel = channel

    def added_to(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return interaction data with what was collected, if there was anything."""
        return {**data, "resolved": self.data} if self.data else data

    def user(self, chosen: Any) -> str:
        """Take somebody, by id or as a thing with an id, and return their id.

        Raises:
            CommandUnavailableError: If nobody here has it.
        """
        user = self._people().get(_id_of(chosen))
        if user is None:
            raise CommandUnavailableError(f"nobody here has the id {_id_of(chosen)}")
        if isinstance(self._channel, Channel):
            member = self._channel.guild.members[user.id]
            permissions = str(self._channel.permissions_of(member))
            self._add("members", user.id, {**member.wire(with_user=False), "permissions": permissions})
        return self._add("users", user.id, user.wire())

    def role(self, chosen: Any) -> str:
        """Take a role and return its id; errors as for `user`."""
        role = self._one("role", self._guild_roles(), chosen)
        return self._add("roles", role.id, role.wire())

    def mentionable(self, chosen: Any) -> str:
        """Take a role or somebody and return the id; errors as for `user`."""
        return self.role(chosen) if _id_of(chosen) in self._guild_roles() else self.user(chosen)

    def channel(self, chosen: Any) -> str:
        """Take a channel of the guild and return its id; errors as for `user`."""
        guild = self._channel.guild if isinstance(self._channel, Channel) else None
        channels = {} if guild is None else {**guild.channels, **guild.threads}
        channel = self._one("channel", channels, chosen)
        permissions = str(channel.permissions_of(self._world.bot))
        return self._add("channels", channel.id, {**channel.wire(), "permissions": permissions})

    def attachment(self, chosen: Any) -> str:
        """Take a file and return its attachment's id.

        Raises:
            CommandUnavailableError: If it is no file.
        """
        if isinstance(chosen, Upload):
            chosen = self._world.store.add(chosen, channel_id=self._channel.id, ephemeral=True)
        if not isinstance(chosen, Attachment):
            raise CommandUnavailableError(f"an attachment option takes an Upload. Received: {chosen!r}")
        return self._add("attachments", chosen.id, self._world.store.wire(chosen))

    def _people(self) -> dict[str, User]:
        if isinstance(self._channel, Channel):
            return {member.id: member.user for member in self._channel.guild.members.values()}
        if isinstance(self._channel, DirectChannel):
            return {user.id: user for user in (self._channel.user, self._channel.bot)}
        return {}

    def _guild_roles(self) -> dict[str, Role]:
        return self._channel.guild.roles if isinstance(self._channel, Channel) else {}

    def _one(self, kind: str, known: Mapping[str, Any], chosen: Any) -> Any:
        if _id_of(chosen) not in known:
            raise CommandUnavailableError(f"no {kind} here has the id {_id_of(chosen)}")
        return known[_id_of(chosen)]

    def _add(self, kind: str, key: str, wire: dict[str, Any]) -> str:
        self.data.setdefault(kind, {})[key] = wire
        return key


def _id_of(chosen: Any) -> str:
    return str(getattr(chosen, "id", chosen))
