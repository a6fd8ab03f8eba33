"""Predictions and the steps that they take. A step that was already taken is not taken again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.changes import rows_changed
from models.tables import OPEN_STATES, Prediction, PredictionState, Reply


class PredictionRepository:
    """Rows of `predictions`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def with_reply(self, prediction_id: str, *, lock: bool = False) -> tuple[Prediction, Reply] | None:
        """A prediction and the reply that shows it.

        Args:
            prediction_id: of the row; anything else finds none.
            lock: to the end of the unit of work nobody else says anything of it.
        """
        query = select(Prediction, Reply).join(Reply, Reply.id == Prediction.reply_id)
        query = query.where(Prediction.id == prediction_id)
        row = (await self.session.execute(query.with_for_update(of=Prediction) if lock else query)).first()
        return None if row is None else (row[0], row[1])

    async def shown_in(self, message_id: int) -> Sequence[str]:
        """Ids of the judged predictions that a message of the bot's shows, in its order."""
        query = (
            select(Prediction.id)
            .join(Reply, Reply.id == Prediction.reply_id)
            .where(Reply.message_id == message_id, Prediction.outcome == PredictionState.ANSWERED)
            .order_by(Prediction.position)
        )
        return (await self.session.scalars(query)).all()

    async def latest_of(self, user_id: int, channel_id: int) -> str | None:
        """The newest judged prediction that a member asked for in a channel."""
        query = (
            select(Prediction.id)
            .join(Reply, Reply.id == Prediction.reply_id)
            .where(
                Reply.user_id == user_id,
                Reply.channel_id == channel_id,
                Prediction.outcome == PredictionState.ANSWERED,
            )
            .order_by(Prediction.received_at.desc(), Prediction.position.desc())
            .limit(1)
        )
        return await self.session.scalar(query)

    async def mark_queued(self, prediction_id: str, poster_id: str, now: datetime, timings: dict[str, float]) -> bool:
        """Received -> queued, with the poster, whose row is there; False if it was not `received` any more."""
        moved = await rows_changed(
            self.session,
            update(Prediction)
            .where(Prediction.id == prediction_id, Prediction.state == PredictionState.RECEIVED)
            .values(state=PredictionState.QUEUED, poster_id=poster_id, queued_at=now, timings=timings),
        )
        return moved == 1

    async def of_results(self, prediction_ids: Collection[str]) -> dict[str, tuple[int, dict[str, Any]]]:
        """Reply and timings so far of the predictions that results came for; those unknown are left out."""
        query = select(Prediction.id, Prediction.reply_id, Prediction.timings).where(Prediction.id.in_(prediction_ids))
        rows = (await self.session.execute(query)).all()
        return {row.id: (row.reply_id, row.timings or {}) for row in rows}

    async def any_open(self, reply_id: int) -> bool:
        """Whether the outcome of any prediction of a reply is open."""
        query = select(exists().where(Prediction.reply_id == reply_id, Prediction.state.in_(OPEN_STATES)))
        return bool(await self.session.scalar(query))

    async def decide(
        self,
        prediction_id: str,
        outcome: PredictionState,
        now: datetime,
        *,
        cause: str = "",
        explanation: str = "",
        **result: Any,
    ) -> bool:
        """Received or queued -> decided; False if something else was decided before (that stands).

        Args:
            prediction_id: of the row.
            outcome: the final state that telling the member leads to.
            now: aware.
            cause: code of anything but an answer.
            explanation: sentence for the member, of anything but an answer.
            **result: columns of the judgement.
        """
        moved = await rows_changed(
            self.session,
            update(Prediction)
            .where(Prediction.id == prediction_id, Prediction.state.in_(OPEN_STATES))
            .values(
                state=PredictionState.DECIDED,
                outcome=outcome,
                cause=cause,
                explanation=explanation,
                decided_at=now,
                **result,
            ),
        )
        return moved == 1

    async def finish(self, reply_id: int, now: datetime) -> int:
        """Decided -> its outcome, for all predictions of a reply that Discord confirmed."""
        moved = await rows_changed(
            self.session,
            update(Prediction)
            .where(Prediction.reply_id == reply_id, Prediction.state == PredictionState.DECIDED)
            .values(state=Prediction.outcome, finished_at=now),
        )
        return moved

    async def finish_undelivered(self, reply_id: int, now: datetime, cause: str) -> int:
        """Whatever was not told of a reply -> undelivered, because Discord no longer takes it."""
        moved = await rows_changed(
            self.session,
            update(Prediction)
            .where(
                Prediction.reply_id == reply_id,
                Prediction.state.in_((*OPEN_STATES, PredictionState.DECIDED)),
            )
            .values(state=PredictionState.UNDELIVERED, cause=cause, finished_at=now),
        )
        return moved

    async def received_before(self, moment: datetime, limit: int) -> Sequence[Prediction]:
        """Predictions that are still at the intake, oldest first."""
        return await self._in_state(PredictionState.RECEIVED, Prediction.received_at < moment, limit)

    async def queued_before(self, moment: datetime, limit: int) -> Sequence[Prediction]:
        """Predictions that still wait for an engine, oldest first."""
        return await self._in_state(PredictionState.QUEUED, Prediction.queued_at < moment, limit)

    async def overdue(self, now: datetime, limit: int) -> Sequence[Prediction]:
        """Predictions whose deadline passed with their outcome open."""
        query = (
            select(Prediction)
            .where(Prediction.state.in_(OPEN_STATES), Prediction.deadline_at < now)
            .order_by(Prediction.deadline_at)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def _in_state(
        self, state: PredictionState, condition: ColumnElement[bool], limit: int
    ) -> Sequence[Prediction]:
        query = (
            select(Prediction).where(Prediction.state == state, condition).order_by(Prediction.received_at).limit(limit)
        )
        return (await self.session.scalars(query)).all()
