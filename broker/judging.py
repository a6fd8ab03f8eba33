"""The two subjects of a judgement: requests to the engines, results to the bots."""

import nats.errors
import nats.js.errors
import structlog
from nats.js import JetStreamContext

from broker import streams
from broker.connection import Broker
from broker.errors import BrokerUnavailable
from broker.work_queues import Delivery, publish, pull
from models.messages import JudgeRequest, JudgeResult

log = structlog.get_logger(__name__)


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
        return await publish(self._broker, streams.REQUEST_SUBJECT, request, request.prediction_id)

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
    await publish(broker, streams.RESULT_SUBJECT, result, result.prediction_id)


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
        return await pull(self._subscription, most, wait, JudgeRequest)


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
        return await pull(self._subscription, most, wait, JudgeResult)
