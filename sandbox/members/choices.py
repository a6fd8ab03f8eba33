"""What a member's client does before a command is sent: offer it, check its options, ask what to offer for one.

Source: Discord's documentation, "Application Commands", "Application Command Option Type", "Autocomplete".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.errors import CommandUnavailableError
from sandbox.interactions import command_types as c
from sandbox.interactions.commands import Command
from sandbox.interactions.resolving import Resolved
from sandbox.world.channels import DirectChannel, TextChannel
from sandbox.world.guilds import Member
from sandbox.world.permissions import Permission
from sandbox.world.world import World

#: "Interaction Context Types".
GUILD, BOT_DM = 0, 1


def find_command(
    world: World, member: Member, channel: TextChannel, name: str, kind: int, path: Sequence[str] = ()
) -> Command:
    """Return the command a member means.

    A guild's command and a global one may have the same name; then the subcommand tells which is meant.

    Args:
        world: Where.
        member: Who.
        channel: Where in it.
        name: The command's.
        kind: Its type.
        path: Names of subcommand group and subcommand, where it has them.

    Raises:
        CommandUnavailableError: If there is none of that name and kind, or the member may not use it.
    """
    usable = world.commands.usable_in(channel.guild_id)
    named = [one for one in usable if one.name == name and one.type == kind]
    command = next((one for one in named if not path or path[0] in _names(one)), next(iter(named), None))
    if command is None:
        names = sorted(one.name for one in usable if one.type == kind)
        raise CommandUnavailableError(f"no command {name!r} of type {kind}; registered: {names}")
    if not may_use(member, channel, command):
        raise CommandUnavailableError(f"{member.user.name} may not use {name!r} in #{channel.name}")
    return command


def _names(command: Command) -> set[str]:
    return {option["name"] for option in command.options}


def may_use(member: Member, channel: TextChannel, command: Command) -> bool:
    """Return whether Discord's client offers a command to a member there."""
    permissions = channel.permissions_of(member)
    if not permissions & Permission.USE_APPLICATION_COMMANDS:
        return False
    contexts = command.body.get("contexts")
    if isinstance(channel, DirectChannel):  # nobody has roles there: default_member_permissions does not count
        return command.body.get("dm_permission") is not False if contexts is None else BOT_DM in contexts
    if contexts is not None and GUILD not in contexts:
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

    def __init__(self, world: World, channel: TextChannel) -> None:
        self._resolved = Resolved(world, channel)

    def data(self, command: Command, path: list[str], values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the interaction's data.

        Args:
            command: The command.
            path: Names of subcommand group and subcommand, where it has them.
            values: Values by option name.

        Raises:
            CommandUnavailableError: If an option is unknown, missing or wrong.
        """
        known = _options_of(command, path)
        for name, option in known.items():
            if option.get("required") and values.get(name) is None:
                raise CommandUnavailableError(f"the option {name!r} is required")
        return self._data(command, path, self._given(known, values))

    def unfinished(
        self, command: Command, path: list[str], values: Mapping[str, Any], focused: str, typed: str
    ) -> dict[str, Any]:
        """Return the data of an autocompletion: what is chosen so far, and what is typed into one option.

        Args:
            command: The command.
            path: As for `data`.
            values: Values of other options; required ones may be missing yet.
            focused: The option that is being typed.
            typed: What is typed, as text for every type of option; it is not checked.

        Raises:
            CommandUnavailableError: If the option does not autocomplete, or another is unknown or wrong.
        """
        known = _options_of(command, path)
        option = known.get(focused)
        if option is None or not option.get("autocomplete"):
            raise CommandUnavailableError(f"the option {focused!r} does not autocomplete")
        others = self._given(known, {name: value for name, value in values.items() if name != focused})
        typing = {"name": focused, "type": option["type"], "value": typed, "focused": True}
        return self._data(command, path, [*others, typing])

    def _data(self, command: Command, path: list[str], options: list[dict[str, Any]]) -> dict[str, Any]:
        for depth, name in enumerate(reversed(path)):
            options = [{"name": name, "type": c.SUB_COMMAND_GROUP if depth else c.SUB_COMMAND, "options": options}]
        data: dict[str, Any] = {"id": command.id, "name": command.name, "type": c.CHAT_INPUT, "options": options}
        if command.guild_id is not None:
            data["guild_id"] = command.guild_id
        return self._resolved.added_to(data)

    def _given(self, known: dict[str, dict[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        for name in values:
            if name not in known:
                raise CommandUnavailableError(f"no option {name!r}; there are: {sorted(known)}")
        return [
            {"name": name, "type": known[name]["type"], "value": self._value(known[name], value)}
            for name, value in values.items()
            if value is not None
        ]

    def _value(self, option: dict[str, Any], value: Any) -> Any:
        takers: dict[int, Callable[[Any], str]] = {
            c.ATTACHMENT: self._resolved.attachment,
            c.USER_OPTION: self._resolved.user,
            c.CHANNEL: self._resolved.channel,
            c.ROLE: self._resolved.role,
            c.MENTIONABLE: self._resolved.mentionable,
        }
        take = takers.get(option["type"])
        return _plain_value(option, value) if take is None else take(value)


def _options_of(command: Command, path: list[str]) -> dict[str, dict[str, Any]]:
    """Return a command's options, or those of its subcommand, by name."""
    known = command.options
    for name in path:
        part = next((option for option in known if option["name"] == name), None)
        if part is None or part["type"] not in (c.SUB_COMMAND, c.SUB_COMMAND_GROUP):
            raise CommandUnavailableError(f"no subcommand {name!r}")
        known = part.get("options") or []
    return {option["name"]: option for option in known}


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
