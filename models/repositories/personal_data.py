"""All that is kept of one member, for that member to read."""

from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.erasing import of_member
from models.tables import Base, BlockedMember, Feedback, Hint, Member, Poster, Prediction, RateLimit, Reply

SECRET: Final = ("token",)
"""Columns that nobody is shown: who holds a token can speak as the bot."""


class PersonalDataRepository:
    """Rows of all tables that concern one member."""

    def __init__(self, session: AsyncSession, user_id: int) -> None:
        self.session = session
        self._user_id = user_id

    async def rows(self) -> dict[str, list[dict[str, Any]]]:
        """All rows by table, the oldest first; tables that concern nobody are not there.

        Tokens are left out, of bytes only their number is told, and of who took something back only whether it was
        the member.
        """
        mine = self._user_id
        asked = select(Reply.id).where(Reply.user_id == mine)
        judged = select(Prediction.poster_id).where(Prediction.reply_id.in_(asked))
        found = {
            "replies": await self._read(Reply, Reply.user_id == mine),
            "predictions": await self._read(Prediction, Prediction.reply_id.in_(asked)),
            "posters": await self._read(Poster, Poster.id.in_(judged)),
            "feedback": await self._read(Feedback, or_(Feedback.user_id == mine, Feedback.about_user_id == mine)),
            "members": await self._read(Member, Member.user_id == mine),
            "hints": await self._read(Hint, Hint.user_id == mine),
            "blocked_members": await self._read(BlockedMember, BlockedMember.user_id == mine),
            "rate_limits": await self._read(RateLimit, of_member(mine)),
        }
        for event in found["feedback"]:
            if event["user_id"] != mine:
                event["user_id"], event["source_id"] = None, None
        return found

    async def _read(self, kind: type[Base], condition: ColumnElement[bool]) -> list[dict[str, Any]]:
        table = kind.__table__
        assert isinstance(table, Table)
        columns = [
            func.length(column).label(f"{column.name}_bytes") if isinstance(column.type, LargeBinary) else column
            for column in table.columns
            if column.name not in SECRET
        ]
        query = select(*columns).where(condition).order_by(*table.primary_key)
        return [dict(row) for row in (await self.session.execute(query)).mappings()]
