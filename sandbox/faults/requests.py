"""Requests that fail, or wait, because a test wants them to."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.faults.gate import Gate


@dataclass(kw_only=True, eq=False)
class Fault(Gate):
    """What happens to the next requests that match. `held` waits until one has come to be held or delayed.

    Attributes:
        method: HTTP method, None for any.
        path: A part of the path below /api/vN, or of its template, such as `/callback` or `@original`.
        times: How many requests it still hits, None for all until it is taken away.
        delay: Seconds of the sandbox's time that requests wait before anything else happens to them.
        status: Status to answer with; None lets the request through (after `delay` and `hold`).
        code: Discord's error code in the answer.
        message: Words in the answer.
        retry_after: Seconds, for status 429.
        everywhere: For status 429, whether it calls itself the bot's global limit.
        applied: Whether the request takes effect before the answer is lost.
        disconnect: Cut the connection instead of answering.
        hold: Whether requests wait for `release`.
    """

    method: str | None = None
    path: str = ""
    times: int | None = 1
    delay: float = 0.0
    status: int | None = 500
    code: int = 0
    message: str = "Internal Server Error"
    retry_after: float = 0.1
    everywhere: bool = False
    applied: bool = False
    disconnect: bool = False
    hold: bool = False

    @property
    def only_delays(self) -> bool:
        """Return whether requests go on as if nothing had been, only later."""
        return self.delay > 0 and self.status is None and not (self.hold or self.disconnect)

    @property
    def spent(self) -> bool:
        """Return whether it hits no request any more."""
        return self.times is not None and self.times <= 0

    def matches(self, method: str, path: str, template: str | None) -> bool:
        """Return whether it hits a request."""
        if self.spent or (self.method is not None and self.method != method):
            return False
        return self.path in path or (template is not None and self.path in template)

    def count(self) -> None:
        """Say that it hit a request."""
        if self.times is not None:
            self.times -= 1
