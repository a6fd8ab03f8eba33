"""Discord's ids: time in milliseconds since 2015, then a count.

Source: Discord's API Reference, "Snowflakes".
"""

from __future__ import annotations

import itertools

from sandbox.world.clock import Clock

#: First millisecond of 2015 (UTC), from which Discord counts.
DISCORD_EPOCH_MS = 1_420_070_400_000
_COUNT_BITS = 22


class Snowflakes:
    """Makes ids that are unique in this sandbox and rise with its clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = itertools.count()

    def next(self, *, at: float | None = None) -> str:
        """Return a new id as Discord writes it: decimal digits in a string.

        Args:
            at: When what it names was made, in seconds since 1970; None for now.
        """
        milliseconds = int((self._clock.now() if at is None else at) * 1000) - DISCORD_EPOCH_MS
        return str((milliseconds << _COUNT_BITS) | (next(self._count) & ((1 << _COUNT_BITS) - 1)))


def shard_of(guild_id: str | None, shard_count: int) -> int:
    """Return the shard a guild belongs to; direct messages (no guild) belong to shard 0.

    Source: Discord's Gateway documentation, "Sharding".
    """
    return (int(guild_id) >> _COUNT_BITS) % shard_count if guild_id else 0
