"""Members' own choices, and what those who want to be seen said in a server."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import func, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.changes import insert
from models.repositories.feedback import was_blocked
from models.tables import Feedback, Member, Poster

MOST_EVENTS: Final = 10_000
"""Events of a server that are counted, the newest: bounds the time and the memory of a leaderboard."""

PORTION: Final = 200
"""Rows that are read, and ids that are asked for, at a time: the process does other things in between."""


class MemberRepository:
    """Rows of `members`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def show_on_leaderboard(self, user_id: int, shown: bool) -> None:
        """Notes whether others may see how much a member corrected."""
        statement = insert(self.session, Member).values(user_id=user_id, on_leaderboard=shown)
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=[Member.user_id], set_={"on_leaderboard": shown})
        )

    async def on_leaderboard(self, user_ids: Collection[int]) -> set[int]:
        """Those of these members who want to be seen."""
        ids, found = list(user_ids), set[int]()
        for start in range(0, len(ids), PORTION):
            some = Member.user_id.in_(ids[start : start + PORTION])
            found.update(
                await self.session.scalars(select(Member.user_id).where(Member.on_leaderboard.is_(True), some))
            )
        return found

    async def said_in(self, guild_id: int) -> dict[str, list[Feedback]]:
        """What everybody may see that was said in a server, by group of posters that look the same.

        Without the events of members who are blocked there.
        """
        query = (
            select(Feedback, func.coalesce(Poster.group_id, Poster.id))
            .join(Poster, Poster.id == Feedback.poster_id)
            .where(Feedback.guild_id == guild_id, Feedback.private.is_(False), not_(was_blocked()))
            .order_by(Feedback.id.desc())
            .limit(MOST_EVENTS)
        )
        events: dict[str, list[Feedback]] = {}
        async for event, group in await self.session.stream(query, execution_options={"yield_per": PORTION}):
            events.setdefault(group, []).append(event)
        return events
