"""The application's commands, as they are registered and as Discord answers them.

Source: Discord's documentation, "Application Commands".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ApiError, invalid_form, unknown
from sandbox.interactions.command_rules import check_command
from sandbox.interactions.command_types import CHAT_INPUT, MESSAGE, USER
from sandbox.world.snowflakes import Snowflakes

#: "Registering a Command": how many of each type an application may have, globally and again in each guild.
MAX_COMMANDS = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}


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
