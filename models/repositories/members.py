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
        query = select(Member.user_id).where(Member.on_leaderboard.is_(True))
        return {*user_ids} & {int(user_id) for user_id in await self.session.scalars(query)}

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
        for event, group in await self.session.execute(query):
            events.setdefault(group, []).append(event)
        return events
