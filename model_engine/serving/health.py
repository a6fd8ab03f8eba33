"""What is wrong around an engine: what it needs and does not get."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from broker.connection import Broker
from model_engine.serving.batches import STORE_FAILED, Entry
from posters.store import PosterStore, PosterStoreError

INTERVAL: Final = 2.0
"""Seconds between two looks at a store that failed."""

NO_POSTER: Final = "0" * 64
"""Asking for a poster that cannot be there tells whether the store answers."""

STORE_REFUSES: Final = "The poster store refuses: posters cannot be read."
NO_QUEUE: Final = "The engine is not connected to the queue."
NO_REQUESTS: Final = "The queue gives out no requests."


class EngineHealth:
    """Remembers what failed until it works again."""

    def __init__(self, broker: Broker, store: PosterStore) -> None:
        self._broker = broker
        self._store = store
        self._store_failed = False
        self._pull_failed = False

    def problems(self) -> tuple[str, ...]:
        """A sentence each; none when all is well."""
        found = (
            (not self._broker.connected, NO_QUEUE),
            (self._broker.connected and self._pull_failed, NO_REQUESTS),
            (self._store_failed, STORE_REFUSES),
        )
        return tuple(sentence for failed, sentence in found if failed)

    def pulled(self, *, well: bool) -> None:
        """Notes how the latest pull went."""
        self._pull_failed = not well

    def prepared(self, entries: Sequence[Entry]) -> None:
        """Notes whether posters came out of the store."""
        self._store_failed |= any(entry.cause == STORE_FAILED for entry in entries)

    async def run(self) -> None:
        """Finds out when the store answers again, until cancelled; the next poster might be long in coming."""
        while True:
            await asyncio.sleep(INTERVAL)
            if self._store_failed:
                with suppress(PosterStoreError):
                    await self._store.exists(NO_POSTER)
                    self._store_failed = False
