"""Keeps the embedded queue alive: started again when it dies, and when it answers but can no longer store."""

import asyncio
import shutil
from pathlib import Path
from typing import Final

import structlog

from broker.cancelling import cancel_all
from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.errors import BrokerError
from broker.store_faults import until_reported

log = structlog.get_logger(__name__)

PAUSE: Final = 0.1
"""Seconds between a death and the next start."""

PAUSE_AFTER_FAULT: Final = 2.0
"""Seconds before a queue that did not start is tried again."""

ROOM: Final = 10_000_000
"""Bytes that have to be free before a queue whose disk was full is started again; before, it could not store either."""


async def keep_queue_alive(server: EmbeddedServer, broker: Broker, data_dir: Path) -> None:
    """Runs until cancelled.

    Args:
        server: started.
        broker: a connection to it.
        data_dir: whose disk it stores on.
    """
    while True:
        if await _dies_or_cannot_store(server, broker):
            log.warning("nats.died", exit_code=await server.wait())
        else:
            log.warning("nats.cannot_store", free_bytes=shutil.disk_usage(data_dir).free)
            while shutil.disk_usage(data_dir).free < ROOM:  # noqa: ASYNC110  # A disk tells nobody.
                await asyncio.sleep(PAUSE_AFTER_FAULT)
            await server.stop()
        await _start(server)


async def _dies_or_cannot_store(server: EmbeddedServer, broker: Broker) -> bool:
    """Waits for either; whether it died."""
    death = asyncio.create_task(server.wait())
    fault = asyncio.create_task(until_reported(broker))
    try:
        await asyncio.wait((death, fault), return_when=asyncio.FIRST_COMPLETED)
        return death.done()
    finally:
        await cancel_all((death, fault))


async def _start(server: EmbeddedServer) -> None:
    await asyncio.sleep(PAUSE)
    while True:
        try:
            await server.start()
        except BrokerError as error:
            log.error("nats.not_started", reason=str(error))
            await asyncio.sleep(PAUSE_AFTER_FAULT)
        else:
            return
