"""Runs that nobody asks for: every so many corrected posters, and every night that brought some."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.judging.clock import now
from bot.versions.promoting import Operator
from bot.versions.retraining import NotDone, Wish, ask
from models.database import Database
from models.repositories import FeedbackRepository, TrainingRunRepository
from models.repositories.training_runs import SCHEDULE
from models.tables import TrainingRun

WINDOW: Final = timedelta(hours=1)
"""How late a nightly run may start; a night that the bot slept through is left out."""


class Schedule:
    """When a run is due. The rows are its memory, so that a restart or a clock that is set makes no second one."""

    def __init__(
        self,
        database: Database,
        *,
        after: int,
        at: time | None,
        channel_id: int | None = None,
    ) -> None:
        """Asks for nothing yet.

        Args:
            database: knows of corrections and runs.
            after: newly corrected posters that make a run due; 0 for never.
            at: of the day, UTC, when a run is due if anything was corrected since the last one; None for never.
            channel_id: where news goes; None for nowhere.
        """
        self._database = database
        self._after = after
        self._at = at
        self._channel_id = channel_id

    async def ask_if_due(self) -> TrainingRun | None:
        """The run that it asked for; None where none is due or one is under way."""
        if (not self._after and self._at is None) or not await self._is_due(now()):
            return None
        wish = Wish(Operator(SCHEDULE, None), channel_id=self._channel_id)
        try:
            return await ask(self._database, wish)
        except NotDone:  # Another process was faster.
            return None

    async def _is_due(self, moment: datetime) -> bool:
        due = self._night_of(moment)
        if not self._after and due is None:
            return False
        async with self._database.reading() as session:
            runs = TrainingRunRepository(session)
            scheduled = await runs.scheduled()
            # A run of the future is one before the clock was set back: that night is done as well.
            nightly = due is not None and (scheduled is None or scheduled.created_at < due)
            if not self._after and not nightly:  # Corrections are counted last: there are many.
                return False
            latest = next(iter(await runs.latest(1)), None)
            since = latest.created_at if latest is not None else None
            corrected = await FeedbackRepository(session).corrected_since(since)
        return (nightly and corrected > 0) or 0 < self._after <= corrected

    def _night_of(self, moment: datetime) -> datetime | None:
        """When the nightly run was due, if it may start still; its hour may go on after midnight."""
        if self._at is None:
            return None
        due = datetime.combine(moment.date(), self._at, UTC)
        if due > moment:
            due -= timedelta(days=1)
        return due if moment < due + WINDOW else None
