"""Posters that somebody corrected, for those who want to work with the corrections elsewhere."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import Feedback, FeedbackKind, Poster


class Corrected(NamedTuple):
    """A poster that was corrected in the open."""

    poster_id: str
    group_id: str
    """Shared by posters that look the same."""
    events: int
    """Said of this very poster; taken back or not, of blocked members too."""


class ExportRepository:
    """Corrected posters in the order of their ids."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def corrected_after(self, poster_id: str, limit: int) -> Sequence[Corrected]:
        """The next posters after an id; "" for the first ones. What was said of private judgements is left out."""
        query = (
            select(Poster.id, func.coalesce(Poster.group_id, Poster.id), func.count())
            .join(Feedback, Feedback.poster_id == Poster.id)
            .where(Poster.id > poster_id, Feedback.private.is_(False), Feedback.kind != FeedbackKind.RETRACT)
            .group_by(Poster.id, Poster.group_id)
            .order_by(Poster.id)
            .limit(limit)
        )
        return [Corrected(*row) for row in await self.session.execute(query)]
