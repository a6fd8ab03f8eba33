"""The sandbox's own clock: real time that a test may move forward, or stop."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime


class Timer:
    """A callback due at a point of the sandbox's time; made by `Clock.call_at`."""

    __slots__ = ("callback", "cancelled", "due")

    def __init__(self, due: float, callback: Callable[[], None]) -> None:
        self.due = due
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        """Make the callback never run; harmless if it already did."""
        self.cancelled = True


class Clock:
    """Seconds since 1970, running with real time plus whatever `advance` added.

    Args:
        frozen: Stand still except for `advance`. Every limit of Discord's (three seconds to answer, fifteen minutes
            for a token, rate limit windows) then ends only when a test says so.
    """

    def __init__(self, *, frozen: bool = False) -> None:
        self._frozen_at = time.time() if frozen else None
        self._offset = 0.0
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._wake: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """Return the time in seconds since 1970 (UTC)."""
        return (self._frozen_at if self._frozen_at is not None else time.time()) + self._offset

    def stamp(self, at: float | None = None) -> str:
        """Return a time (default: now) as Discord writes it: ISO 8601 with an offset."""
        return datetime.fromtimestamp(self.now() if at is None else at, UTC).isoformat()

    def advance(self, seconds: float) -> None:
        """Move the time forward and run, in order and before returning, what became due.

        Args:
            seconds: How far, 0 or more.

        Raises:
            ValueError: If `seconds` is negative: Discord's time does not run backwards.
        """
        if seconds < 0:
            raise ValueError(f"the clock only moves forward. Received: {seconds}")
        self._offset += seconds
        self._run_due()

    def call_at(self, due: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` once the time is `due` (seconds since 1970), on the running event loop."""
        timer = Timer(due, callback)
        heapq.heappush(self._timers, (due, next(self._order), timer))
        if self._timers[0][2] is timer:
            self._arm()
        return timer

    async def sleep(self, seconds: float) -> None:
        """Wait until so many seconds of the sandbox's time went by."""
        over = asyncio.Event()
        self.call_at(self.now() + seconds, over.set)
        await over.wait()

    def close(self) -> None:
        """Drop all timers."""
        self._timers.clear()
        if self._wake is not None:
            self._wake.cancel()

    def _run_due(self) -> None:
        while self._timers and (self._timers[0][2].cancelled or self._timers[0][0] <= self.now()):
            timer = heapq.heappop(self._timers)[2]
            if not timer.cancelled:
                timer.callback()
        self._arm()

    def _arm(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if self._timers and self._frozen_at is None:
            delay = max(0.0, self._timers[0][0] - self.now())
            self._wake = asyncio.get_running_loop().call_later(delay, self._run_due)
