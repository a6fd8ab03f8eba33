"""Registering the commands with Discord only when they changed: Discord allows 200 new ones a day."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import discord
import structlog
from discord import app_commands

log = structlog.get_logger(__name__)


OPTION_KEYS: Final = (
    "name",
    "type",
    "description",
    "choices",
    "channel_types",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
)
"""Parts of an option that are compared as they are."""


class CommandsNotSynced(Exception):
    """Discord knows other commands than this program has."""


async def sync_if_changed(
    tree: app_commands.CommandTree[discord.Client], mode: Literal["auto", "never"], home: discord.abc.Snowflake | None
) -> None:
    """Brings Discord's lists of commands to ours, or says that they differ: the global ones, and the home guild's.

    Raises:
        CommandsNotSynced: they differ and `mode` is `never`.
    """
    # Raw, because discord.py 2.7.1 loses the last of a fetched command's contexts and of its ways to be installed.
    http, application_id = tree.client.http, tree.client.application_id or 0
    await _sync_scope(tree, mode, None, await http.get_global_commands(application_id))
    if home is not None:
        try:
            await _sync_scope(tree, mode, home, await http.get_guild_commands(application_id, home.id))
        except (discord.Forbidden, discord.NotFound):  # No member of it, or there is no such guild.
            log.warning("bot.not_in_home_guild", guild=home.id, meaning="operators' commands are not registered")


async def _sync_scope(
    tree: app_commands.CommandTree[discord.Client],
    mode: Literal["auto", "never"],
    guild: discord.abc.Snowflake | None,
    payloads: Sequence[Any],
) -> None:
    registered = [_essence(payload, guild) for payload in payloads]
    ours = [_essence(command.to_dict(tree), guild) for command in tree.get_commands(guild=guild)]
    if sorted(registered, key=_key) == sorted(ours, key=_key):
        return
    if mode == "never":
        raise CommandsNotSynced(
            "Discord does not know this version's commands: start once with POSTER_JUDGE_SYNC_COMMANDS=auto."
        )
    await tree.sync(guild=guild)
    log.info("bot.commands_synced", commands=len(ours), guild=None if guild is None else guild.id)


def _key(command: dict[str, Any]) -> tuple[str, int]:
    return command["name"], command["type"]


def _essence(payload: Any, guild: discord.abc.Snowflake | None) -> dict[str, Any]:
    """The parts of a command that members notice, in one form for ours and Discord's."""
    return {
        "name": payload["name"],
        "type": payload.get("type", 1),
        "description": payload.get("description", ""),
        "options": [_option(option) for option in payload.get("options", [])],
        # Only global commands have these two.
        "contexts": sorted(payload.get("contexts") or []) if guild is None else [],
        "installs": sorted(payload.get("integration_types") or []) if guild is None else [],
        "permissions": str(payload.get("default_member_permissions")),
        "nsfw": bool(payload.get("nsfw")),
    }


def _option(option: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {key: option.get(key) for key in OPTION_KEYS}
    return kept | {
        "required": bool(option.get("required")),
        "autocomplete": bool(option.get("autocomplete")),
        "options": [_option(inner) for inner in option.get("options") or []],  # Of a subcommand.
    }
