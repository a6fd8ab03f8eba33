"""Ending tasks that wait for the queue."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

AGAIN_AFTER: Final = 1.0
"""Seconds after which a task that did not end is cancelled once more."""


async def cancel_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels tasks and waits until all of them have ended; what they raise is dropped.

    One cancellation is not enough: nats-py waits with `asyncio.wait_for`, which before Python 3.12 swallows a
    cancellation that comes at the very moment when what it waits for is done (python/cpython issue 86296).
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_AFTER)
