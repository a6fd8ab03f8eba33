"""The run's row as its trainer reads and writes it, with patience: a database that is gone for a minute ends no run."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec
import structlog

from model_engine.errors import EngineError
from model_engine.learning.faults import RunFailed, Stopped
from model_engine.learning.telling import Telling
from models.database import Database
from models.database_faults import REFUSED, sentence_for_fault
from models.repositories.promotions import PromotionRepository
from models.repositories.training_runs import TrainingRunRepository
from models.run_reports import RunReport
from models.tables import RunState, TrainingRun
from models.versions import STARTER_VERSION

log = structlog.get_logger(__name__)

PATIENCE: Final = 600.0
"""Seconds that a database may refuse before the trainer gives up; the run then waits for the next trainer."""

PAUSE: Final = 2.0
"""Seconds before the next try."""

WATCH: Final = 4.0
"""Seconds within which a trainer that is at a run has written so, several times over."""

Value = TypeVar("Value")


class DatabaseGone(EngineError):
    """The database has refused for too long; the message is one sentence."""


class Ledger:
    """All that the trainer asks of the database but corrections."""

    def __init__(self, database: Database, stopping: asyncio.Event) -> None:
        """Takes the database, and what is set when the trainer is to end."""
        self._database = database
        self._stopping = stopping
        self.fault = ""
        """Why the database refuses, a sentence; empty while it does not."""

    async def patiently(self, unit: Callable[[], Awaitable[Value]]) -> Value:
        """Does a unit of work, again and again while the database refuses.

        Raises:
            DatabaseGone: it refused for `PATIENCE` seconds.
            Stopped: the trainer is to end.
        """
        until = time.monotonic() + PATIENCE
        while True:
            try:
                value = await unit()
            except REFUSED as error:
                self.fault = sentence_for_fault(error)
                log.warning("trainer.database_refuses", reason=self.fault)
                if time.monotonic() >= until:
                    raise DatabaseGone(self.fault) from None
            else:
                self.fault = ""
                return value
            if await self._stops_within(PAUSE):
                raise Stopped

    async def is_tended(self, run_id: int) -> bool:
        """Whether another trainer is at the run: its row changes while one looks, whatever the clocks say.

        Raises:
            Stopped: the trainer is to end.
        """
        first = await self._sign(run_id)
        if first is None:
            return False
        if await self._stops_within(WATCH):
            raise Stopped
        return await self._sign(run_id) not in (None, first)

    async def take(self, run_id: int) -> TrainingRun | None:
        """Takes the run up; the first one to do so fixes the champion. None where it has ended."""

        async def unit() -> TrainingRun | None:
            async with self._database.writing() as session:
                latest = await PromotionRepository(session).latest()
                champion = STARTER_VERSION if latest is None else latest.version
                return await TrainingRunRepository(session).take(run_id, champion, _now())

        return await self.patiently(unit)

    async def beat(self, run: TrainingRun, telling: Telling) -> bool:
        """Says how far it is; False where the run has ended or another trainer has it. Does not wait for a database."""
        try:
            async with self._database.writing() as session:
                alive = await self._beat(TrainingRunRepository(session), run, telling)
        except REFUSED as error:
            self.fault = sentence_for_fault(error)
            log.warning("trainer.beat_lost", reason=self.fault)
            return True
        self.fault = ""
        return alive

    async def snapshot(self, run: TrainingRun) -> bytes | None:
        """What an earlier trainer froze for the run."""

        async def unit() -> bytes | None:
            async with self._database.reading() as session:
                return await TrainingRunRepository(session).snapshot(run.id)

        return await self.patiently(unit)

    async def freeze(self, run: TrainingRun, telling: Telling, packed: bytes, snapshot_hash: str) -> TrainingRun | None:
        """Keeps what the run learns from; gives an earlier run that learnt the very same, and then keeps nothing.

        Raises:
            Stopped: the run is not ours any more.
        """

        async def unit() -> TrainingRun | None:
            async with self._database.writing() as session:
                runs = TrainingRunRepository(session)
                if not await self._beat(runs, run, telling):
                    raise Stopped
                if (twin := await runs.twin(run, snapshot_hash)) is None:
                    await runs.freeze(run.id, packed, snapshot_hash)
                return twin

        return await self.patiently(unit)

    async def attempt(self, run: TrainingRun) -> int:
        """Which attempt of this quarter the run is, from 1."""

        async def unit() -> int:
            async with self._database.reading() as session:
                return 1 + await TrainingRunRepository(session).attempts_before(run)

        return await self.patiently(unit)

    async def finish(self, run: TrainingRun, telling: Telling, report: RunReport, plot: bytes) -> bool:
        """The version is published; False where the run is not ours any more."""
        content: dict[str, Any] = msgspec.to_builtins(report)

        async def unit() -> bool:
            async with self._database.writing() as session:
                runs = TrainingRunRepository(session)
                if not await self._beat(runs, run, telling):
                    return False
                return await runs.finish(run.id, version=report.version, report=content, plot=plot, now=_now())

        return await self.patiently(unit)

    async def fail(self, run: TrainingRun, telling: Telling, failure: RunFailed) -> bool:
        """It ends without a version; False where the run is not ours any more."""

        async def unit() -> bool:
            async with self._database.writing() as session:
                runs = TrainingRunRepository(session)
                if not await self._beat(runs, run, telling):
                    return False
                return await runs.fail(run.id, failure.cause, str(failure), _now())

        return await self.patiently(unit)

    async def let_go(self, run: TrainingRun) -> None:
        """Leaves the run to the next trainer, as far as the database takes the word."""
        try:
            async with self._database.writing() as session:
                await TrainingRunRepository(session).let_go(run.id, run.deliveries)
        except REFUSED as error:
            log.warning("trainer.not_let_go", run=run.id, reason=sentence_for_fault(error))

    async def is_open(self, run_id: int) -> bool:
        """Whether the run has not ended."""
        return await self._sign(run_id) is not None

    async def any_active(self) -> bool:
        """Whether a run is asked for or under way."""

        async def unit() -> bool:
            async with self._database.reading() as session:
                return await TrainingRunRepository(session).active() is not None

        return await self.patiently(unit)

    async def _beat(self, runs: TrainingRunRepository, run: TrainingRun, telling: Telling) -> bool:
        step, done, total = telling.step, telling.done, telling.total
        return await runs.beat(run.id, step, done, total, _now(), deliveries=run.deliveries)

    async def _sign(self, run_id: int) -> tuple[object, ...] | None:
        """What a trainer at the run changes every second; None where none is."""

        async def unit() -> tuple[object, ...] | None:
            async with self._database.reading() as session:
                run = await TrainingRunRepository(session).find(run_id)
                running = run is not None and run.state is RunState.RUNNING
                return (run.beat_at, run.deliveries) if run is not None and running else None

        return await self.patiently(unit)

    async def _stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True


def _now() -> datetime:
    return datetime.now(UTC)
