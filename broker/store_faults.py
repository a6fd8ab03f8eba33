"""Word of a queue that answers but cannot store.

After a full disk nats-server refuses to write to a stream until it is started again ("critical write error" in its
log): a publish then gets no answer, or error 10077, while everything else goes on as before (seen with 2.14). Only who
publishes notices, and only who started the server can help; plain messages, which nothing stores, travel between them.
"""

import asyncio
import contextlib
import time
from typing import Final

import nats.errors

from broker.connection import Broker

SUBJECT: Final = "queue.store_fault"

PERSISTS_AFTER: Final = 5.0
"""Seconds over which reports have to come: a server that was merely slow for a moment gets them all at once."""

FORGOTTEN_AFTER: Final = 60.0
"""Seconds after which a report without a second one counts no more."""


async def report(broker: Broker) -> None:
    """Says that a message was not stored; best effort."""
    with contextlib.suppress(nats.errors.Error):
        await broker.client.publish(SUBJECT)


async def until_reported(broker: Broker) -> None:
    """Waits until publishers report the fault, and go on doing so."""
    reported = asyncio.Queue[None](maxsize=1)

    async def on_report(_message: object) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            reported.put_nowait(None)

    subscription = await broker.client.subscribe(SUBJECT, cb=on_report)
    try:
        first = -FORGOTTEN_AFTER
        while True:
            await reported.get()
            passed = time.monotonic() - first
            if passed > FORGOTTEN_AFTER:
                first = time.monotonic()
            elif passed > PERSISTS_AFTER:
                return
    finally:
        with contextlib.suppress(nats.errors.Error):
            await subscription.unsubscribe()
