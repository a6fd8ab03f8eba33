"""What all work queues share: publishing once, and deliveries that stay until they are acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec
import nats.errors
import nats.js.errors
import structlog
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header

from broker import store_faults
from broker.connection import Broker
from broker.errors import BrokerUnavailable, QueueFull

log = structlog.get_logger(__name__)

NOT_STORED: Final = 10077
"""JetStream's error code when a discard-new stream is full, and when the disk is; the description tells which."""

REST_OF_BATCH_TIMEOUT: Final = 0.25
"""Seconds to wait for messages that the server said are there; only a message lost on the way uses them up."""

Body = TypeVar("Body", bound=msgspec.Struct)


@dataclass(frozen=True, kw_only=True)
class Delivery(Generic[Body]):
    """A message taken from a stream, which stays there until it is acknowledged."""

    body: Body
    attempt: int
    """1 for the first delivery; more when a process died with it or took too long."""
    _message: Msg

    async def acknowledge(self) -> None:
        """Done: the message leaves the stream. Waits for the server's word.

        Raises:
            BrokerUnavailable: the server did not confirm; the message may come again.
        """
        try:
            await self._message.ack_sync(timeout=2.0)
        except nats.errors.Error as error:
            raise BrokerUnavailable("The queue did not confirm.") from error

    async def in_progress(self) -> None:
        """Still working: the wait before it is given to another starts anew.

        Raises:
            BrokerUnavailable: the server was not reached.
        """
        try:
            await self._message.in_progress()
        except nats.errors.Error as error:
            raise BrokerUnavailable("The queue was not reached.") from error


async def publish(broker: Broker, subject: str, body: msgspec.Struct, message_id: str) -> int:
    """Stores a message once, however often it is published; gives its number in the stream.

    Raises:
        QueueFull: as many wait as may.
        BrokerUnavailable: the server did not confirm; whether it took the message is not known.
    """
    try:
        ack = await broker.js.publish(subject, msgspec.msgpack.encode(body), headers={Header.MSG_ID: message_id})
    except nats.js.errors.APIError as error:
        if error.err_code == NOT_STORED and "maximum messages" in (error.description or ""):
            raise QueueFull("The queue is full.") from None
        await store_faults.report(broker)
        raise BrokerUnavailable("The queue refused the message.") from error
    except (TimeoutError, nats.errors.Error) as error:
        await store_faults.report(broker)
        raise BrokerUnavailable("The queue does not answer.") from error
    return ack.seq


async def pull(
    subscription: JetStreamContext.PullSubscription, most: int, wait: float, kind: type[Body]
) -> list[Delivery[Body]]:
    """Up to `most` messages that are there now; waits up to `wait` seconds for a first one, never for more.

    One that was delivered before comes alone.

    Raises:
        BrokerUnavailable: the server does not answer.
    """
    try:
        messages = await subscription.fetch(1, timeout=wait)
        messages += await _fetch_rest(subscription, _more(messages, most))
    except (TimeoutError, nats.errors.TimeoutError):
        return []
    except nats.errors.Error as error:
        raise BrokerUnavailable("The queue does not answer.") from error
    return await _decoded(messages, kind)


def _more(messages: Sequence[Msg], most: int) -> int:
    """How many more messages to take along.

    The server says how many wait, so that a batch is what is there now and nobody waits for a full one. A message
    that was delivered before is a suspect: somebody died or hung with it. It comes alone, so that if it kills again
    it takes no other message's attempts with it. (Redelivered messages come before new ones.)
    """
    if not messages or (messages[0].metadata.num_delivered or 1) > 1:
        return 0
    return min(messages[0].metadata.num_pending or 0, most - 1)


async def _fetch_rest(subscription: JetStreamContext.PullSubscription, count: int) -> list[Msg]:
    if count <= 0:
        return []
    try:
        return await subscription.fetch(count, timeout=REST_OF_BATCH_TIMEOUT)
    except (TimeoutError, nats.errors.TimeoutError):  # Another process was faster.
        return []


async def _drop(message: Msg) -> None:
    try:
        await message.term()
    except nats.errors.Error as error:
        log.warning("broker.not_dropped", error=type(error).__name__)


async def _decoded(messages: Sequence[Msg], kind: type[Body]) -> list[Delivery[Body]]:
    deliveries = []
    for message in messages:
        try:
            body = msgspec.msgpack.decode(message.data, type=kind)
        except msgspec.DecodeError:
            # Nobody can ever answer it, and left in place it would come back for ever.
            log.error("broker.unreadable_message", subject=message.subject)
            await _drop(message)
            continue
        deliveries.append(Delivery(body=body, attempt=message.metadata.num_delivered or 1, _message=message))
    return deliveries
