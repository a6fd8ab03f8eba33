"""Showing a changed consensus in the replies: seldom enough for Discord, and as late news as can be."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from broker.cancelling import cancel_all

log = structlog.get_logger(__name__)

PAUSE: Final = 2.0
"""Seconds between two edits of one reply."""

MOST: Final = 1000
"""Replies that are being refreshed at a time; further ones are refreshed at their next press."""


class Refreshing:
    """Refreshes replies in the background: at once, and then at most once every `PAUSE`, from what is stored then.

    Best effort: what is lost with this process, or refused, is shown at the next press.
    """

    def __init__(self, refresh: Callable[[int], Awaitable[None]], *, pause: float = PAUSE, most: int = MOST) -> None:
        """Nothing runs yet.

        Args:
            refresh: brings one reply up to date; has a limit of its own.
            pause: seconds.
            most: replies at a time.
        """
        self._refresh = refresh
        self._pause = pause
        self._most = most
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._changed_again: set[int] = set()
        self._closed = False

    def request(self, reply_id: int | None) -> None:
        """Lets a reply be refreshed soon; costs nothing where that is under way, or where the reply is gone."""
        if reply_id is None or self._closed:
            return
        if reply_id in self._tasks:
            self._changed_again.add(reply_id)
        elif len(self._tasks) >= self._most:
            log.info("refreshing.too_many", reply=reply_id)
        else:
            self._tasks[reply_id] = asyncio.create_task(self._keep_fresh(reply_id))

    async def close(self) -> None:
        """Leaves the rest as it is."""
        self._closed = True
        await cancel_all(list(self._tasks.values()))

    async def _keep_fresh(self, reply_id: int) -> None:
        try:
            await self._refresh_and_pause(reply_id)
            while reply_id in self._changed_again:
                self._changed_again.discard(reply_id)
                await self._refresh_and_pause(reply_id)
        finally:
            # With no wait since the last look, so that no request falls between.
            del self._tasks[reply_id]

    async def _refresh_and_pause(self, reply_id: int) -> None:
        try:
            await self._refresh(reply_id)
        except Exception:
            log.exception("refreshing.failed", reply=reply_id)
        await asyncio.sleep(self._pause)
