"""The intake of a reply's pictures, and a word about the wait when it takes longer."""

import asyncio
import math
import time
from collections.abc import Sequence
from typing import Final

import structlog

from bot.judging.delivery import Delivery
from bot.judging.judging import Judging
from broker.connection import Broker
from broker.errors import BrokerUnavailable
from broker.heartbeats import all_heartbeats, is_well
from broker.judging import RequestPublisher
from models.tables import Prediction

log = structlog.get_logger(__name__)

WAIT_BEFORE_A_WORD: Final = 2.0
"""Seconds of "thinking…" that need no explanation; most answers are there by then."""

LOOK_INTERVAL: Final = 1.0
"""Seconds for which it is taken as known whether an engine is there."""

NO_ENGINE: Final = "The judge is away for a moment. Your poster is kept, and judged as soon as the judge is back."


class Waiting:
    """Prepares a reply's predictions and tells its member how many are ahead."""

    def __init__(self, *, judging: Judging, delivery: Delivery, broker: Broker, requests: RequestPublisher) -> None:
        self._judging = judging
        self._delivery = delivery
        self._broker = broker
        self._requests = requests
        self._looking = asyncio.Lock()
        self._looked_at = -math.inf
        self._engine = False

    async def prepare(self, predictions: Sequence[Prediction]) -> int | None:
        """Brings a reply's predictions into the queue; gives the last one's number there, None without any."""
        sequences = await asyncio.gather(*(self._judging.prepare(row) for row in predictions))
        return max((sequence for sequence in sequences if sequence is not None), default=None)

    async def tell_place(self, reply_id: int, sequence: int | None) -> None:
        """Waits a moment, and if the member still waits then, says why."""
        if sequence is None:
            return
        await asyncio.sleep(WAIT_BEFORE_A_WORD)
        # Most are answered by now, and asking the queue costs more than judging does.
        if not await self._delivery.is_waiting(reply_id):
            return
        try:
            sentence = await self._sentence(sequence)
        except BrokerUnavailable as error:
            log.info("waiting.place_unknown", reply=reply_id, reason=str(error))
            return
        if sentence is not None:
            await self._delivery.tell_progress(reply_id, sentence)

    async def _sentence(self, sequence: int) -> str | None:
        if not await self._engine_is_there():
            return NO_ENGINE
        ahead = await self._requests.ahead_of(sequence)
        return f"About {ahead} ahead of you." if ahead > 0 else None

    async def _engine_is_there(self) -> bool:
        # Listing the heartbeats makes and deletes a consumer: once for all who wait, not once for each.
        async with self._looking:
            if time.monotonic() - self._looked_at > LOOK_INTERVAL:
                beats = await all_heartbeats(self._broker)
                self._engine = any(beat.kind == "engine" and is_well(beat) for beat in beats)
                self._looked_at = time.monotonic()
            return self._engine
