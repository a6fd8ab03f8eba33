"""How much is too much: a token bucket that is one time, so that processes share it through one row.

The generic cell rate algorithm (ITU-T Recommendation I.371, annex A, in its "virtual scheduling" form; it is the
continuous-state leaky bucket, and a token bucket seen from the other side). What is kept of a bucket is its theoretical
arrival time: the moment at which it will be full of tokens again.
"""

from dataclasses import dataclass
from typing import Final

WINDOW: Final = 60_000_000
"""Microseconds in which an empty bucket fills: a minute, so that a minute's tokens may also be taken at once."""

NONSENSE: Final = 2 * WINDOW
"""Microseconds ahead of the clock beyond which an arrival time was written by a clock that has since been set right.

Below it, it may come from a process whose clock is a little ahead."""


@dataclass(frozen=True)
class Rate:
    """So many posters a minute, spread or at once. Times are whole microseconds since 1970, so they add up exactly."""

    per_minute: int
    """At least 1."""

    def cost(self, posters: int) -> int:
        """Microseconds that posters move the arrival time; more than a bucket holds count as a full bucket."""
        return min(posters, self.per_minute) * (WINDOW // self.per_minute)

    def wait(self, arrival: int, posters: int, now: int) -> int:
        """Microseconds until that many posters pass; 0 if they do now.

        Args:
            arrival: the bucket's theoretical arrival time.
            posters: wanted.
            now: microseconds since 1970.
        """
        base = arrival if now < arrival <= now + NONSENSE else now
        return max(base + self.cost(posters) - now - WINDOW, 0)
