"""All that is kept of one member, for that member to read."""

from collections.abc import AsyncIterator
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.erasing import of_member
from models.tables import (
    Base,
    BlockedMember,
    Feedback,
    Hint,
    Member,
    Poster,
    Prediction,
    Promotion,
    RateLimit,
    Reply,
    TrainingRun,
)

SECRET: Final = ("token",)
"""Columns that nobody is shown: who holds a token can speak as the bot."""


PORTION: Final = 100
"""Rows that are in memory at a time."""


class PersonalDataRepository:
    """Rows of all tables that concern one member."""

    def __init__(self, session: AsyncSession, user_id: int) -> None:
        self.session = session
        self._user_id = user_id

    async def rows(self) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
        """All rows in portions, each with its table's name; of every table at least one, which may be empty.

        A table's portions come together, the oldest rows first. Tables that concern nobody are not there. Tokens are
        left out, of bytes only their number is told, and of who took something back only whether it was the member.
        """
        mine = self._user_id
        asked = select(Reply.id).where(Reply.user_id == mine)
        judged = select(Prediction.poster_id).where(Prediction.reply_id.in_(asked))
        conditions: list[tuple[type[Base], ColumnElement[bool]]] = [
            (Reply, Reply.user_id == mine),
            (Prediction, Prediction.reply_id.in_(asked)),
            (Poster, Poster.id.in_(judged)),
            (Feedback, or_(Feedback.user_id == mine, Feedback.about_user_id == mine)),
            (Member, Member.user_id == mine),
            (Hint, Hint.user_id == mine),
            (BlockedMember, BlockedMember.user_id == mine),
            (RateLimit, of_member(mine)),
            (Promotion, Promotion.user_id == mine),
            (TrainingRun, or_(TrainingRun.user_id == mine, TrainingRun.decided_by_id == mine)),
        ]
        for kind, condition in conditions:
            yield kind.__tablename__, []
            stream = await self.session.stream(_query(kind, condition), execution_options={"yield_per": PORTION})
            async for portion in stream.mappings().partitions():
                yield kind.__tablename__, [self._without_others(dict(row)) for row in portion]

    def _without_others(self, row: dict[str, Any]) -> dict[str, Any]:
        """Of what others did about the member, or in the same run as the member, not who did it."""
        if row.get("about_user_id") == self._user_id and row["user_id"] != self._user_id:
            row["user_id"], row["source_id"] = None, None
        if row.get("decided_by_id") not in (None, self._user_id):
            row["decided_by_id"], row["decided_by"] = None, ""
        if "decided_by_id" in row and row["user_id"] != self._user_id:
            row["user_id"], row["operator"], row["note"] = None, "", ""
        return row


def _query(kind: type[Base], condition: ColumnElement[bool]) -> Select[Any]:
    table = kind.__table__
    assert isinstance(table, Table)
    columns = [
        func.length(column).label(f"{column.name}_bytes") if isinstance(column.type, LargeBinary) else column
        for column in table.columns
        if column.name not in SECRET
    ]
    return select(*columns).where(condition).order_by(*table.primary_key)
