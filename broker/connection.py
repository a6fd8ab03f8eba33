"""One process's connection to the queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Self

import nats
import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.kv import KeyValue

from broker import streams
from broker.errors import BrokerMisconfigured, BrokerUnavailable
from broker.settings import BrokerSettings

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT: Final = 10.0
"""Seconds until the first connection has to stand."""

REQUEST_TIMEOUT: Final = 5.0
"""Seconds until the server has to answer one request."""

PING_INTERVAL: Final = 10.0
"""Seconds between two looks at whether the server still answers; the third look without an answer ends the connection,
so that one which died without a word is replaced within forty seconds."""

PAUSE_AFTER_FAULT: Final = 1.0
"""Seconds before the streams are asked for again."""


class Broker:
    """A connection that reconnects for ever and re-creates the streams each time it does."""

    def __init__(self, client: Client, settings: BrokerSettings) -> None:
        self.client = client
        """For what needs no stream; all else goes through the modules of this package."""
        self.settings = settings
        self.js: JetStreamContext = client.jetstream(timeout=REQUEST_TIMEOUT)
        self.heartbeats: KeyValue
        self.champions: KeyValue
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    @classmethod
    async def connect(cls, url: str, settings: BrokerSettings, *, name: str) -> Self:
        """Connects and makes sure that the streams are there.

        Args:
            url: of the server, with its token; never logged.
            settings: limits of the streams.
            name: shown in the server's list of connections.

        Raises:
            BrokerUnavailable: nothing answers, it refuses the token, or it cannot store (a full disk, say).
            BrokerMisconfigured: it refuses the streams.
        """
        client = Client()
        broker = cls(client, settings)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await client.connect(
                    servers=[url],
                    name=name,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.25,  # type: ignore[arg-type]  # Any number of seconds will do.
                    ping_interval=PING_INTERVAL,  # type: ignore[arg-type]  # Any number of seconds will do.
                    drain_timeout=5,
                    error_cb=broker._on_error,
                    disconnected_cb=broker._on_disconnect,
                    reconnected_cb=broker._on_reconnect,
                )
                await broker._ensure()
        except nats.js.errors.BadRequestError as error:
            await broker.close()
            raise BrokerMisconfigured(
                f"The queue refuses the streams; look at POSTER_JUDGE_QUEUE_*: {error.description}"
            ) from None
        except (TimeoutError, OSError, nats.errors.Error) as error:
            await broker.close()
            raise BrokerUnavailable(f"The queue cannot be reached ({type(error).__name__}).") from None
        return broker

    @property
    def connected(self) -> bool:
        """Whether the connection stands right now."""
        return self.client.is_connected

    async def close(self) -> None:
        """Flushes what was published, within a limit, and leaves."""
        for task in self._tasks:
            task.cancel()
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT):
                if self.client.is_connected:
                    await self.client.flush()
                self._closing = True  # From here on a lost connection is what was asked for.
            if not self.client.is_closed:
                await self.client.close()
        except (TimeoutError, OSError, AssertionError, nats.errors.Error) as error:
            log.warning("broker.not_closed_in_order", error=type(error).__name__)

    async def _ensure(self) -> None:
        await streams.ensure(self.js, self.settings)
        self.heartbeats = await streams.bucket(self.js, streams.HEARTBEATS, self.settings, ttl=streams.HEARTBEAT_TTL)
        self.champions = await streams.bucket(self.js, streams.CHAMPIONS, self.settings)

    async def _ensure_again(self) -> None:
        while self.client.is_connected:
            try:
                await self._ensure()
            except (TimeoutError, nats.errors.Error) as error:
                # A server that has just come up again may need a while for its store.
                log.warning("broker.streams_not_ready", error=type(error).__name__)
                await asyncio.sleep(PAUSE_AFTER_FAULT)
            else:
                return

    async def _on_error(self, error: Exception) -> None:
        # While it reconnects, each try fails with an error that says no more than the disconnection did.
        if self.client.is_connected:
            # The text may hold the server's address, and with it the token.
            log.warning("broker.error", error=type(error).__name__)

    async def _on_disconnect(self) -> None:
        if not self._closing:
            log.warning("broker.disconnected")

    async def _on_reconnect(self) -> None:
        log.info("broker.reconnected")
        # Not awaited: this callback runs in the task that reads the answers it would wait for.
        task = asyncio.create_task(self._ensure_again())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@asynccontextmanager
async def connected(url: str, settings: BrokerSettings, *, name: str) -> AsyncIterator[Broker]:
    """A broker for the length of a block."""
    broker = await Broker.connect(url, settings, name=name)
    try:
        yield broker
    finally:
        await broker.close()
