"""Events of feedback, and the consensus that follows from them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.consensus import Consensus, consensus, retracted
from models.repositories.changes import insert
from models.tables import BlockedMember, Feedback, FeedbackKind, Poster
from models.trust import weight

MOST_EVENTS: Final = 5000
"""Events of a poster that are counted, the newest: bounds the memory of the most famous poster."""


class Record(NamedTuple):
    """What became of a member's corrections."""

    standing: int
    removed: int
    """Taken back by somebody else, and not brought back."""


class FeedbackRepository:
    """Rows of `feedback`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, event: Feedback) -> int | None:
        """Keeps an event and gives its id; None if the same source said the same kind before."""
        columns = Feedback.__table__.columns.keys()
        values = {name: getattr(event, name) for name in columns if name != "id"}
        statement = (
            insert(self.session, Feedback)
            .values(values)
            .on_conflict_do_nothing(index_elements=[Feedback.source_id, Feedback.kind])
            .returning(Feedback.id)
        )
        return await self.session.scalar(statement)

    async def get(self, event_ids: Collection[int]) -> Sequence[Feedback]:
        """The events of these ids that there are, oldest first."""
        query = select(Feedback).where(Feedback.id.in_(event_ids)).order_by(Feedback.id)
        return (await self.session.scalars(query)).all()

    async def of_source(self, source_id: int) -> Sequence[Feedback]:
        """What one interaction or message said, oldest first."""
        query = select(Feedback).where(Feedback.source_id == source_id).order_by(Feedback.id)
        return (await self.session.scalars(query)).all()

    async def of_group(self, poster_id: str) -> Sequence[Feedback]:
        """All events on a poster and on those that look the same, oldest first.

        Without those of members who are blocked where they said it.
        """
        query = self._of_group(poster_id).order_by(Feedback.id.desc()).limit(MOST_EVENTS)
        return list(reversed((await self.session.scalars(query)).all()))

    async def corrected_since(self, moment: datetime | None) -> int:
        """Posters of which something was said in the open since, or ever; those that look the same count once."""
        later = true() if moment is None else Feedback.created_at > moment
        said = later, Feedback.kind != FeedbackKind.RETRACT, Feedback.private.is_(False)
        group = func.coalesce(Poster.group_id, Poster.id)
        query = select(func.count(func.distinct(group))).select_from(Feedback).join(Poster)
        return await self.session.scalar(query.where(*said, not_(was_blocked()))) or 0

    async def consensus_of(self, poster_id: str, *, viewer: int | None = None) -> Consensus:
        """What the crowd says of a poster, as one member may see it.

        Args:
            poster_id: of any poster of the group.
            viewer: whose own private words count as well; None for what everybody may see.
        """
        events = [
            event
            for event in await self.of_group(poster_id)
            # A manager's removal of the viewer's private word is part of that word.
            if not event.private or viewer in (event.user_id, event.about_user_id or event.user_id)
        ]
        records = await self.records({event.user_id for event in events})
        return consensus(events, lambda event: weight_of_event(event, records))

    async def records(self, user_ids: Collection[int]) -> Mapping[int, Record]:
        """What became of the corrections of members, each of whom is in the result."""
        said = (
            select(Feedback.user_id, func.count())
            .where(Feedback.user_id.in_(user_ids), Feedback.kind != FeedbackKind.RETRACT)
            .group_by(Feedback.user_id)
        )
        counts: dict[int, int] = {user_id: count for user_id, count in await self.session.execute(said)}
        removed: Counter[int | None] = Counter(event.about_user_id for event in await self._removals(user_ids))
        return {
            user_id: Record(max(counts.get(user_id, 0) - removed[user_id], 0), removed[user_id]) for user_id in user_ids
        }

    async def _removals(self, user_ids: Collection[int]) -> Sequence[Feedback]:
        """What others took back of these members' words, and did not bring back."""
        by_others = and_(Feedback.about_user_id.in_(user_ids), Feedback.user_id != Feedback.about_user_id)
        where = select(Feedback.poster_id).where(by_others).distinct()
        query = select(Feedback).where(Feedback.kind == FeedbackKind.RETRACT, Feedback.poster_id.in_(where))
        retractions = (await self.session.scalars(query)).all()
        gone, ids = retracted(retractions), {event.id for event in retractions}
        return [
            event
            for event in retractions
            if event.about_user_id in user_ids
            and event.user_id != event.about_user_id
            and event.id not in gone
            and ids.isdisjoint(event.value)  # Else it brought somebody's words back.
        ]

    def _of_group(self, poster_id: str) -> Select[Feedback]:
        group = select(Poster.group_id).where(Poster.id == poster_id).scalar_subquery()
        alike = select(Poster.id).where(Poster.group_id == group)
        return select(Feedback).where(
            or_(Feedback.poster_id == poster_id, Feedback.poster_id.in_(alike)), not_(was_blocked())
        )


def was_blocked() -> ColumnElement[bool]:
    """Whether the member of an event is blocked in the server where it was said."""
    blocked = aliased(BlockedMember)
    return exists().where(and_(blocked.guild_id == Feedback.guild_id, blocked.user_id == Feedback.user_id))


def weight_of_event(event: Feedback, records: Mapping[int, Record]) -> float:
    """The weight of an event in a consensus, given the records of its member."""
    record = records[event.user_id]
    return weight(event.user_id, event.created_at, removed=record.removed, standing=record.standing)
