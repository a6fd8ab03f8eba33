"""Requests to the trainers; what becomes of them stands in the run's row."""

from nats.js import JetStreamContext

from broker import streams
from broker.connection import Broker
from broker.work_queues import Delivery, publish, pull
from models.messages import TrainRequest


async def request_training(broker: Broker, run_id: int, attempt: int = 0) -> None:
    """Queues a run for a trainer; the same run and attempt are queued once.

    Args:
        broker: keeps the request.
        run_id: of the row that says what to do.
        attempt: higher ones ask again for a run whose request was lost.

    Raises:
        QueueFull: too many wait.
        BrokerUnavailable: the queue does not answer; whether the request is there is not known.
    """
    await publish(broker, streams.TRAIN_SUBJECT, TrainRequest(run_id=run_id), f"run-{run_id}-{attempt}")


class TrainingQueue:
    """The trainers' side."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription

    @classmethod
    async def open(cls, broker: Broker) -> "TrainingQueue":
        """Joins the trainers that share the queue."""
        return cls(await broker.js.pull_subscribe_bind(consumer=streams.TRAINERS, stream=streams.TRAININGS))

    async def pull(self, wait: float) -> Delivery[TrainRequest] | None:
        """The next run, if there is one within `wait` seconds.

        Raises:
            BrokerUnavailable: the queue does not answer.
        """
        deliveries = await pull(self._subscription, 1, wait, TrainRequest)
        return deliveries[0] if deliveries else None
