"""A member's judgements, looked through page by page."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.feedback import MOST_EVENTS
from models.tables import Feedback, FeedbackKind, Poster, Prediction, PredictionState, Reply


class Place(NamedTuple):
    """A judgement's place among a member's: later replies have greater ids, as Discord numbers them by time."""

    reply_id: int
    position: int


class Past(NamedTuple):
    """A judgement of the member's."""

    reply_id: int
    position: int
    title: str | None
    judgement: dict[str, Any]
    poster_id: str
    received_at: datetime
    guild_id: int | None
    channel_id: int | None
    message_id: int | None
    private: bool

    @property
    def place(self) -> Place:
        """By which the next page is found, also when this judgement is gone by then."""
        return Place(self.reply_id, self.position)


class HistoryRepository:
    """Judged predictions of one member, by the index of `replies`."""

    def __init__(self, session: AsyncSession, user_id: int) -> None:
        self.session = session
        self._user_id = user_id

    async def older(self, than: Place | None, limit: int) -> Sequence[Past]:
        """The next judgements before a place, newest first; the newest of all for None."""
        condition = _before(than) if than is not None else Reply.id.is_not(None)
        return await self._some(condition, (Reply.id.desc(), Prediction.position.desc()), limit)

    async def newer(self, than: Place, limit: int) -> Sequence[Past]:
        """The next judgements after a place, newest first."""
        return (await self._some(_after(than), (Reply.id, Prediction.position), limit))[::-1]

    async def said_of(self, poster_ids: Collection[str]) -> dict[str, list[Feedback]]:
        """What the member said of posters and of those that look the same, and what was taken back of it.

        Returns:
            By poster; others' retractions are among them, which take nothing of the member's words.
        """
        group = func.coalesce(Poster.group_id, Poster.id)
        keys = await self.session.execute(select(Poster.id, group).where(Poster.id.in_(poster_ids)))
        groups: dict[str, str] = {poster_id: key for poster_id, key in keys}
        query = (
            select(Feedback, group)
            .join(Poster, Poster.id == Feedback.poster_id)
            .where(
                or_(Poster.group_id.in_(set(groups.values())), Poster.id.in_(poster_ids)),
                or_(Feedback.user_id == self._user_id, Feedback.kind == FeedbackKind.RETRACT),
            )
            .order_by(Feedback.id.desc())
            .limit(MOST_EVENTS)
        )
        events: dict[str, list[Feedback]] = {}
        for event, key in await self.session.execute(query):
            events.setdefault(key, []).append(event)
        return {poster_id: events.get(key, []) for poster_id, key in groups.items()}

    async def _some(self, condition: ColumnElement[bool], order: Sequence[Any], limit: int) -> Sequence[Past]:
        query = (
            select(
                Reply.id,
                Prediction.position,
                Prediction.title,
                Prediction.judgement,
                Prediction.poster_id,
                Prediction.received_at,
                Reply.guild_id,
                Reply.channel_id,
                Reply.message_id,
                Reply.private,
            )
            .join(Prediction, Prediction.reply_id == Reply.id)
            .where(Reply.user_id == self._user_id, Prediction.state == PredictionState.ANSWERED, condition)
            .order_by(*order)
            .limit(limit)
        )
        return [Past(*row) for row in await self.session.execute(query)]


# The first of both conditions is there for the databases: by it they find the place in the index.


def _before(place: Place) -> ColumnElement[bool]:
    return and_(Reply.id <= place.reply_id, or_(Reply.id < place.reply_id, Prediction.position < place.position))


def _after(place: Place) -> ColumnElement[bool]:
    return and_(Reply.id >= place.reply_id, or_(Reply.id > place.reply_id, Prediction.position > place.position))
