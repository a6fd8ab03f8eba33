"""Registering the commands with Discord only when they changed: Discord allows 200 new ones a day."""

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


async def sync_if_changed(tree: app_commands.CommandTree[discord.Client], mode: Literal["auto", "never"]) -> None:
    """Brings Discord's list of global commands to ours, or says that it differs.

    Raises:
        CommandsNotSynced: they differ and `mode` is `never`.
    """
    # Raw, because discord.py 2.7.1 loses the last of a fetched command's contexts and of its ways to be installed.
    client = tree.client
    registered = [_essence(payload) for payload in await client.http.get_global_commands(client.application_id or 0)]
    ours = [_essence(command.to_dict(tree)) for command in tree.get_commands()]
    if sorted(registered, key=_key) == sorted(ours, key=_key):
        return
    if mode == "never":
        raise CommandsNotSynced(
            "Discord does not know this version's commands: start once with POSTER_JUDGE_SYNC_COMMANDS=auto."
        )
    await tree.sync()
    log.info("bot.commands_synced", commands=len(ours))


def _key(command: dict[str, Any]) -> tuple[str, int]:
    return command["name"], command["type"]


def _essence(payload: Any) -> dict[str, Any]:
    """The parts of a command that members notice, in one form for ours and Discord's."""
    return {
        "name": payload["name"],
        "type": payload.get("type", 1),
        "description": payload.get("description", ""),
        "options": [_option(option) for option in payload.get("options", [])],
        "contexts": sorted(payload.get("contexts") or []),
        "installs": sorted(payload.get("integration_types") or []),
        "permissions": str(payload.get("default_member_permissions")),
        "nsfw": bool(payload.get("nsfw")),
    }


def _option(option: Any) -> dict[str, Any]:
    kept = {key: option.get(key) for key in OPTION_KEYS}
    return kept | {"required": bool(option.get("required")), "autocomplete": bool(option.get("autocomplete"))}
