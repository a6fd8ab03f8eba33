"""Corrections as a server's managers look at them."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from sqlalchemy import func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.feedback import was_blocked
from models.tables import BlockedMember, Feedback, FeedbackKind, Poster, Prediction, Reply

MOST_OTHERS: Final = 20_000
"""Events with which the reviewed ones are compared, the newest: bounds the memory of a page."""


class Reviewed(NamedTuple):
    """A correction, and the message that shows its judgement."""

    event: Feedback
    channel_id: int | None
    message_id: int | None
    blocked: bool
    """Whether its member's corrections do not count in this server."""


class ReviewRepository:
    """Rows of `feedback` of one server, with what belongs to them."""

    def __init__(self, session: AsyncSession, guild_id: int) -> None:
        self.session = session
        self._guild_id = guild_id

    async def latest(self, limit: int, user_id: int | None = None) -> Sequence[Reviewed]:
        """The server's newest corrections, newest first, of one member if one is named; retractions are left out."""
        query = (
            select(Feedback, Reply.channel_id, Reply.message_id, BlockedMember.user_id.is_not(None))
            .outerjoin(Prediction, Prediction.id == Feedback.prediction_id)
            .outerjoin(Reply, Reply.id == Prediction.reply_id)
            .outerjoin(
                BlockedMember,
                (BlockedMember.guild_id == Feedback.guild_id) & (BlockedMember.user_id == Feedback.user_id),
            )
            .where(Feedback.guild_id == self._guild_id, Feedback.kind != FeedbackKind.RETRACT)
            .order_by(Feedback.id.desc())
            .limit(limit)
        )
        if user_id is not None:
            query = query.where(Feedback.user_id == user_id)
        return [Reviewed(*row) for row in await self.session.execute(query)]

    async def retractions_since(self, event_id: int) -> Sequence[Feedback]:
        """What was taken back in the server after an event, oldest first."""
        query = (
            select(Feedback)
            .where(Feedback.guild_id == self._guild_id, Feedback.kind == FeedbackKind.RETRACT, Feedback.id > event_id)
            .order_by(Feedback.id)
        )
        return (await self.session.scalars(query)).all()

    async def get(self, event_id: int) -> Feedback | None:
        """An event of this server, waiting for whoever is about to change what counts of it; None for any other."""
        query = select(Feedback).where(Feedback.id == event_id, Feedback.guild_id == self._guild_id).with_for_update()
        return await self.session.scalar(query)

    async def reply_of(self, prediction_id: str | None) -> int | None:
        """The reply that shows a prediction."""
        return await self.session.scalar(select(Prediction.reply_id).where(Prediction.id == prediction_id))

    async def said_of(self, poster_ids: Collection[str]) -> dict[str, list[Feedback]]:
        """What everybody may see that was said of posters and of those that look the same, in any server.

        Returns:
            By poster, without the events of members who are blocked where they said it.
        """
        group = func.coalesce(Poster.group_id, Poster.id)
        keys = await self.session.execute(select(Poster.id, group).where(Poster.id.in_(poster_ids)))
        groups: dict[str, str] = {poster_id: key for poster_id, key in keys}
        query = (
            select(Feedback, group)
            .join(Poster, Poster.id == Feedback.poster_id)
            .where(
                or_(Poster.group_id.in_(set(groups.values())), Poster.id.in_(poster_ids)),
                Feedback.private.is_(False),
                not_(was_blocked()),
            )
            .order_by(Feedback.id.desc())
            .limit(MOST_OTHERS)
        )
        events: dict[str, list[Feedback]] = {}
        for event, key in await self.session.execute(query):
            events.setdefault(key, []).append(event)
        return {poster_id: events.get(key, []) for poster_id, key in groups.items()}
