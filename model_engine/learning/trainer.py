"""The trainer: takes one run after the other from the queue, tells its row how far it is, acknowledges last."""

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog

from broker.cancelling import cancel_all
from broker.connection import Broker
from broker.errors import BrokerError
from broker.heartbeats import beat, leave
from broker.training import TrainingQueue
from broker.work_queues import Delivery
from model_engine.learning.faults import RunFailed, Stopped, failure_of
from model_engine.learning.ledger import DatabaseGone, Ledger
from model_engine.learning.telling import Telling
from model_engine.learning.work import Work
from models.fail_points import reach
from models.messages import Heartbeat, TrainRequest
from models.tables import TrainingRun

if TYPE_CHECKING:
    from model_engine.learning.retraining import Result

log = structlog.get_logger(__name__)

PULSE: Final = 2.0
"""Seconds that it waits for a run before it looks around."""

BEAT: Final = 1.0
"""Seconds between two words on how far a run is."""

MOST_DELIVERIES: Final = 3
"""Trainers that a run may cost."""

PAUSE_AFTER_FAULT: Final = 1.0
"""Seconds before the next try when the queue does not answer."""

NO_QUEUE: Final = "The trainer is not connected to the queue."
LOST: Final = "{count} trainers died of it one after the other, the last at the step “{step}”; their logs say more."


class Trainer:
    """Pulls, works in a thread, tells, publishes, and only then acknowledges.

    A run whose trainer is killed is delivered again, to the next one, which goes on with what was frozen.
    """

    def __init__(
        self,
        *,
        broker: Broker,
        queue: TrainingQueue,
        ledger: Ledger,
        work: Work,
        name: str,
        stopping: asyncio.Event,
        until_idle: bool = False,
    ) -> None:
        """Takes what it works with; `stopping` ends it in good order, and with `until_idle` so does an empty queue."""
        self._broker = broker
        self._queue = queue
        self._ledger = ledger
        self._work = work
        self._name = name
        self._stopping = stopping
        self._until_idle = until_idle
        self._doing = ""

    async def run(self) -> None:
        """Works until it is to end.

        Raises:
            DatabaseGone: the database has refused for too long; the run in hand waits for another trainer.
        """
        pulse = asyncio.create_task(self._pulse())
        try:
            while not self._stopping.is_set():
                delivery = await self._pull()
                if delivery is not None:
                    await self._do(delivery)
                elif self._until_idle and not await self._ledger.any_active():
                    return
        except Stopped:
            return
        finally:
            await cancel_all((pulse,))
            await leave(self._broker, self._heartbeat())

    async def _pull(self) -> Delivery[TrainRequest] | None:
        try:
            return await self._queue.pull(PULSE)
        except BrokerError as error:
            log.warning("trainer.pull_failed", reason=str(error))
            await asyncio.sleep(PAUSE_AFTER_FAULT)
            return None

    async def _do(self, delivery: Delivery[TrainRequest]) -> None:
        reach("trainer.pulled")
        run_id = delivery.body.run_id
        keeping = asyncio.create_task(self._keep_in_hand(delivery))
        try:
            if await self._ledger.is_tended(run_id):
                return  # Not acknowledged: should the other one die, it comes again.
            run = await self._ledger.take(run_id)
            reach("trainer.taken")
            done = run is None or await self._end(run, Telling())
        finally:
            self._doing = ""
            await cancel_all((keeping,))
        if done:
            await self._acknowledge(delivery)

    async def _end(self, run: TrainingRun, telling: Telling) -> bool:
        """Brings a run to its end; whether it came to one, by whomever."""
        self._doing = f"run {run.id}"
        telling.step = run.step
        try:
            if run.deliveries > MOST_DELIVERIES:
                raise RunFailed("trainer_lost", LOST.format(count=MOST_DELIVERIES, step=run.step or "snapshot"))
            log.info("trainer.started", run=run.id, champion=run.champion, trainer=run.deliveries)
            result = await self._until_unwanted(run, telling)
            if await self._ledger.finish(run, telling, result.report, result.plot):
                reach("trainer.finished")
                log.info("trainer.finished", run=run.id, version=result.report.version, passed=result.report.passed)
        except Stopped:
            if self._stopping.is_set():
                await self._ledger.let_go(run)
                log.info("trainer.let_go", run=run.id, step=telling.step)
                return False
        except DatabaseGone:
            raise
        except Exception as error:
            # Broad on purpose: whatever it was, the run ends with a sentence, and the slot is free.
            failure = failure_of(error, telling.step)
            log.error(
                "trainer.failed", run=run.id, cause=failure.cause, reason=str(failure), exc_info=_unforeseen(error)
            )
            await self._ledger.fail(run, telling, failure)
        return not await self._ledger.is_open(run.id)

    async def _until_unwanted(self, run: TrainingRun, telling: Telling) -> "Result":
        """The work's result; it ends early where the run has ended or been taken over, or the trainer is to end."""
        done = asyncio.Event()
        work = asyncio.create_task(self._work.do(run, telling))
        telling_row = asyncio.create_task(self._tell(run, telling, done))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((work, telling_row, stopping), return_when=asyncio.FIRST_COMPLETED)
            telling.stop()
            return await work
        finally:
            # Not cancelled: it may be amid a unit of work.
            done.set()
            await asyncio.wait((telling_row,))
            await cancel_all((stopping,))

    async def _tell(self, run: TrainingRun, telling: Telling, done: asyncio.Event) -> None:
        """Writes how far it is, until the work is done or the run is not ours any more."""
        while not done.is_set() and await self._ledger.beat(run, telling):
            self._doing = f"run {run.id}: {telling.step} {telling.done}/{telling.total}"
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await done.wait()

    async def _keep_in_hand(self, delivery: Delivery[TrainRequest]) -> None:
        """Tells the queue that the run is being worked on."""
        while True:
            try:
                await delivery.in_progress()
            except BrokerError as error:
                log.warning("trainer.no_progress_told", reason=str(error))
            await asyncio.sleep(self._broker.settings.queue_ack_wait / 3)

    async def _acknowledge(self, delivery: Delivery[TrainRequest]) -> None:
        try:
            await delivery.acknowledge()
            reach("trainer.acknowledged")
        except BrokerError as error:
            # It comes again, and is then found to have ended.
            log.warning("trainer.not_acknowledged", run=delivery.body.run_id, reason=str(error))

    async def _pulse(self) -> None:
        while True:
            try:
                await beat(self._broker, self._heartbeat())
            except BrokerError as error:
                log.warning("trainer.no_heartbeat", reason=str(error))
            await asyncio.sleep(PULSE)

    def _heartbeat(self) -> Heartbeat:
        problems = [self._ledger.fault] if self._ledger.fault else []
        if not self._broker.connected:
            problems.append(NO_QUEUE)
        return Heartbeat(
            id=self._name,
            kind="trainer",
            at=time.time(),
            state="impaired" if problems else "ready",
            detail=self._doing or "waits for a run",
            problems=tuple(problems),
        )


def _unforeseen(error: Exception) -> Exception | None:
    """What belongs into the log with its traceback: all that nobody has a sentence for."""
    return None if isinstance(error, RunFailed) else error
