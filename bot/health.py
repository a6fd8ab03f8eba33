"""What is wrong with this bot process, and saying so every few seconds."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import discord
import structlog

from bot.judging.database_pulse import DatabasePulse
from broker.connection import Broker
from broker.errors import BrokerError
from broker.heartbeats import beat, leave
from models.messages import Heartbeat

log = structlog.get_logger(__name__)

PULSE: Final = 2.0
"""Seconds between two signs of life."""


class Health:
    """The heartbeat of a bot process. It goes out whatever hangs beside it, and names that."""

    def __init__(
        self,
        *,
        client: discord.AutoShardedClient,
        broker: Broker,
        database_pulse: DatabasePulse,
        name: str,
        detail: Callable[[], str],
    ) -> None:
        """`name` is the process's, `detail` the heartbeat's."""
        self._client = client
        self._broker = broker
        self._database_pulse = database_pulse
        self._name = name
        self._detail = detail
        self.more: list[Callable[[], str | None]] = []
        """Further looks: each gives a sentence, or None when all is well."""

    def problems(self) -> tuple[str, ...]:
        """What keeps the bot from its work, a sentence each; none when all is well."""
        found = [self._of_queue(), self._of_discord(), self._database_pulse.problem, *(look() for look in self.more)]
        return tuple(sentence for sentence in found if sentence is not None)

    async def run(self) -> None:
        """Beats until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(PULSE)

    async def beat(self) -> None:
        """One sign of life, if the queue takes it."""
        try:
            await beat(self._broker, self._heartbeat())
        except BrokerError as error:
            log.warning("health.no_heartbeat", reason=str(error))

    async def leave(self) -> None:
        """Says goodbye."""
        await leave(self._broker, self._heartbeat())

    def _of_queue(self) -> str | None:
        return None if self._broker.connected else "The bot is not connected to the queue."

    def _of_discord(self) -> str | None:
        shards = self._client.shards
        lost = sorted(number for number, shard in shards.items() if shard.is_closed())
        if not shards or len(lost) == len(shards) or not self._client.is_ready():
            return "The bot is not connected to Discord."
        if lost:
            return f"The bot is not connected to Discord with shards {', '.join(map(str, lost))}."
        return None

    def _heartbeat(self) -> Heartbeat:
        problems = self.problems()
        return Heartbeat(
            id=self._name,
            kind="bot",
            at=time.time(),
            state="impaired" if problems else "ready",
            detail=self._detail(),
            problems=problems,
        )
