"""The application's commands: what Discord refuses to register, and what it answers.

Source: Discord's documentation, "Application Commands".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ApiError, invalid_form, unknown
from sandbox.world.snowflakes import Snowflakes

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER_OPTION, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)

#: "Registering a Command": how many of each type an application may have, globally and again in each guild.
MAX_COMMANDS = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
MAX_OPTIONS = 25
MAX_CHOICES = 25
#: Names, descriptions and values of one command together, in characters.
MAX_COMMAND_TEXT = 8000

Path = tuple[str | int, ...]


@dataclass(kw_only=True, eq=False)
class Command:
    """A registered command; `body` is what was sent, `guild_id` None for a global one."""

    id: str
    application_id: str
    version: str
    guild_id: str | None
    body: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the command's name."""
        return str(self.body["name"])

    @property
    def type(self) -> int:
        """Return its type: 1 slash, 2 user, 3 message."""
        return self.body.get("type") or CHAT_INPUT

    @property
    def options(self) -> list[dict[str, Any]]:
        """Return its options, or its subcommands."""
        return self.body.get("options") or []

    @property
    def default_member_permissions(self) -> int | None:
        """Return the permissions a member needs, None for everybody."""
        value = self.body.get("default_member_permissions")
        return None if value is None else int(value)

    def wire(self) -> dict[str, Any]:
        """Return the application command object."""
        needed = self.default_member_permissions
        wire: dict[str, Any] = {
            "id": self.id,
            "application_id": self.application_id,
            "version": self.version,
            "default_member_permissions": None if needed is None else str(needed),
            "type": self.type,
            "name": self.name,
            "name_localizations": self.body.get("name_localizations"),
            "description": self.body.get("description") or "",
            "description_localizations": self.body.get("description_localizations"),
            "nsfw": bool(self.body.get("nsfw")),
        }
        if self.options:
            wire["options"] = self.options
        if self.guild_id is not None:
            return {**wire, "guild_id": self.guild_id}
        wire["dm_permission"] = self.body.get("dm_permission") is not False
        wire["contexts"] = self.body.get("contexts")
        wire["integration_types"] = self.body.get("integration_types") or [0]
        return wire


@dataclass(kw_only=True)
class Commands:
    """All registered commands, by scope: None for the global ones, else a guild's id."""

    application_id: str
    ids: Snowflakes
    registrations: int = 0
    _scopes: dict[str | None, dict[str, Command]] = field(default_factory=dict)

    def listed(self, guild_id: str | None) -> list[Command]:
        """Return the commands of one scope."""
        return list(self._scopes.get(guild_id, {}).values())

    def usable_in(self, guild_id: str | None) -> list[Command]:
        """Return what is offered in a guild: its own commands, then the global ones; these alone in direct messages."""
        return [*(self.listed(guild_id) if guild_id is not None else ()), *self.listed(None)]

    def get(self, guild_id: str | None, command_id: str) -> Command:
        """Return one command.

        Raises:
            ApiError: 10063 if there is none.
        """
        command = self._scopes.get(guild_id, {}).get(command_id)
        if command is None:
            raise unknown("application command")
        return command

    def overwrite(self, guild_id: str | None, bodies: list[dict[str, Any]]) -> list[Command]:
        """Replace a scope's commands; those that keep type and name keep their id.

        Raises:
            ApiError: 50035 for a broken rule; nothing changes then.
        """
        for index, body in enumerate(bodies):
            check_command(body, (index,))
        keys = [(body.get("type") or CHAT_INPUT, body["name"]) for body in bodies]
        if len(keys) != len(set(keys)):
            sentence = "Application command names must be unique"
            raise invalid_form((), "APPLICATION_COMMANDS_DUPLICATE_NAME", sentence)
        for kind, most in MAX_COMMANDS.items():
            if sum(key[0] == kind for key in keys) > most:
                sentence = f"Max number of application commands reached ({most})"
                raise ApiError(400, 30032, sentence, rule=sentence)
        old = {(command.type, command.name): command for command in self.listed(guild_id)}
        commands = [self._make(guild_id, body, old.get(key)) for key, body in zip(keys, bodies, strict=True)]
        self._scopes[guild_id] = {command.id: command for command in commands}
        self.registrations += 1
        return commands

    def upsert(self, guild_id: str | None, body: dict[str, Any]) -> tuple[Command, bool]:
        """Register one command; returns it and whether it is new."""
        check_command(body, ())
        key = (body.get("type") or CHAT_INPUT, body["name"])
        old = next((c for c in self.listed(guild_id) if (c.type, c.name) == key), None)
        command = self._make(guild_id, body, old)
        self._scopes.setdefault(guild_id, {})[command.id] = command
        self.registrations += 1
        return command, old is None

    def change(self, guild_id: str | None, command_id: str, body: dict[str, Any]) -> Command:
        """Change the named fields of a command."""
        command = self.get(guild_id, command_id)
        changed = {**command.body, **body}
        check_command(changed, ())
        command.body, command.version = changed, self.ids.next()
        self.registrations += 1
        return command

    def remove(self, guild_id: str | None, command_id: str) -> None:
        """Delete a command."""
        self.get(guild_id, command_id)
        del self._scopes[guild_id][command_id]

    def _make(self, guild_id: str | None, body: dict[str, Any], old: Command | None) -> Command:
        return Command(
            id=old.id if old else self.ids.next(),
            application_id=self.application_id,
            version=self.ids.next(),
            guild_id=guild_id,
            body=body,
        )


def check_command(body: dict[str, Any], path: Path) -> None:
    """Hold a command against Discord's rules.

    Raises:
        ApiError: 50035 for the first broken one.
    """
    kind = body.get("type") or CHAT_INPUT
    name = body.get("name") or ""
    if not 1 <= len(name) <= 32:
        raise invalid_form((*path, "name"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
    if kind == CHAT_INPUT:
        _check_name(name, path)
        _check_description(body, path)
        _check_options(body.get("options") or [], (*path, "options"))
        if _text_length(body) > MAX_COMMAND_TEXT:
            sentence = f"Command exceeds maximum size ({MAX_COMMAND_TEXT})"
            raise invalid_form(path, "APPLICATION_COMMAND_TOO_LARGE", sentence)
    elif body.get("description") or body.get("options"):
        sentence = "Context menu commands cannot have description or options"
        raise invalid_form(path, "APPLICATION_COMMAND_CONTEXT_MENU_FIELDS", sentence)


def _check_name(name: str, path: Path) -> None:
    """Apply "Application Command Naming": letters, digits, - _ ', in lower case where there is one."""
    good = all(
        c in "-_'" or unicodedata.category(c)[0] in "LN" or unicodedata.category(c) in ("Mn", "Mc") for c in name
    )
    if not good or name != name.lower() or not 1 <= len(name) <= 32:
        sentence = f"Command name is invalid. Received: {name!r}"
        raise invalid_form((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", sentence)


def _check_description(body: dict[str, Any], path: Path) -> None:
    if not 1 <= len(body.get("description") or "") <= 100:
        raise invalid_form((*path, "description"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _check_options(options: list[dict[str, Any]], path: Path) -> None:
    if len(options) > MAX_OPTIONS:
        raise invalid_form(path, "BASE_TYPE_BAD_LENGTH", f"Must be {MAX_OPTIONS} or fewer in length.")
    names = [option.get("name") for option in options]
    if len(names) != len(set(names)):
        raise invalid_form(path, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option names must be unique")
    optional_seen = False
    for index, option in enumerate(options):
        place = (*path, index)
        _check_name(option.get("name") or "", place)
        _check_description(option, place)
        if option.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP):
            _check_options(option.get("options") or [], (*place, "options"))
            continue
        if option.get("required") and optional_seen:
            sentence = "Required options must be placed before non-required options"
            raise invalid_form(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", sentence)
        optional_seen = optional_seen or not option.get("required")
        if len(option.get("choices") or ()) > MAX_CHOICES:
            sentence = f"Must be {MAX_CHOICES} or fewer in length."
            raise invalid_form((*place, "choices"), "BASE_TYPE_BAD_LENGTH", sentence)


def _text_length(part: dict[str, Any]) -> int:
    total = len(part.get("name") or "") + len(part.get("description") or "")
    total += sum(len(str(c.get("name", ""))) + len(str(c.get("value", ""))) for c in part.get("choices") or ())
    return total + sum(_text_length(option) for option in part.get("options") or ())
