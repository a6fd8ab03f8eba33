"""Token buckets that all bot processes share."""

from sqlalchemy import BigInteger, case, delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.rates import NONSENSE, WINDOW
from models.repositories.changes import insert
from models.tables import RateLimit


class RateLimitRepository:
    """Rows of `rate_limits`. Costs and times are microseconds; see `models.rates`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def take(self, key: str, cost: int, now: int) -> int | None:
        """Takes from a bucket what it holds, in one statement, so that processes cannot take the same token.

        Args:
            key: whose bucket.
            cost: from `Rate.cost`; at most a bucket.
            now: microseconds since 1970.

        Returns:
            None if it was taken; else the bucket's arrival time, and nothing was taken.
        """
        moment = literal(now, BigInteger)
        row = RateLimit.arrival
        after = case((or_(row < moment, row > moment + NONSENSE), moment), else_=row) + cost
        statement = (
            insert(self.session, RateLimit)
            .values(key=key, arrival=now + cost)
            .on_conflict_do_update(
                index_elements=[RateLimit.key], set_={"arrival": after}, where=after <= moment + WINDOW
            )
            .returning(RateLimit.arrival)
        )
        if await self.session.scalar(statement) is not None:
            return None
        # Ours until the unit ends: a refused upsert locks its row all the same.
        return await self.session.scalar(select(RateLimit.arrival).where(RateLimit.key == key))

    async def give_back(self, key: str, cost: int) -> None:
        """Undoes a `take` of the same unit of work."""
        await self.session.execute(
            update(RateLimit).where(RateLimit.key == key).values(arrival=RateLimit.arrival - cost)
        )

    async def erase_full(self, now: int) -> None:
        """Erases buckets that are full again, and with them who asked for something a minute ago."""
        full = select(RateLimit.key).where(or_(RateLimit.arrival <= now, RateLimit.arrival > now + NONSENSE))
        # Rows in use are left for the next time: waiting for them in another order than theirs might be for ever.
        await self.session.execute(delete(RateLimit).where(RateLimit.key.in_(full.with_for_update(skip_locked=True))))
