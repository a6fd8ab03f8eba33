"""What members wait for right now, which an orderly end lets come to its end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from broker.cancelling import cancel_all

PATIENCE: Final = 5.0
"""Seconds for what is in hand: storing and answering take some milliseconds."""


class InHand:
    """The tasks that answer members."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Counts the current task among those in hand, to the end of the block."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def finish(self) -> None:
        """Waits for all tasks, and ends those that take too long: what they stored is stored, and can be said again."""
        # An end may be asked for by one of them.
        tasks = self._tasks - {asyncio.current_task()}
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
            await cancel_all(tasks)
