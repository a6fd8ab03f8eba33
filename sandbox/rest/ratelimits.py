"""Discord's rate limits: a window for each route and major parameter, and one for the whole bot.

Source: Discord's documentation, "Rate Limits".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sandbox.world.clock import Clock

#: Requests a bot may make in a second to all routes but those of interactions. "Global Rate Limit".
GLOBAL_LIMIT = 50
#: Windows remembered before those that ran out are thrown away.
_PRUNE_AT = 10_000


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds."""

    requests: int
    seconds: float


#: What a route has unless it says otherwise. Discord does not publish these; they are about what is seen.
ORDINARY_LIMIT = Limit(50, 1.0)
WEBHOOK_LIMIT = Limit(5, 2.0)
MESSAGE_LIMIT = Limit(5, 5.0)


class RateLimitedError(Exception):
    """A request is answered 429.

    Attributes:
        retry_after: Seconds of the sandbox's time until the window ends.
        everywhere: Whether it is the bot's global limit.
        headers: The X-RateLimit headers.
        code: Discord's error code, 0 for the limits of routes.
        message: Discord's words.
    """

    def __init__(
        self,
        retry_after: float,
        *,
        everywhere: bool,
        headers: dict[str, str],
        code: int = 0,
        message: str = "You are being rate limited.",
    ) -> None:
        super().__init__(f"rate limited for {retry_after:.3f} s")
        self.retry_after = retry_after
        self.everywhere = everywhere
        self.headers = headers
        self.code = code
        self.message = message


@dataclass(slots=True)
class _Window:
    ends_at: float
    remaining: int


class RateLimits:
    """Counts requests in fixed windows of the sandbox's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}
        self._global = _Window(0.0, GLOBAL_LIMIT)

    def take(self, bucket: str, major: str, limit: Limit, *, counts_globally: bool) -> dict[str, str]:
        """Count a request and return the headers of its answer.

        Args:
            bucket: Which route's limit, from `bucket_of`.
            major: The major parameter: a channel, guild, or webhook with its token.
            limit: The route's limit.
            counts_globally: Whether the bot's global limit holds too; interaction endpoints are exempt.

        Raises:
            RateLimitedError: If a window is used up.
        """
        now = self._clock.now()
        if counts_globally:
            self._take_global(now)
        key = f"{bucket}:{major}"
        window = self._windows.get(key)
        if window is None or window.ends_at <= now:
            if len(self._windows) > _PRUNE_AT:
                self._windows = {name: old for name, old in self._windows.items() if old.ends_at > now}
            window = self._windows[key] = _Window(now + limit.seconds, limit.requests)
        headers = {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Reset": f"{window.ends_at:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends_at - now:.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        if window.remaining == 0:
            headers.update({"X-RateLimit-Remaining": "0", "X-RateLimit-Scope": "user"})
            raise RateLimitedError(window.ends_at - now, everywhere=False, headers=headers)
        window.remaining -= 1
        headers["X-RateLimit-Remaining"] = str(window.remaining)
        return headers

    def _take_global(self, now: float) -> None:
        window = self._global
        if window.ends_at <= now:
            self._global = window = _Window(now + 1.0, GLOBAL_LIMIT)
        if window.remaining == 0:
            headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            raise RateLimitedError(window.ends_at - now, everywhere=True, headers=headers)
        window.remaining -= 1


def bucket_of(method: str, template: str) -> str:
    """Return the opaque name of a route's limit, as in X-RateLimit-Bucket."""
    return hashlib.blake2b(f"{method} {template}".encode(), digest_size=16).hexdigest()
