"""The two subjects of a judgement: requests to the engines, results to the bots."""

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

from broker import store_faults, streams
from broker.connection import Broker
from broker.errors import BrokerUnavailable, QueueFull
from models.messages import JudgeRequest, JudgeResult

log = structlog.get_logger(__name__)

NOT_STORED: Final = 10077
"""JetStream's error code when a discard-new stream is full, and when the disk is; the description tells which."""

REST_OF_BATCH_TIMEOUT: Final = 0.25
"""Seconds to wait for messages that the server said are there; only a message lost on the way uses them up."""

Body = TypeVar("Body", JudgeRequest, JudgeResult)


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


class RequestPublisher:
    """The bot's side of the work queue."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def publish(self, request: JudgeRequest) -> int:
        """Queues a request once, however often it is published; gives its number in the queue.

        Raises:
            QueueFull: as many wait as may.
            BrokerUnavailable: the queue does not answer; whether it took the request is not known.
        """
        ack = await _publish(self._broker, streams.REQUEST_SUBJECT, request)
        return ack

    async def withdraw(self, request: JudgeRequest) -> None:
        """Takes a request out of the queue, and keeps it out for as long as its id is remembered.

        One that an engine has in hand is judged all the same.

        Raises:
            QueueFull: as many wait as may, and it is not among them.
            BrokerUnavailable: the queue does not answer; whether the request is there is not known.
        """
        # A repetition is not stored, and its acknowledgement names the place of the first one.
        sequence = await self.publish(request)
        try:
            await self._broker.js.delete_msg(streams.REQUESTS, sequence)
        except nats.js.errors.APIError:
            log.info("broker.withdrawn_too_late", prediction=request.prediction_id)
        except (TimeoutError, nats.errors.Error) as error:
            raise BrokerUnavailable("The queue does not answer.") from error

    async def ahead_of(self, sequence: int) -> int:
        """About how many requests were queued before `sequence` and are not answered yet.

        Raises:
            BrokerUnavailable: the queue does not answer.
        """
        try:
            info = await self._broker.js.consumer_info(streams.REQUESTS, streams.ENGINES)
        except nats.errors.Error as error:
            raise BrokerUnavailable("The queue does not answer.") from error
        floor = info.ack_floor.stream_seq if info.ack_floor else 0
        return max(sequence - 1 - floor, 0)

    async def depth(self) -> int:
        """How many requests wait or are being judged.

        Raises:
            BrokerUnavailable: the queue does not answer.
        """
        try:
            info = await self._broker.js.stream_info(streams.REQUESTS)
        except nats.errors.Error as error:
            raise BrokerUnavailable("The queue does not answer.") from error
        return info.state.messages


async def publish_result(broker: Broker, result: JudgeResult) -> None:
    """Sends a result; a second one for the same prediction is dropped by the server.

    Raises:
        BrokerUnavailable: the server did not confirm.
        QueueFull: too many results wait for a bot.
    """
    await _publish(broker, streams.RESULT_SUBJECT, result)


class RequestQueue:
    """The engines' side of the work queue."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription

    @classmethod
    async def open(cls, broker: Broker) -> "RequestQueue":
        """Joins the engines that share the queue."""
        return cls(await broker.js.pull_subscribe_bind(consumer=streams.ENGINES, stream=streams.REQUESTS))

    async def pull(self, most: int, wait: float) -> list[Delivery[JudgeRequest]]:
        """Up to `most` requests that are there now; waits up to `wait` seconds for a first one, never for more.

        A request that was delivered before comes alone.

        Raises:
            BrokerUnavailable: the queue does not answer.
        """
        return await _pull(self._subscription, most, wait, JudgeRequest)


class ResultQueue:
    """The bots' side of the results."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription

    @classmethod
    async def open(cls, broker: Broker) -> "ResultQueue":
        """Joins the bot processes that share the results."""
        return cls(await broker.js.pull_subscribe_bind(consumer=streams.BOTS, stream=streams.RESULTS))

    async def pull(self, most: int, wait: float) -> list[Delivery[JudgeResult]]:
        """Like `RequestQueue.pull`, for results."""
        return await _pull(self._subscription, most, wait, JudgeResult)


async def _publish(broker: Broker, subject: str, body: JudgeRequest | JudgeResult) -> int:
    try:
        ack = await broker.js.publish(
            subject, msgspec.msgpack.encode(body), headers={Header.MSG_ID: body.prediction_id}
        )
    except nats.js.errors.APIError as error:
        if error.err_code == NOT_STORED and "maximum messages" in (error.description or ""):
            raise QueueFull("The queue is full.") from None
        await store_faults.report(broker)
        raise BrokerUnavailable("The queue refused the message.") from error
    except (TimeoutError, nats.errors.Error) as error:
        await store_faults.report(broker)
        raise BrokerUnavailable("The queue does not answer.") from error
    return ack.seq


async def _pull(
    subscription: JetStreamContext.PullSubscription, most: int, wait: float, kind: type[Body]
) -> list[Delivery[Body]]:
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
