"""The serving loop: one batch on the device, one being prepared, none waiting for company."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
import structlog

from broker.cancelling import cancel_all
from broker.connection import Broker
from broker.errors import BrokerError
from broker.heartbeats import beat, leave
from broker.judging import RequestQueue, publish_result
from broker.work_queues import Delivery
from model_engine.errors import DeviceError, DeviceHangs, lacks_memory
from model_engine.judging import Judge, pack_features
from model_engine.serving.batches import Entry, prepare
from model_engine.serving.champion import ChampionFollower, Judges
from model_engine.serving.health import EngineHealth
from models.fail_points import reach
from models.judgements import Judgement
from models.messages import Heartbeat, JudgeRequest, JudgeResult, ResultKind
from posters.store import PosterStore

log = structlog.get_logger(__name__)

PULSE: Final = 2.0
"""Seconds between two signs of life when nothing arrives."""

MAX_ATTEMPTS: Final = 4
"""At this delivery a request is given up: three processes died or hung with it."""

BATCH_TIMEOUT: Final = 60.0
"""Seconds for one batch; a device that takes longer hangs."""

PAUSE_AFTER_FAULT: Final = 1.0
"""Seconds before the next try when the queue does not answer."""


class Verdict(NamedTuple):
    """What the model says of one poster, and the features that it says it by."""

    judgement: Judgement
    features: bytes


class Server:
    """Pulls, prepares, infers, publishes and only then acknowledges.

    A device error or a hanging device ends `run` with `DeviceError`: what was not acknowledged is delivered again,
    to another process.
    """

    def __init__(
        self,
        *,
        broker: Broker,
        queue: RequestQueue,
        judges: Judges,
        store: PosterStore,
        name: str,
        follower: ChampionFollower | None = None,
    ) -> None:
        """Takes what it works with; without a follower the first judge stays."""
        self._broker = broker
        self._queue = queue
        self._judges = judges
        self._follower = follower
        self._store = store
        self._name = name
        self.health = EngineHealth(broker, store)
        self._stopping = asyncio.Event()
        # The slot is taken before the pull, so that requests wait in the queue, for any engine, and batches grow
        # while the device is busy.
        self._slot = asyncio.Semaphore(1)
        self._prepared: asyncio.Queue[tuple[Judge, list[Entry]]] = asyncio.Queue(maxsize=1)
        self._in_hand: dict[str, Delivery[JudgeRequest]] = {}

    def stop(self) -> None:
        """Ends `run` after what is in hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Serves until `stop`.

        Raises:
            DeviceError: the device is lost, out of memory or hanging.
        """
        collector = asyncio.create_task(self._collect())
        loops = [self._keep_in_hand(), self.health.run()]
        if self._follower is not None:
            loops.append(self._follower.run())
        beside = [asyncio.create_task(loop) for loop in loops]
        try:
            await self._serve(collector)
        finally:
            await cancel_all((collector, *beside))
            await leave(self._broker, self._heartbeat())

    async def _serve(self, collector: asyncio.Task[None]) -> None:
        while not (collector.done() and self._prepared.empty()):
            await self._pulse()
            try:
                async with asyncio.timeout(PULSE):
                    judge, entries = await self._prepared.get()
            except TimeoutError:
                continue
            suspect = any(entry.delivery.attempt > 1 for entry in entries)
            if not suspect:
                self._slot.release()
            try:
                await self._work(judge, entries)
            finally:
                self._judges.give_back(judge)
            if suspect:  # Nothing else was taken into hand while it might have killed this process.
                self._slot.release()
        if (error := collector.exception()) is not None:
            raise error

    async def _collect(self) -> None:
        while not self._stopping.is_set():
            await self._slot.acquire()
            deliveries = await self._pull()
            if not deliveries:
                self._slot.release()
                continue
            reach("engine.pulled")
            self._in_hand |= {delivery.body.prediction_id: delivery for delivery in deliveries}
            # A batch is prepared and judged by one and the same version, whoever becomes champion meanwhile.
            judge = self._judges.take()
            entries = await prepare(deliveries, judge=judge, store=self._store, max_attempts=MAX_ATTEMPTS)
            self._prepared.put_nowait((judge, entries))

    async def _pull(self) -> list[Delivery[JudgeRequest]]:
        try:
            deliveries = await self._queue.pull(self._judges.current.runtime.best_batch_size, PULSE)
        except BrokerError as error:
            self.health.pulled(well=False)
            log.warning("engine.pull_failed", reason=str(error))
            await asyncio.sleep(PAUSE_AFTER_FAULT)
            return []
        self.health.pulled(well=True)
        return deliveries

    async def _work(self, judge: Judge, entries: Sequence[Entry]) -> None:
        reach("engine.prepared")
        self.health.prepared(entries)
        ready = [entry for entry in entries if entry.pixels is not None]
        verdicts = await self._judge_all(judge, ready)
        reach("engine.inferred")
        await asyncio.gather(*(self._answer(judge, entry, verdicts.get(id(entry))) for entry in entries))

    async def _judge_all(self, judge: Judge, entries: Sequence[Entry]) -> dict[int, Verdict]:
        """Verdicts by the entry's identity; a poster that breaks the batch is found by judging each alone."""
        if not entries:
            return {}
        try:
            return await _infer(judge, entries)
        except DeviceError:
            raise
        except Exception as error:
            if lacks_memory(error):
                raise DeviceError("The engine ran out of memory.", out_of_memory=True) from error
            log.exception("engine.batch_failed", size=len(entries))
        if len(entries) == 1:
            entries[0].end(ResultKind.FAILED, "inference_failed")
            return {}
        verdicts: dict[int, Verdict] = {}
        for entry in entries:
            verdicts |= await self._judge_all(judge, [entry])
        return verdicts

    async def _answer(self, judge: Judge, entry: Entry, verdict: Verdict | None) -> None:
        result = JudgeResult(
            prediction_id=entry.request.prediction_id,
            kind=entry.kind,
            engine=self._name,
            runtime=judge.runtime.name,
            cause=entry.cause,
            judgement=verdict.judgement if verdict else None,
            backbone=judge.version.manifest.backbone if verdict else "",
            features=verdict.features if verdict else b"",
            timings=entry.timings,
        )
        try:
            await publish_result(self._broker, result)
            reach("engine.published")
            await entry.delivery.acknowledge()
            reach("engine.acknowledged")
        except BrokerError as error:
            # Not acknowledged: it is delivered again, and a second result is ignored.
            log.warning("engine.not_answered", prediction=entry.request.prediction_id, reason=str(error))
        finally:
            self._in_hand.pop(entry.request.prediction_id, None)

    async def _keep_in_hand(self) -> None:
        """Tells the queue that what is in hand is being worked on."""
        while True:
            await asyncio.sleep(self._broker.settings.queue_ack_wait / 3)
            for delivery in list(self._in_hand.values()):
                try:
                    await delivery.in_progress()
                except BrokerError as error:
                    log.warning("engine.no_progress_told", reason=str(error))

    async def _pulse(self) -> None:
        try:
            await beat(self._broker, self._heartbeat())
        except BrokerError as error:
            log.warning("engine.no_heartbeat", reason=str(error))

    def _heartbeat(self) -> Heartbeat:
        problems = self.health.problems()
        return Heartbeat(
            id=self._name,
            kind="engine",
            at=time.time(),
            state="impaired" if problems else "ready",
            model_version=self._judges.current.version.name,
            runtime=self._judges.current.runtime.name,
            problems=problems,
            notices=(self._follower.notice,) if self._follower is not None and self._follower.notice else (),
            refused=self._follower.refused if self._follower is not None else "",
            pinned=self._follower is None,
        )


async def _infer(judge: Judge, entries: Sequence[Entry]) -> dict[int, Verdict]:
    started = time.monotonic()
    batch = np.stack([entry.pixels for entry in entries if entry.pixels is not None])
    reach("engine.stacked")
    try:
        async with asyncio.timeout(BATCH_TIMEOUT):
            judgements, outputs = await asyncio.to_thread(judge.judge_prepared, batch)
    except TimeoutError:
        raise DeviceHangs(f"A batch did not end within {BATCH_TIMEOUT:.0f} s.", out_of_memory=False) from None
    infer = 1000 * (time.monotonic() - started)
    verdicts = {}
    for entry, judgement, features in zip(entries, judgements, outputs.features, strict=True):
        entry.timings = msgspec.structs.replace(entry.timings, infer=infer, batch_size=len(entries))
        verdicts[id(entry)] = Verdict(judgement, pack_features(features))
    return verdicts
