"""From requests to a batch for the device: late ones dropped, posters fetched and decoded side by side."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import structlog

from broker.work_queues import Delivery
from model_engine.errors import DeviceError, DeviceHangs, lacks_memory
from model_engine.judging import Judge
from models.messages import JudgeRequest, ResultKind, Timings
from posters.intake import Refusal, decode
from posters.store import PosterMissing, PosterStore

log = structlog.get_logger(__name__)

STORE_FAILED: Final = "store_failed"

FETCH_TIMEOUT: Final = 30.0
"""Seconds for one poster from the store; a read that takes longer has lost its thread, or its network."""


@dataclass(kw_only=True)
class Entry:
    """One request on its way through the engine."""

    delivery: Delivery[JudgeRequest]
    pixels: np.ndarray | None = None
    """The network's input, uint8 [height, width, 3]; None if the outcome is known without it."""
    kind: ResultKind = ResultKind.JUDGED
    cause: str = ""
    timings: Timings = field(default_factory=Timings)

    @property
    def request(self) -> JudgeRequest:
        """What is asked."""
        return self.delivery.body

    def end(self, kind: ResultKind, cause: str) -> None:
        """This request ends without a judgement."""
        self.kind, self.cause = kind, cause


async def prepare(
    deliveries: Sequence[Delivery[JudgeRequest]], *, judge: Judge, store: PosterStore, max_attempts: int
) -> list[Entry]:
    """Entries in the order of the deliveries, ready for the device or already ended.

    Args:
        deliveries: as pulled.
        judge: knows the network's input.
        store: of posters.
        max_attempts: deliveries at which a request is given up.

    Raises:
        DeviceError: the machine is out of memory, or the store does not answer: no poster's fault, so all stay in
            the queue for another process.
    """
    entries = [Entry(delivery=delivery) for delivery in deliveries]
    await asyncio.gather(*(_prepare_one(entry, judge, store, max_attempts) for entry in entries))
    return entries


async def _prepare_one(entry: Entry, judge: Judge, store: PosterStore, max_attempts: int) -> None:
    pulled = time.time()
    queue = max(1000 * (pulled - entry.request.queued_at), 0.0)
    entry.timings = Timings(queue=queue)
    if entry.delivery.attempt >= max_attempts:
        entry.end(ResultKind.FAILED, "gave_up")
    elif entry.request.deadline < pulled:
        entry.end(ResultKind.EXPIRED, "deadline")
    else:
        await _decode(entry, judge, store, queue)


async def _decode(entry: Entry, judge: Judge, store: PosterStore, queue: float) -> None:
    started = time.monotonic()
    try:
        async with asyncio.timeout(FETCH_TIMEOUT) as limit:
            jpeg = await store.get(entry.request.poster_id)
        fetched = time.monotonic()
        entry.pixels = await asyncio.to_thread(lambda: judge.prepare(decode(jpeg)))
    except Exception as error:
        if limit.expired():
            raise DeviceHangs(f"A poster did not come within {FETCH_TIMEOUT:.0f} s.", out_of_memory=False) from None
        if lacks_memory(error):
            raise DeviceError("The engine ran out of memory.", out_of_memory=True) from error
        entry.end(ResultKind.FAILED, _cause(error, entry.request.poster_id))
    else:
        entry.timings = Timings(
            queue=queue,
            fetch=1000 * (fetched - started),
            decode=1000 * (time.monotonic() - fetched),
        )


def _cause(error: Exception, poster_id: str) -> str:
    if isinstance(error, PosterMissing):
        return "poster_missing"
    if isinstance(error, Refusal):
        # The bot stored only what decodes; so the store gave back something else.
        log.error("engine.undecodable_poster", poster=poster_id)
        return "undecodable"
    # A store that is out of order must not end the loop that all other requests depend on.
    log.error("engine.store_failed", poster=poster_id, exc_info=error)
    return STORE_FAILED
