"""Waiting for something to become true without asking again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Seconds of real time a wait lasts unless its caller says otherwise.
DEFAULT_TIMEOUT = 10.0


class Signal:
    """Wakes whoever waits on it; the waiter looks for itself whether that was what it waited for."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def notify(self) -> None:
        """Say that something changed."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, look: Callable[[], T | None], *, timeout: float = DEFAULT_TIMEOUT, what: str = "") -> T:
        """Return the first truthy result of `look`, called now and after every `notify`.

        Args:
            look: Says what there is; falsy means not yet.
            timeout: Real seconds to wait.
            what: What is waited for, for the error's text.

        Raises:
            TimeoutError: If nothing came in time.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (found := look()):
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.append(future)
                    await future
        except TimeoutError:
            raise TimeoutError(f"waited {timeout} s in vain for {what or look!r}") from None
        return found
