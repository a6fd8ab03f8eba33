"""How often sessions may begin: so many a day, and so many shards within five seconds.

Source: Discord's Gateway documentation, "Session Start Limit Object", "Max Concurrency", "Identifying".
"""

from __future__ import annotations

from typing import Any

from sandbox.world.clock import Clock

#: Seconds for which a session counts among those of the day, and those until shards of one key may identify again.
DAY = 24 * 3600.0
PAUSE = 5.0

#: What GET /gateway/bot says where the sandbox does not hold a bot to it.
TOLD_CONCURRENCY = 16


class SessionStarts:
    """Counts the sessions that a bot begins.

    Args:
        clock: The sandbox's.
        total: Sessions a day.
        max_concurrency: Shards that may identify within five seconds, one of each key; None for any number.
    """

    def __init__(self, clock: Clock, *, total: int, max_concurrency: int | None) -> None:
        self._clock = clock
        self._total = total
        self._max_concurrency = max_concurrency
        self._began: float | None = None
        self._used = 0
        self._last: dict[int, float] = {}

    def wire(self) -> dict[str, Any]:
        """Return Discord's session start limit object."""
        self._forget()
        now = self._clock.now()
        left = 0.0 if self._began is None else self._began + DAY - now
        return {
            "total": self._total,
            "remaining": self._total - self._used,
            "reset_after": round(1000 * left),
            "max_concurrency": self._max_concurrency or TOLD_CONCURRENCY,
        }

    @property
    def used_up(self) -> bool:
        """Return whether no more session may begin today."""
        self._forget()
        return self._used >= self._total

    def take(self, shard: int) -> bool:
        """Count a session of a shard; return whether it may begin now, and not only in a few seconds."""
        self._forget()
        now = self._clock.now()
        if self._max_concurrency is not None:
            key = shard % self._max_concurrency
            if now - self._last.get(key, now - PAUSE) < PAUSE:
                return False
            self._last[key] = now
        self._began = now if self._began is None else self._began
        self._used += 1
        return True

    def _forget(self) -> None:
        if self._began is not None and self._clock.now() >= self._began + DAY:
            self._began, self._used = None, 0
