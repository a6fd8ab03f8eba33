"""Discord's ids, which say when they were given."""

from datetime import UTC, datetime
from typing import Final

DISCORD_EPOCH: Final = 1_420_070_400_000
"""Milliseconds since 1970 at which ids begin (developer docs, "Snowflakes")."""


def given_at(snowflake: int) -> datetime:
    """When Discord gave an id, of an account or a message, in UTC."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH) / 1000, UTC)
