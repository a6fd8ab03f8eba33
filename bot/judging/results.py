"""Reading results from the queue, storing them and having them told."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.judging.clock import now
from bot.judging.delivery import Delivery
from bot.judging.sentences import DEADLINE, sentence_for
from broker.errors import BrokerError
from broker.judging import ResultQueue
from broker.work_queues import Delivery as Received
from models.database import Database
from models.database_faults import sentence_for_fault
from models.fail_points import reach
from models.messages import JudgeResult, ResultKind
from models.repositories import PredictionRepository
from models.tables import PredictionState

log = structlog.get_logger(__name__)

BATCH: Final = 64
"""Results stored in one unit of work."""

PULL_TIMEOUT: Final = 2.0
"""Seconds that one pull waits when nothing arrives."""

STUCK_AFTER: Final = 90.0
"""Seconds without a round after which something hangs for longer than any call of ours may take."""

PARALLEL_TELLING: Final = 32
"""Answers on their way to Discord at a time."""

PAUSE_AFTER_FAULT: Final = 1.0
"""Seconds before the next try when the queue or the database does not answer."""

OUTCOMES: Final = {
    ResultKind.JUDGED: PredictionState.ANSWERED,
    ResultKind.FAILED: PredictionState.FAILED,
    ResultKind.EXPIRED: PredictionState.EXPIRED,
}


class ResultReader:
    """Stores each result once and answers its member."""

    def __init__(
        self,
        *,
        database: Database,
        queue: ResultQueue,
        delivery: Delivery,
    ) -> None:
        self._database = database
        self._queue = queue
        self._delivery = delivery
        self._telling = asyncio.Semaphore(PARALLEL_TELLING)
        self._round_began = time.monotonic()

    @property
    def problem(self) -> str | None:
        """Says that results are not read although the loop lives; None as long as they are."""
        silent = time.monotonic() - self._round_began
        return f"No results were read for {silent:.0f} s." if silent > STUCK_AFTER else None

    async def run(self) -> None:
        """Reads until cancelled. A fault ends one round, never the loop."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._round_began = time.monotonic()
                try:
                    for reply_id in await self._read():
                        await self._telling.acquire()
                        tasks.create_task(self._tell(reply_id))
                except (BrokerError, SQLAlchemyError) as error:
                    log.warning("results.round_failed", error=type(error).__name__)
                    await asyncio.sleep(PAUSE_AFTER_FAULT)

    async def _read(self) -> list[int]:
        received = await self._queue.pull(BATCH, PULL_TIMEOUT)
        if not received:
            return []
        reach("bot.result_pulled")
        reply_ids = await self._keep([delivery.body for delivery in received])
        reach("bot.result_stored")
        # Only now: a bot killed before this line gets the results again, and the rows ignore the second ones.
        await asyncio.gather(*(self._acknowledge(delivery) for delivery in received))
        reach("bot.result_acknowledged")
        return reply_ids

    async def _keep(self, results: Sequence[JudgeResult]) -> list[int]:
        reply_ids: dict[int, None] = {}
        async with self._database.writing() as session:
            predictions = PredictionRepository(session)
            known = await predictions.of_results([result.prediction_id for result in results])
            for result in results:
                if result.prediction_id not in known:
                    log.warning("results.unknown_prediction", prediction=result.prediction_id)
                    continue
                reply_id, timings = known[result.prediction_id]
                timings |= msgspec.to_builtins(result.timings)
                if await predictions.decide(
                    result.prediction_id, OUTCOMES[result.kind], now(), timings=timings, **_columns(result)
                ):
                    reply_ids[reply_id] = None
        return list(reply_ids)

    async def _acknowledge(self, delivery: Received[JudgeResult]) -> None:
        try:
            await delivery.acknowledge()
        except BrokerError:
            log.warning("results.not_acknowledged", prediction=delivery.body.prediction_id)

    async def _tell(self, reply_id: int) -> None:
        try:
            await self._delivery.tell(reply_id)
        except SQLAlchemyError as error:
            # The row still says "decided": the sweeper tries again, and the other answers go on.
            log.warning("results.not_told", reply=reply_id, reason=sentence_for_fault(error))
        except Exception:
            log.exception("results.telling_failed", reply=reply_id)
        finally:
            self._telling.release()


def _columns(result: JudgeResult) -> dict[str, Any]:
    if result.kind is not ResultKind.JUDGED or result.judgement is None:
        cause = result.cause or DEADLINE
        return {"cause": cause, "explanation": sentence_for(cause)}
    return {
        "judgement": msgspec.to_builtins(result.judgement),
        "model_version": result.judgement.model_version,
        "backbone": result.backbone,
        "features": result.features,
    }
