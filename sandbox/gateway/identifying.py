"""IDENTIFY: who gets a session, for which shard, with which intents.

Source: Discord's Gateway documentation, "Identifying", "Sharding", "Gateway Close Event Codes".
"""

from __future__ import annotations

from typing import Any

from sandbox.gateway.sessions import PRIVILEGED, Session
from sandbox.world.guilds import Guild
from sandbox.world.records import Breach
from sandbox.world.snowflakes import shard_of
from sandbox.world.world import World


class CloseError(Exception):
    """The connection is closed with one of Discord's codes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


def has_token(world: World, data: dict[str, Any]) -> bool:
    """Return whether a payload has the bot's token."""
    return str(data.get("token")).removeprefix("Bot ") == world.config.token


def guilds_of(world: World, shard: int, shard_count: int) -> list[Guild]:
    """Return the guilds that a shard serves."""
    return [guild for guild in world.guilds.values() if shard_of(guild.id, shard_count) == shard]


def new_session(world: World, data: dict[str, Any]) -> Session | None:
    """Return the session that an IDENTIFY asks for; None if it has to be asked for again in a few seconds.

    Args:
        world: Whose bot it is.
        data: The payload's.

    Raises:
        CloseError: If it may not be had.
    """
    if not has_token(world, data):
        raise CloseError(4004, "Authentication failed")
    match data.get("shard") or [0, 1]:
        case [int(shard), int(count)] if 0 <= shard < count:
            pass
        case _:
            raise CloseError(4010, "Invalid shard")
    intents = data.get("intents")
    if not isinstance(intents, int) or intents < 0:
        raise CloseError(4013, "Invalid intent(s)")
    if intents & PRIVILEGED & ~world.config.privileged_intents:
        raise CloseError(4014, "Disallowed intent(s)")
    if len(guilds_of(world, shard, count)) > world.config.shard_guilds:
        raise CloseError(4011, "Sharding required")
    if world.session_starts.used_up:
        raise CloseError(4004, "Authentication failed: no more sessions today, so the token was reset")
    if not world.session_starts.take(shard):
        sentence = f"shard {shard} identified within five seconds of another one of its key"
        world.record_breach(Breach(method="WS", path="/gateway", rule="Max Concurrency", message=sentence))
        return None
    return Session(shard=shard, shard_count=count, intents=intents)
