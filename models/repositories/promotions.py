"""Who is champion, who was, and who decided so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import Promotion


class PromotionRepository:
    """Rows of `promotions`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def latest(self) -> Promotion | None:
        """The promotion that holds; None where none was ever made."""
        return await self.session.scalar(select(Promotion).order_by(Promotion.id.desc()).limit(1))

    async def history(self, limit: int) -> Sequence[Promotion]:
        """The latest ones, the latest first."""
        return (await self.session.scalars(select(Promotion).order_by(Promotion.id.desc()).limit(limit))).all()

    async def standing(self) -> list[str]:
        """Champions that were not taken back, the first one first: the last is champion, the one before would be."""
        champions: list[str] = []
        query = select(Promotion.version, Promotion.rollback).order_by(Promotion.id)
        for version, rollback in await self.session.execute(query):
            if rollback:
                del champions[-1:]
            else:
                champions.append(version)
        return champions

    async def add(
        self,
        version: str,
        *,
        follows: Promotion | None,
        rollback: bool,
        user_id: int | None,
        operator: str,
        reason: str,
        now: datetime,
    ) -> Promotion:
        """Makes a version champion.

        Raises:
            IntegrityError: somebody else followed `follows` first.
        """
        promotion = Promotion(
            version=version,
            previous_id=0 if follows is None else follows.id,
            rollback=rollback,
            user_id=user_id,
            operator=operator,
            reason=reason,
            created_at=now,
        )
        self.session.add(promotion)
        await self.session.flush()
        return promotion
