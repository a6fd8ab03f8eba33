"""Erasing all that is stored about a member, in portions; each may be repeated.

Rows are locked in the order in which corrections lock them: events, predictions, posters. A judgement that is being
queued locks its poster first: should the two meet, PostgreSQL ends one of them, and both are taken up again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from models.consensus import SLOT_OF
from models.repositories.changes import insert
from models.repositories.hints import unclear
from models.repositories.posters import PosterRepository
from models.tables import (
    BlockedMember,
    Feedback,
    FeedbackKind,
    Hint,
    Member,
    Prediction,
    Promotion,
    RateLimit,
    Reply,
    TrainingRun,
)

NOBODY: Final = 0
"""Stands in a moderator's decision for the member who is gone: it concerns others, so it holds on without a name."""


class ErasingRepository:
    """Rows of all tables that tell of one member."""

    def __init__(self, session: AsyncSession, user_id: int) -> None:
        self.session = session
        self._user_id = user_id
        self._posters = PosterRepository(session)

    async def begin(self, now: datetime) -> None:
        """Notes that everything shall go, until `finish` found nothing left."""
        statement = insert(self.session, Member).values(user_id=self._user_id, on_leaderboard=False, erasing_since=now)
        changes = {"on_leaderboard": False, "erasing_since": now}
        await self.session.execute(statement.on_conflict_do_update(index_elements=[Member.user_id], set_=changes))

    async def count(self) -> tuple[int, int]:
        """How many predictions and how many corrections are stored."""
        predictions = select(func.count()).select_from(Prediction).join(Reply).where(Reply.user_id == self._user_id)
        words = select(func.count()).where(Feedback.user_id == self._user_id, Feedback.kind != FeedbackKind.RETRACT)
        return await self.session.scalar(predictions) or 0, await self.session.scalar(words) or 0

    async def replies(self, limit: int) -> Sequence[Reply]:
        """Some of the replies that are left, with their predictions."""
        query = select(Reply).where(Reply.user_id == self._user_id).order_by(Reply.id).limit(limit)
        return (await self.session.scalars(query.options(selectinload(Reply.predictions)))).all()

    async def corrected_posters(self, limit: int) -> Sequence[str]:
        """Ids of some of the posters of which the member said something, or somebody took that back."""
        query = select(Feedback.poster_id).where(self._tells_of_member()).distinct().order_by(Feedback.poster_id)
        return (await self.session.scalars(query.limit(limit))).all()

    async def erase_words(self, poster_ids: Collection[str]) -> None:
        """Erases what the member said of posters, and what took that back.

        A moderator's decision on others' words stays, with `NOBODY` in the member's place.
        """
        lock = select(Feedback.id).where(Feedback.poster_id.in_(poster_ids), self._tells_of_member())
        await self.session.execute(lock.order_by(Feedback.id).with_for_update())
        events = await self.session.scalars(
            select(Feedback)
            .where(
                Feedback.poster_id.in_(poster_ids),
                or_(Feedback.kind == FeedbackKind.RETRACT, self._tells_of_member()),
            )
            .order_by(Feedback.id)
        )
        gone: set[int] = set()
        for event in events:
            if event.kind in SLOT_OF or (event.value and gone.issuperset(event.value)):
                gone.add(event.id)
        await self.session.execute(delete(Feedback).where(Feedback.id.in_(gone)))
        left = Feedback.poster_id.in_(poster_ids)
        await self.session.execute(
            update(Feedback)
            .where(left, Feedback.user_id == self._user_id)
            # Discord's id of what the member pressed goes too; the negative one is nobody's.
            .values(user_id=NOBODY, source_id=-Feedback.id)
        )
        await self.session.execute(
            update(Feedback).where(left, Feedback.about_user_id == self._user_id).values(about_user_id=NOBODY)
        )

    async def erase_replies(self, reply_ids: Collection[int]) -> Sequence[str]:
        """Erases replies with their predictions; others' words on these stay, on the poster alone.

        Returns:
            The posters that no prediction refers to any more, whose rows are gone as well, with what was said of them.
        """
        of_replies = Prediction.reply_id.in_(reply_ids)
        query = select(Prediction.id, Prediction.poster_id).where(of_replies).order_by(Prediction.id)
        predictions = (await self.session.execute(query.with_for_update())).all()
        poster_ids = {row.poster_id for row in predictions if row.poster_id is not None}
        await self._posters.lock(poster_ids)
        # What others were told about these judgements goes with them.
        topics = [unclear(row.id) for row in predictions]
        await self.session.execute(delete(Hint).where(Hint.topic.in_(topics)))
        await self.session.execute(delete(Reply).where(Reply.id.in_(reply_ids), Reply.user_id == self._user_id))
        return await self._posters.erase_unused(poster_ids)

    async def finish(self) -> bool:
        """Erases the rest, and the note that everything shall go; False if more came meanwhile."""
        any_left = exists().where(Reply.user_id == self._user_id), exists().where(self._tells_of_member())
        if await self.session.scalar(select(or_(*any_left))):
            return False
        for rows in (Hint, BlockedMember):
            await self.session.execute(delete(rows).where(rows.user_id == self._user_id))
        await self.session.execute(delete(RateLimit).where(of_member(self._user_id)))
        # Which version judged when, and where it came from, is no word on a member: it stays, without a name.
        decided = update(Promotion).where(Promotion.user_id == self._user_id)
        await self.session.execute(decided.values(user_id=NOBODY, operator=""))
        asked = update(TrainingRun).where(TrainingRun.user_id == self._user_id)
        await self.session.execute(asked.values(user_id=NOBODY, operator="", note=""))
        decided = update(TrainingRun).where(TrainingRun.decided_by_id == self._user_id)
        await self.session.execute(decided.values(decided_by_id=NOBODY, decided_by=""))
        await self.session.execute(delete(Member).where(Member.user_id == self._user_id))
        return True

    def _tells_of_member(self) -> ColumnElement[bool]:
        return or_(Feedback.user_id == self._user_id, Feedback.about_user_id == self._user_id)


async def under_way(session: AsyncSession, before: datetime, limit: int) -> Sequence[int]:
    """Ids of members whose erasure was begun before a time and is not done."""
    query = select(Member.user_id).where(Member.erasing_since < before).order_by(Member.erasing_since).limit(limit)
    return (await session.scalars(query)).all()


def of_member(user_id: int) -> ColumnElement[bool]:
    """Whether a rate limit is a member's, by its key."""
    return or_(
        RateLimit.key == f"member:{user_id}",
        RateLimit.key.like(f"member:{user_id}:%"),
        RateLimit.key.like(f"corrections:%:{user_id}"),
    )
