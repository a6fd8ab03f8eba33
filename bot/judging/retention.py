"""How long pictures are kept: what nobody corrected goes after a while, what somebody corrected is learnt from."""

from datetime import datetime, timedelta

import structlog

from models.database import Database
from models.fail_points import reach
from models.repositories import PosterRepository
from posters.store import PosterStore, PosterStoreError

log = structlog.get_logger(__name__)


class Retention:
    """Drops pictures; the figures and features of their predictions stay."""

    def __init__(self, database: Database, store: PosterStore, *, days: int) -> None:
        """Takes how many days a picture stays after it was last asked about; 0 for ever."""
        self._database = database
        self._store = store
        self._days = days

    async def drop(self, now: datetime, limit: int) -> None:
        """Drops up to `limit` pictures that nobody needs any more, oldest first."""
        if not self._days:
            return
        before = now - timedelta(days=self._days)
        async with self._database.reading() as session:
            poster_ids = await PosterRepository(session).unneeded(before, limit)
        for poster_id in poster_ids:
            try:
                await self._drop(poster_id, before, now)
            except PosterStoreError as error:
                # Out of reach: nothing is marked, and the next round tries again.
                log.warning("retention.not_dropped", poster=poster_id, reason=str(error))
                return

    async def _drop(self, poster_id: str, before: datetime, now: datetime) -> None:
        # The picture goes while the row is locked: whoever queues the same poster waits for the row and then looks
        # whether the picture is there. Killed before the commit, the row still says "kept", and this is done again.
        async with self._database.writing() as session:
            if not await PosterRepository(session).mark_dropped(poster_id, before, now):
                return
            await self._store.delete(poster_id)
            reach("bot.poster_dropped")
        log.info("retention.dropped", poster=poster_id)
