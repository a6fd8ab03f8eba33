"""Seeing a reply through: its intake, and a word about the wait when it takes longer."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from bot.judging.delivery import Delivery
from bot.judging.judging import Judging
from broker.connection import Broker
from broker.errors import BrokerUnavailable
from broker.heartbeats import all_heartbeats
from broker.judging import RequestPublisher
from models.tables import Prediction

log = structlog.get_logger(__name__)

WAIT_BEFORE_A_WORD: Final = 2.0
"""Seconds of "thinking…" that need no explanation; most answers are there by then."""

NO_ENGINE: Final = "The judge is away for a moment. Your poster is kept, and judged as soon as the judge is back."


class Waiting:
    """Prepares a reply's predictions and tells its member how many are ahead."""

    def __init__(self, *, judging: Judging, delivery: Delivery, broker: Broker, requests: RequestPublisher) -> None:
        self._judging = judging
        self._delivery = delivery
        self._broker = broker
        self._requests = requests

    async def see_through(self, reply_id: int, predictions: Sequence[Prediction]) -> None:
        """Runs apart from the command, which has ended; whatever fails here is taken up again by the sweeper."""
        try:
            sequences = await asyncio.gather(*(self._judging.prepare(row) for row in predictions))
            waiting = [sequence for sequence in sequences if sequence is not None]
            if waiting:
                await asyncio.sleep(WAIT_BEFORE_A_WORD)
                await self._tell_place(reply_id, max(waiting))
        except Exception:
            log.exception("waiting.failed", reply=reply_id)

    async def _tell_place(self, reply_id: int, sequence: int) -> None:
        try:
            sentence = await self._sentence(sequence)
        except BrokerUnavailable as error:
            log.info("waiting.place_unknown", reply=reply_id, reason=str(error))
            return
        if sentence is not None:
            await self._delivery.tell_progress(reply_id, sentence)

    async def _sentence(self, sequence: int) -> str | None:
        if not any(beat.kind == "engine" for beat in await all_heartbeats(self._broker)):
            return NO_ENGINE
        ahead = await self._requests.ahead_of(sequence)
        return f"About {ahead} ahead of you." if ahead > 0 else None
