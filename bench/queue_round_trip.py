"""Messages a second through the embedded queue and back, beside the same done with nats-py alone.

Run it as `python -m bench.queue_round_trip`. All sides share this one process and its loop: what limits is Python,
not the server.
"""

import asyncio
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

import nats
import typer
from nats.aio.client import Client

from bench.figures import median, spread
from broker.connection import Broker, connected
from broker.embedded import EmbeddedServer
from broker.judging import RequestPublisher, RequestQueue, ResultQueue, publish_result
from broker.settings import BrokerSettings
from broker.work_queues import Delivery
from launcher.parent_death import die_with_parent
from models.genres import GENRES
from models.judgements import Judgement, ScoreJudgement
from models.messages import JudgeRequest, JudgeResult, ResultKind
from models.versions import STARTER_VERSION

BATCH: Final = 32
"""Requests that the engine's side takes at a time."""

IN_FLIGHT: Final = 256
"""Requests that are published and not answered at a time."""

WAIT: Final = 5.0
"""Seconds until a side that gets nothing gives up."""

PLAIN_STREAM: Final = "BENCH_PLAIN"
PLAIN_SUBJECT: Final = "bench.request"

Times = dict[str, float]
"""When what was published or answered, by message id, in seconds of `time.perf_counter`."""


def main(
    messages: Annotated[int, typer.Option(min=100, max=20_000, help="Messages of each round.")] = 1500,
    rounds: Annotated[int, typer.Option(min=1, max=5, help="Rounds of each kind, taken in turn.")] = 3,
) -> None:
    """Measure publish, pull in batches of 32 and result, ours beside plain nats-py."""
    with tempfile.TemporaryDirectory(prefix="poster-judge-bench-") as folder:
        asyncio.run(_measure(Path(folder), messages, rounds))


async def _measure(folder: Path, messages: int, rounds: int) -> None:
    server = EmbeddedServer(folder, before_exec=die_with_parent())
    await server.start()
    try:
        async with connected(server.url, BrokerSettings(queue_limit=2 * IN_FLIGHT), name="bench") as broker:
            plain = await nats.connect(server.url)
            rates: dict[str, list[float]] = {}
            kinds: dict[str, Callable[[], Awaitable[list[float]]]] = {
                "plain, memory": lambda: _plain(plain, messages, "memory"),
                "plain, file": lambda: _plain(plain, messages, "file"),
                "ours": lambda: _ours(broker, messages),
            }
            try:
                for _ in range(rounds):
                    for name, work in kinds.items():
                        rates.setdefault(name, []).append(await _round(name, messages, work))
            finally:
                await plain.close()
    finally:
        await server.stop()
    for name in ("plain, memory", "plain, file"):
        print(f"ours as a ratio of {name} (medians): {median(rates['ours']) / median(rates[name]):.2f}")


async def _round(name: str, messages: int, work: Callable[[], Awaitable[list[float]]]) -> float:
    started = time.perf_counter()
    latencies = await work()
    rate = messages / (time.perf_counter() - started)
    print(f"{name:<14}{rate:6.0f} a second; there and back in ms, p50 p95 p99 max: {spread(latencies)}")
    return rate


async def _ours(broker: Broker, messages: int) -> list[float]:
    """Requests on the work queue, a result with features on its stream, confirmed and deduplicated each."""
    sent: Times = {}
    answered: Times = {}
    slots = asyncio.Semaphore(IN_FLIGHT)
    publisher = RequestPublisher(broker)

    async def publish(prediction_id: str) -> None:
        await slots.acquire()
        sent[prediction_id] = time.perf_counter()
        now = time.time()
        await publisher.publish(
            JudgeRequest(prediction_id=prediction_id, poster_id="0" * 64, deadline=now + 600, queued_at=now)
        )

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_engine(broker, await RequestQueue.open(broker), messages))
        tasks.create_task(_bot(await ResultQueue.open(broker), messages, answered, slots))
        for _ in range(messages):
            tasks.create_task(publish(uuid.uuid4().hex))
    return [answered[prediction_id] - sent[prediction_id] for prediction_id in sent]


async def _engine(broker: Broker, queue: RequestQueue, messages: int) -> None:
    judgement = Judgement(
        model_version=STARTER_VERSION,
        genres=dict.fromkeys(GENRES, 0.1),
        score=ScoreJudgement.from_distribution((0.05,) * 20),
    )

    async def answer(delivery: Delivery[JudgeRequest]) -> None:
        result = JudgeResult(
            prediction_id=delivery.body.prediction_id,
            kind=ResultKind.JUDGED,
            engine="bench",
            runtime="none",
            judgement=judgement,
            features=bytes(2560),
        )
        await publish_result(broker, result)
        await delivery.acknowledge()

    done = 0
    while done < messages:
        batch = await queue.pull(BATCH, WAIT)
        if not batch:
            raise RuntimeError(f"Nothing came for {WAIT} s after {done} messages.")
        await asyncio.gather(*(answer(delivery) for delivery in batch))
        done += len(batch)


async def _bot(queue: ResultQueue, messages: int, answered: Times, slots: asyncio.Semaphore) -> None:
    while len(answered) < messages:
        batch = await queue.pull(64, WAIT)
        if not batch:
            raise RuntimeError(f"No result came for {WAIT} s after {len(answered)}.")
        await asyncio.gather(*(delivery.acknowledge() for delivery in batch))
        for delivery in batch:
            answered[delivery.body.prediction_id] = time.perf_counter()
            slots.release()


async def _plain(client: Client, messages: int, storage: str) -> list[float]:
    """The least: a request on one stream, pulled in batches, answered by a message that nobody keeps or confirms."""
    js = client.jetstream()
    await js.add_stream(name=PLAIN_STREAM, subjects=[PLAIN_SUBJECT], retention="workqueue", storage=storage)
    sent: Times = {}
    answered: Times = {}
    everything = asyncio.Event()
    slots = asyncio.Semaphore(IN_FLIGHT)

    async def on_answer(message: nats.aio.msg.Msg) -> None:
        answered[message.data.decode()] = time.perf_counter()
        slots.release()
        if len(answered) == messages:
            everything.set()

    async def publish(key: str) -> None:
        await slots.acquire()
        sent[key] = time.perf_counter()
        await js.publish(PLAIN_SUBJECT, key.encode())

    async def serve() -> None:
        queue = await js.pull_subscribe(PLAIN_SUBJECT, durable="bench")
        done = 0
        while done < messages:
            batch = await queue.fetch(BATCH, timeout=WAIT)
            for message in batch:
                await client.publish("bench.answer", message.data)
                await message.ack()
            done += len(batch)

    subscription = await client.subscribe("bench.answer", cb=on_answer)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(serve())
        for number in range(messages):
            tasks.create_task(publish(str(number)))
        tasks.create_task(everything.wait())
    await subscription.unsubscribe()
    await js.delete_stream(PLAIN_STREAM)
    return [answered[key] - sent[key] for key in sent]


if __name__ == "__main__":
    typer.run(main)
