"""Replies with the predictions that they show."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from models.repositories.changes import rows_changed
from models.tables import OPEN_STATES, Prediction, PredictionState, Reply


class ReplyRepository:
    """Rows of `replies`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def add(self, reply: Reply) -> None:
        """Keeps a reply and its predictions."""
        self.session.add(reply)

    async def get(self, reply_id: int) -> Reply | None:
        """The reply with its predictions in order."""
        return await self.session.get(Reply, reply_id, options=[joinedload(Reply.predictions)])

    async def is_known(self, reply_id: int) -> bool:
        """Whether the interaction was seen before: Discord's gateway may say things twice."""
        return bool(await self.session.scalar(select(exists().where(Reply.id == reply_id))))

    async def ready_to_tell(self, limit: int) -> Sequence[int]:
        """Ids of replies all of whose predictions are decided and some not yet told, oldest first."""
        waiting = exists().where(Prediction.reply_id == Reply.id, Prediction.state == PredictionState.DECIDED)
        still_open = exists().where(Prediction.reply_id == Reply.id, Prediction.state.in_(OPEN_STATES))
        query = select(Reply.id).where(waiting, ~still_open).order_by(Reply.created_at).limit(limit)
        return (await self.session.scalars(query)).all()

    async def mark_telling(self, reply_id: int, now: datetime) -> bool:
        """Claims the one attempt at a message that cannot be repeated safely; False if it was claimed before."""
        claimed = await rows_changed(
            self.session, update(Reply).where(Reply.id == reply_id, Reply.telling_at.is_(None)).values(telling_at=now)
        )
        return claimed == 1

    async def unmark_telling(self, reply_id: int) -> None:
        """Gives the attempt back: the message was certainly not sent."""
        await rows_changed(self.session, update(Reply).where(Reply.id == reply_id).values(telling_at=None))

    async def set_message(self, reply_id: int, message_id: int) -> None:
        """Notes which message carries the answer."""
        await self.session.execute(update(Reply).where(Reply.id == reply_id).values(message_id=message_id))

    async def erase_expired_tokens(self, now: datetime) -> int:
        """Erases secrets that are of no more use: tokens that ran out, and the addresses of their attachments."""
        gone = or_(
            Reply.token_expires_at <= now,
            ~exists().where(
                Prediction.reply_id == Reply.id,
                Prediction.state.in_((*OPEN_STATES, PredictionState.DECIDED)),
            ),
        )
        erased = await rows_changed(
            self.session, update(Reply).where(Reply.token.is_not(None), gone).values(token=None)
        )
        await self.session.execute(
            update(Prediction)
            .where(
                Prediction.attachment_url.is_not(None),
                Prediction.state.not_in(OPEN_STATES),
                exists().where(Reply.id == Prediction.reply_id, Reply.token.is_(None)),
            )
            .values(attachment_url=None)
        )
        return erased
