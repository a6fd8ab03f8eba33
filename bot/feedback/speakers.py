"""Who says something, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """A member who presses a button or writes a message. Discord vouches for all of it."""

    user_id: int
    guild_id: int | None
    """None in direct messages."""
    channel_id: int | None
    source_id: int
    """Of the interaction or the message: what is heard twice is stored once."""
    role_ids: frozenset[int] = frozenset()
    """In the server."""
