"""The streams and key-value buckets, declared once and re-created at every connect.

Each choice below was seen or is documented at docs.nats.io (JetStream, "Streams" and "Consumers"):

- No `max_deliver` on the work queue: exhausted messages would stay and fill it. The engine reads the delivery
  count itself and terminates what it gives up.
- Discard-new with a message limit refuses a publish and does not remember the refused id, so that the same
  request may be published again later.
- The duplicate window may not exceed the maximum age.
"""

from typing import Final

import nats.js.errors
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    KeyValueConfig,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.kv import KeyValue

from broker.settings import BrokerSettings

REQUESTS: Final = "JUDGE_REQUESTS"
REQUEST_SUBJECT: Final = "judge.request"
ENGINES: Final = "engines"
"""Durable consumer that all engines pull from."""

RESULTS: Final = "JUDGE_RESULTS"
RESULT_SUBJECT: Final = "judge.result"
BOTS: Final = "bots"
"""Durable consumer that all bot processes pull from."""

TRAININGS: Final = "TRAIN_REQUESTS"
TRAIN_SUBJECT: Final = "train.request"
TRAINERS: Final = "trainers"
"""Durable consumer that all trainers pull from."""

TRAININGS_LIMIT: Final = 16
"""One run is under way at a time; the rest are requests that were told twice."""

RESULTS_LIMIT: Final = 100_000
"""Results that may wait for a bot: at some 5 kB each, half a gigabyte of disk. Beyond it engines stop acknowledging."""

RESULTS_MAX_AGE: Final = 24 * 3600.0
"""Seconds that results wait for a bot that is down; longer than any interaction lives, because rows are kept."""

CHAMPIONS: Final = "champions"
"""Bucket of the one entry that says which version judges."""

HEARTBEATS: Final = "heartbeats"
HEARTBEAT_TTL: Final = 30.0
"""Seconds after which the entry of a process that died disappears."""


def request_stream(settings: BrokerSettings) -> StreamConfig:
    """The bounded work queue of posters that wait for an engine."""
    return _work_queue(REQUESTS, REQUEST_SUBJECT, settings.queue_limit, settings.queue_max_age, settings)


def result_stream(settings: BrokerSettings) -> StreamConfig:
    """Results on their way to a bot."""
    max_age = max(RESULTS_MAX_AGE, settings.queue_max_age)
    return _work_queue(RESULTS, RESULT_SUBJECT, RESULTS_LIMIT, max_age, settings)


def train_stream(settings: BrokerSettings) -> StreamConfig:
    """Runs that wait for a trainer; their rows are the truth, so that a lost request is published again."""
    max_age = max(RESULTS_MAX_AGE, settings.queue_max_age)
    return _work_queue(TRAININGS, TRAIN_SUBJECT, TRAININGS_LIMIT, max_age, settings)


def _work_queue(name: str, subject: str, limit: int, max_age: float, settings: BrokerSettings) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=[subject],
        retention=RetentionPolicy.WORK_QUEUE,
        discard=DiscardPolicy.NEW,
        max_msgs=limit,
        max_age=max_age,
        duplicate_window=settings.queue_max_age,
        storage=StorageType.FILE,
        num_replicas=settings.queue_replicas,
    )


def consumer(name: str, settings: BrokerSettings) -> ConsumerConfig:
    """A durable pull consumer shared by all processes of one kind."""
    return ConsumerConfig(
        durable_name=name,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=settings.queue_ack_wait,
        # Far above what all engines together hold, so that it never throttles a large batch.
        max_ack_pending=20_000,
    )


async def ensure(js: JetStreamContext, settings: BrokerSettings) -> None:
    """Creates what is missing and brings what exists to the settings."""
    for config in (request_stream(settings), result_stream(settings), train_stream(settings)):
        try:
            await js.add_stream(config)
        except nats.js.errors.BadRequestError:  # It exists with other limits.
            await js.update_stream(config)
    for stream, name in ((REQUESTS, ENGINES), (RESULTS, BOTS), (TRAININGS, TRAINERS)):
        await js.add_consumer(stream, consumer(name, settings))
        await _drop_acknowledged(js, stream, name)


async def _drop_acknowledged(js: JetStreamContext, stream: str, consumer_name: str) -> None:
    """Removes what was acknowledged and is there all the same.

    A server killed between noting an acknowledgement and removing the message restores both: the consumer passes the
    message over, and it would count against the stream's limit until it is too old (seen in the soak).
    """
    floor = (await js.consumer_info(stream, consumer_name)).ack_floor
    state = (await js.stream_info(stream)).state
    # Everything up to the floor was acknowledged, whatever order it happened in.
    if floor is not None and state.messages and state.first_seq <= floor.stream_seq:
        await js.purge_stream(stream, seq=floor.stream_seq + 1)


async def bucket(js: JetStreamContext, name: str, settings: BrokerSettings, ttl: float | None = None) -> KeyValue:
    """The key-value bucket, created if missing."""
    try:
        return await js.key_value(name)
    except nats.js.errors.NotFoundError:
        return await js.create_key_value(
            KeyValueConfig(bucket=name, ttl=ttl, history=1, replicas=settings.queue_replicas)
        )
