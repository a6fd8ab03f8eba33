"""From requests to a batch for the device: late ones dropped, posters fetched and decoded side by side."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import structlog

from broker.judging import Delivery
from model_engine.judging import Judge
from models.messages import JudgeRequest, ResultKind, Timings
from posters.intake import Refusal, decode
from posters.store import PosterMissing, PosterStore

log = structlog.get_logger(__name__)

STORE_FAILED: Final = "store_failed"


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
        jpeg = await store.get(entry.request.poster_id)
        fetched = time.monotonic()
        entry.pixels = await asyncio.to_thread(lambda: judge.prepare(decode(jpeg)))
    except PosterMissing:
        entry.end(ResultKind.FAILED, "poster_missing")
    except Refusal:
        # The bot stored only what decodes; so the store gave back something else.
        log.error("engine.undecodable_poster", poster=entry.request.poster_id)
        entry.end(ResultKind.FAILED, "undecodable")
    except Exception:
        # A store that is out of order must not end the loop that all other requests depend on.
        log.exception("engine.store_failed", poster=entry.request.poster_id)
        entry.end(ResultKind.FAILED, STORE_FAILED)
    else:
        entry.timings = Timings(
            queue=queue,
            fetch=1000 * (fetched - started),
            decode=1000 * (time.monotonic() - fetched),
        )
