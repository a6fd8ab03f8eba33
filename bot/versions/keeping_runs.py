"""Keeps retrainings going, whoever died: requests told again, the next in line started, lost ones ended."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.judging.clock import now
from bot.versions.deciding import objections_to, report_of
from bot.versions.promoting import NotPromoted, Operator, promote, tell_engines_now
from bot.versions.retraining import request
from bot.versions.scheduling import Schedule
from broker.connection import Broker
from broker.errors import BrokerError
from models.database import Database
from models.repositories import TrainingRunRepository
from models.tables import RunState, TrainingRun

log = structlog.get_logger(__name__)

REQUEST_AGAIN_AFTER: Final = 15.0
"""Seconds after which a request that no trainer took is told again; the queue keeps one."""

NEW_REQUEST_AFTER: Final = 120.0
"""Seconds after which it is told anew, whatever the queue remembers; trainers make sure that one is at it."""

NOT_TAKEN_AFTER: Final = 600.0
"""Seconds after which a run that no trainer took ends."""

LOST_AFTER: Final = 300.0
"""Seconds without a word after which a trainer counts as lost: far more than it takes another one to go on."""

SCHEDULE_INTERVAL: Final = 30.0
"""Seconds between two looks at whether a run is due, which counts corrections."""

NOT_TAKEN: Final = (
    "No trainer took it within {minutes:.0f} minutes: start one with `poster-judge trainer`, and ask again."
)
LOST: Final = (
    "Its trainer has not been heard of for {minutes:.0f} minutes: start one with `poster-judge trainer`, and ask again."
)

BY_ITSELF: Final = Operator("auto-promotion", None)


@dataclass
class _Watch:
    """What was last seen of the active run, by a clock that nobody sets."""

    sign: object
    since: float
    requested: float


class RunKeeper:
    """Looks at the rows every few seconds. Every change is guarded by its row, so several processes may do so."""

    def __init__(
        self,
        database: Database,
        broker: Broker,
        schedule: Schedule,
        *,
        auto_promote: bool,
        interval: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._broker = broker
        self._schedule = schedule
        self._auto_promote = auto_promote
        self._interval = interval
        self._clock = clock
        self._watch: _Watch | None = None
        self._next_look_at_schedule = clock()

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, BrokerError) as error:
                log.warning("runs.not_kept", error=type(error).__name__)
            except Exception:
                # Not foreseen; whoever waits for a poster's judgement has nothing to do with it.
                log.exception("runs.keeping_failed")
            await asyncio.sleep(self._interval)

    async def look(self) -> None:
        """Does what there is to do now."""
        try:
            await self._look()
        except Exception:
            # A trainer has more patience with a database than this: only silence that was listened to counts.
            self._watch = None
            raise

    async def _look(self) -> None:
        async with self._database.reading() as session:
            runs = TrainingRunRepository(session)
            active, waiting = await runs.active(), await runs.waiting()
        if active is not None:
            await self._mind(active)
            return
        self._watch = None
        if self._auto_promote:
            await self._promote_latest()
        if waiting:  # A unit that writes has SQLite's one lock: none is begun for nothing, every few seconds.
            await self._start_next()
            return
        if self._clock() < self._next_look_at_schedule:
            return
        self._next_look_at_schedule = self._clock() + SCHEDULE_INTERVAL
        if (run := await self._schedule.ask_if_due()) is not None:
            await request(self._broker, run)

    async def _mind(self, run: TrainingRun) -> None:
        """Times are measured from what this process saw, so that no clock that is set ends a run."""
        at, sign = self._clock(), (run.id, run.state, run.beat_at, run.deliveries)
        if self._watch is None or self._watch.sign != sign:
            # Whoever asked may have died before telling the trainers.
            self._watch = _Watch(sign, since=at, requested=-math.inf)
        silent = at - self._watch.since
        if run.state is RunState.RUNNING and silent >= LOST_AFTER:
            await self._fail(run, "trainer_lost", LOST.format(minutes=LOST_AFTER / 60))
        elif run.state is RunState.REQUESTED and silent >= NOT_TAKEN_AFTER:
            await self._fail(run, "no_trainer", NOT_TAKEN.format(minutes=NOT_TAKEN_AFTER / 60))
        elif run.state is RunState.REQUESTED and at - self._watch.requested >= REQUEST_AGAIN_AFTER:
            self._watch.requested = at
            await request(self._broker, run, attempt=int(silent / NEW_REQUEST_AFTER))

    async def _fail(self, run: TrainingRun, cause: str, explanation: str) -> None:
        async with self._database.writing() as session:
            if await TrainingRunRepository(session).fail(run.id, cause, explanation, now()):
                log.warning("run.failed", run=run.id, cause=cause)

    async def _start_next(self) -> None:
        try:
            async with self._database.writing() as session:
                run = await TrainingRunRepository(session).start_next()
        except IntegrityError:  # Another process was faster.
            return
        if run is not None:
            await request(self._broker, run)

    async def _promote_latest(self) -> None:
        """Promotes the latest run's version where nothing at all speaks against it and nobody has decided."""
        async with self._database.reading() as session:
            run = next(iter(await TrainingRunRepository(session).latest(1)), None)
        if run is None or run.state is not RunState.DONE or run.decision is not None or run.version is None:
            return
        checked = any(check.name == "enough" and check.passed for check in report_of(run).checks)
        if not checked or await objections_to(self._database, run):
            return
        try:
            await promote(self._database, run.version, BY_ITSELF, f"Run {run.id} passed the gate.", undecided=True)
        except NotPromoted as error:
            log.info("run.not_promoted_by_itself", run=run.id, reason=str(error))
            return
        await tell_engines_now(self._database, self._broker)
