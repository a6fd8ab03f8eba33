"""What members were told already."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.changes import insert
from models.tables import Hint


class HintRepository:
    """Rows of `hints`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def claim(self, user_id: int, topic: str, now: datetime) -> bool:
        """Notes that a member is about to be told something; False if they were told before."""
        statement = insert(self.session, Hint).values(user_id=user_id, topic=topic, told_at=now)
        claimed = statement.on_conflict_do_nothing().returning(Hint.user_id)
        return await self.session.scalar(claimed) is not None


def unclear(prediction_id: str) -> str:
    """The topic of what a member said about a judgement, and was asked back."""
    return f"unclear:{prediction_id}"
