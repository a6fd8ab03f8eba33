"""What a member's client does before a command is sent: offer it, check its options, resolve what they point to.

Source: Discord's documentation, "Application Commands", "Application Command Option Type", and "Receiving and
Responding", "Resolved Data Structure".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox import commands as c
from sandbox.attachments import Attachment, Upload
from sandbox.commands import Command
from sandbox.errors import CommandUnavailableError
from sandbox.guilds import Channel, Member, Role, User
from sandbox.permissions import Permission
from sandbox.world import World


def find_command(world: World, member: Member, channel: Channel, name: str, kind: int) -> Command:
    """Return the command a member means.

    Raises:
        CommandUnavailableError: If there is none of that name and kind, or the member may not use it.
    """
    usable = world.commands.usable_in(channel.guild.id)
    command = next((one for one in usable if one.name == name and one.type == kind), None)
    if command is None:
        names = sorted(one.name for one in usable if one.type == kind)
        raise CommandUnavailableError(f"no command {name!r} of type {kind}; registered: {names}")
    if not may_use(member, channel, command):
        raise CommandUnavailableError(f"{member.user.name} may not use {name!r} in #{channel.name}")
    return command


def may_use(member: Member, channel: Channel, command: Command) -> bool:
    """Return whether Discord's client offers a command to a member there."""
    permissions = channel.permissions_of(member)
    if not permissions & Permission.USE_APPLICATION_COMMANDS:
        return False
    contexts = command.body.get("contexts")
    if contexts is not None and 0 not in contexts:
        return False
    needed = command.default_member_permissions
    if needed is None:
        return True
    if needed == 0:  # "disabled for everyone but administrators"
        return bool(permissions & Permission.ADMINISTRATOR)
    return permissions & needed == needed


class Choices:
    """Builds the `data` of a slash command's interaction.

    Args:
        world: Where files are stored.
        channel: Where the command is used.
    """

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self._resolved: dict[str, dict[str, Any]] = {}

    def data(self, command: Command, path: list[str], values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the interaction's data.

        Args:
            command: The command.
            path: Names of subcommand group and subcommand, where it has them.
            values: Values by option name.

        Raises:
            CommandUnavailableError: If an option is unknown, missing or wrong.
        """
        options = self._options(command.options, path, values)
        data: dict[str, Any] = {
            "id": command.id,
            "name": command.name,
            "type": c.CHAT_INPUT,
            "options": options,
        }
        if command.guild_id is not None:
            data["guild_id"] = command.guild_id
        if self._resolved:
            data["resolved"] = self._resolved
        return data

    def _options(self, known: list[dict[str, Any]], path: list[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        if path:
            part = next((option for option in known if option["name"] == path[0]), None)
            if part is None or part["type"] not in (c.SUB_COMMAND, c.SUB_COMMAND_GROUP):
                raise CommandUnavailableError(f"no subcommand {path[0]!r}")
            inner = self._options(part.get("options") or [], path[1:], values)
            return [{"name": part["name"], "type": part["type"], "options": inner}]
        by_name = {option["name"]: option for option in known}
        for name in values:
            if name not in by_name:
                raise CommandUnavailableError(f"no option {name!r}; there are: {sorted(by_name)}")
        for name, option in by_name.items():
            if option.get("required") and values.get(name) is None:
                raise CommandUnavailableError(f"the option {name!r} is required")
        given = {name: value for name, value in values.items() if value is not None}
        return [
            {"name": name, "type": by_name[name]["type"], "value": self._value(by_name[name], value)}
            for name, value in given.items()
        ]

    def _value(self, option: dict[str, Any], value: Any) -> Any:
        kind = option["type"]
        if kind in _PLAIN:
            return _plain_value(option, value)
        if kind == c.ATTACHMENT:
            return self._attachment(value)
        if isinstance(value, Role) and kind in (c.ROLE, c.MENTIONABLE):
            return self._resolve("roles", value.id, value.wire())
        if isinstance(value, Channel) and kind == c.CHANNEL:
            permissions = str(value.permissions_of(self._world.bot_member(value.guild)))
            return self._resolve("channels", value.id, {**value.wire(), "permissions": permissions})
        if hasattr(value, "id") and kind in (c.USER_OPTION, c.MENTIONABLE):
            return self._user(value)
        raise CommandUnavailableError(f"the option {option['name']!r} does not take {value!r}")

    def _resolve(self, kind: str, key: str, wire: dict[str, Any]) -> str:
        self._resolved.setdefault(kind, {})[key] = wire
        return key

    def _attachment(self, value: Any) -> str:
        if isinstance(value, Upload):
            value = self._world.store.add(value, channel_id=self._channel.id, ephemeral=True)
        if not isinstance(value, Attachment):
            raise CommandUnavailableError(f"an attachment option takes an Upload. Received: {value!r}")
        return self._resolve("attachments", value.id, self._world.store.wire(value))

    def _user(self, value: Any) -> str:
        member = self._channel.guild.members.get(value.id)
        user: User | None = member.user if member is not None else None
        if member is None or user is None:
            raise CommandUnavailableError(f"nobody in the guild has the id {value.id}")
        permissions = str(self._channel.permissions_of(member))
        self._resolve("members", user.id, {**member.wire(with_user=False), "permissions": permissions})
        return self._resolve("users", user.id, user.wire())


_PLAIN: dict[int, tuple[type, ...]] = {
    c.STRING: (str,),
    c.INTEGER: (int,),
    c.BOOLEAN: (bool,),
    c.NUMBER: (int, float),
}


def _plain_value(option: dict[str, Any], value: Any) -> Any:
    kind, name = option["type"], option["name"]
    if not isinstance(value, _PLAIN[kind]) or (kind != c.BOOLEAN and isinstance(value, bool)):
        raise CommandUnavailableError(f"the option {name!r} does not take {value!r}")
    if option.get("choices") and value not in [choice["value"] for choice in option["choices"]]:
        raise CommandUnavailableError(f"{value!r} is none of the choices of {name!r}")
    size = len(value) if isinstance(value, str) else value
    low = option.get("min_length" if kind == c.STRING else "min_value")
    high = option.get("max_length" if kind == c.STRING else "max_value")
    if (low is not None and size < low) or (high is not None and size > high):
        raise CommandUnavailableError(f"the option {name!r} is between {low} and {high}. Received: {value!r}")
    return value
