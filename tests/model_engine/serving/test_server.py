"""The serving loop on a real queue, with a judge whose faults the test chooses."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from broker.connection import Broker
from broker.heartbeats import all_heartbeats
from broker.judging import RequestPublisher, RequestQueue, ResultQueue
from broker.settings import BrokerSettings
from broker.work_queues import Delivery
from model_engine.errors import DeviceError, DeviceHangs
from model_engine.judging import Judge
from model_engine.serving.champion import Judges
from model_engine.serving.server import Server
from models.messages import JudgeRequest, JudgeResult, ResultKind
from posters.intake import Limits, normalise
from posters.poster import NormalisedPoster
from posters.store import PosterStore
from tests.bot.scene import judgement, poster

Fault = Callable[[np.ndarray], None]


class ScriptedJudge:
    """A judge as the server knows it; `fault` sees each batch before it is judged."""

    def __init__(self, fault: Fault = lambda _: None) -> None:
        self.version: Any = SimpleNamespace(name="starter-3", manifest=SimpleNamespace(backbone="b"))
        self.runtime: Any = SimpleNamespace(name="scripted", best_batch_size=8)
        self.batches: list[int] = []
        self._fault = fault

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        return pixels[:8, :8]

    def judge_prepared(self, batch: np.ndarray) -> tuple[list[Any], Any]:
        self._fault(batch)
        self.batches.append(len(batch))
        features = np.ones((len(batch), 4), np.float32)
        return [judgement()] * len(batch), SimpleNamespace(features=features)


@pytest.fixture(autouse=True)
def _quick_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that nothing arrives at hears soon that it shall end."""
    monkeypatch.setattr("model_engine.serving.server.PULSE", 0.1)


@pytest.fixture
def broker_settings() -> BrokerSettings:
    return BrokerSettings(queue_limit=20, queue_ack_wait=1.0)


@pytest.fixture
def store() -> PosterStore:
    return PosterStore.open("memory://")


@pytest.fixture
async def picture(store: PosterStore) -> NormalisedPoster:
    return await stored(store, "darkred")


async def stored(store: PosterStore, colour: str) -> NormalisedPoster:
    normalised = normalise(poster(colour), Limits())
    await store.put(normalised)
    return normalised


async def ask(broker: Broker, name: str, poster_id: str, deadline: float | None = None) -> None:
    await RequestPublisher(broker).publish(
        JudgeRequest(
            prediction_id=name, poster_id=poster_id, deadline=deadline or time.time() + 60, queued_at=time.time()
        )
    )


async def server_of(broker: Broker, store: PosterStore, judge: ScriptedJudge | Judge) -> Server:
    return Server(
        broker=broker,
        queue=await RequestQueue.open(broker),
        judges=Judges(judge),  # type: ignore[arg-type]
        store=store,
        name="engine-under-test",
    )


@asynccontextmanager
async def serving(broker: Broker, store: PosterStore, judge: ScriptedJudge | Judge) -> AsyncIterator[None]:
    server = await server_of(broker, store, judge)
    running = asyncio.create_task(server.run())
    yield
    server.stop()
    await running


async def results(broker: Broker, count: int) -> dict[str, JudgeResult]:
    queue = await ResultQueue.open(broker)
    found: dict[str, JudgeResult] = {}
    async with asyncio.timeout(30):
        while len(found) < count:
            for delivery in await queue.pull(20, wait=1):
                found[delivery.body.prediction_id] = delivery.body
                await delivery.acknowledge()
    return found


async def until_empty(broker: Broker) -> None:
    async with asyncio.timeout(20):
        while await RequestPublisher(broker).depth():
            await asyncio.sleep(0)


async def test_what_waits_is_judged_as_one_batch_and_leaves_the_queue(
    broker: Broker, store: PosterStore, picture: NormalisedPoster
) -> None:
    for number in range(5):
        await ask(broker, f"p{number}", picture.sha256)
    judge = ScriptedJudge()
    async with serving(broker, store, judge):
        found = await results(broker, 5)
        await until_empty(broker)
    assert judge.batches == [5]
    result = found["p0"]
    assert result.kind is ResultKind.JUDGED
    assert result.judgement == judgement()
    assert result.features == np.ones(4, "<f2").tobytes()
    assert result.timings.batch_size == 5


async def test_a_poster_that_breaks_its_batch_fails_alone(
    broker: Broker, store: PosterStore, picture: NormalisedPoster
) -> None:
    poison = await stored(store, "blue")

    def break_on_blue(batch: np.ndarray) -> None:
        if (batch[..., 2] > 200).all(axis=(1, 2)).any():
            raise ValueError("a blue one")

    await ask(broker, "good", picture.sha256)
    await ask(broker, "bad", poison.sha256)
    await ask(broker, "also good", picture.sha256)
    async with serving(broker, store, ScriptedJudge(break_on_blue)):
        found = await results(broker, 3)
        await ask(broker, "later", picture.sha256)
        found |= await results(broker, 1)
    assert {name: result.kind for name, result in found.items()} == {
        "good": ResultKind.JUDGED,
        "bad": ResultKind.FAILED,
        "also good": ResultKind.JUDGED,
        "later": ResultKind.JUDGED,
    }
    assert found["bad"].cause == "inference_failed"


async def test_a_request_nobody_waits_for_is_not_judged_but_told(
    broker: Broker, store: PosterStore, picture: NormalisedPoster
) -> None:
    await ask(broker, "late", picture.sha256, deadline=time.time() - 1)
    judge = ScriptedJudge()
    async with serving(broker, store, judge):
        found = await results(broker, 1)
    assert (found["late"].kind, found["late"].cause) == (ResultKind.EXPIRED, "deadline")
    assert judge.batches == []


async def test_a_poster_that_is_not_in_the_store_fails_with_its_cause(broker: Broker, store: PosterStore) -> None:
    await ask(broker, "lost", "0" * 64)
    async with serving(broker, store, ScriptedJudge()):
        found = await results(broker, 1)
    assert (found["lost"].kind, found["lost"].cause) == (ResultKind.FAILED, "poster_missing")


async def test_a_store_that_is_out_of_order_does_not_end_the_engine(
    broker: Broker, store: PosterStore, picture: NormalisedPoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: str) -> bytes:
        raise OSError("no route to the store")

    with monkeypatch.context() as patched:
        patched.setattr(store, "get", fail)
        await ask(broker, "unlucky", picture.sha256)
        async with serving(broker, store, ScriptedJudge()):
            found = await results(broker, 1)
            patched.undo()
            await ask(broker, "lucky", picture.sha256)
            found |= await results(broker, 1)
    assert found["unlucky"].kind is ResultKind.FAILED
    assert found["lucky"].kind is ResultKind.JUDGED


async def test_a_lost_device_ends_the_engine_and_another_one_judges(
    broker: Broker, store: PosterStore, picture: NormalisedPoster
) -> None:
    def lose_device(_: np.ndarray) -> None:
        raise DeviceError("the GPU fell off the bus", out_of_memory=False)

    await ask(broker, "p", picture.sha256)
    server = await server_of(broker, store, ScriptedJudge(lose_device))
    with pytest.raises(DeviceError):
        await asyncio.wait_for(server.run(), 20)
    assert await all_heartbeats(broker) == []
    async with serving(broker, store, ScriptedJudge()):
        assert (await results(broker, 1))["p"].kind is ResultKind.JUDGED


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")], ids=["memory", "thread"])
async def test_a_machine_out_of_memory_fails_no_poster(
    broker: Broker, store: PosterStore, picture: NormalisedPoster, error: Exception
) -> None:
    def fail(_: np.ndarray) -> None:
        raise error

    await ask(broker, "p", picture.sha256)
    server = await server_of(broker, store, ScriptedJudge(fail))
    with pytest.raises(DeviceError):
        await asyncio.wait_for(server.run(), 20)
    async with serving(broker, store, ScriptedJudge()):
        assert (await results(broker, 1))["p"].kind is ResultKind.JUDGED


async def test_a_poster_that_cannot_be_decoded_for_want_of_memory_is_left_for_another_engine(
    broker: Broker, store: PosterStore, picture: NormalisedPoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    await ask(broker, "p", picture.sha256)
    with monkeypatch.context() as patched:
        patched.setattr("PIL.Image.open", fail)
        server = await server_of(broker, store, ScriptedJudge())
        with pytest.raises(DeviceError):
            await asyncio.wait_for(server.run(), 20)
    async with serving(broker, store, ScriptedJudge()):
        assert (await results(broker, 1))["p"].kind is ResultKind.JUDGED


async def test_a_read_that_never_ends_ends_the_engine(
    broker: Broker, store: PosterStore, picture: NormalisedPoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: str) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr("model_engine.serving.batches.FETCH_TIMEOUT", 0.1)
    await ask(broker, "p", picture.sha256)
    with monkeypatch.context() as patched:
        patched.setattr(store, "get", hang)
        server = await server_of(broker, store, ScriptedJudge())
        with pytest.raises(DeviceHangs):
            await asyncio.wait_for(server.run(), 20)
    async with serving(broker, store, ScriptedJudge()):
        assert (await results(broker, 1))["p"].kind is ResultKind.JUDGED


async def test_a_device_that_hangs_ends_the_engine(
    broker: Broker, store: PosterStore, picture: NormalisedPoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_engine.serving.server.BATCH_TIMEOUT", 0.1)
    never = threading.Event()
    await ask(broker, "p", picture.sha256)
    server = await server_of(broker, store, ScriptedJudge(lambda _: never.wait() and None))
    with pytest.raises(DeviceHangs):
        await asyncio.wait_for(server.run(), 20)
    never.set()


async def test_a_request_that_killed_three_engines_is_given_up_by_the_fourth(
    broker: Broker, store: PosterStore, picture: NormalisedPoster
) -> None:
    await ask(broker, "deadly", picture.sha256)
    queue = await RequestQueue.open(broker)
    for attempt in (1, 2, 3):
        (delivery,) = await _pull_one(queue)
        assert delivery.attempt == attempt  # And never acknowledged: its engine died.
    judge = ScriptedJudge()
    async with serving(broker, store, judge):
        found = await results(broker, 1)
        await until_empty(broker)
    assert (found["deadly"].kind, found["deadly"].cause) == (ResultKind.FAILED, "gave_up")
    assert judge.batches == []


async def _pull_one(queue: RequestQueue) -> list[Delivery[JudgeRequest]]:
    async with asyncio.timeout(20):
        while not (deliveries := await queue.pull(1, wait=1)):
            continue
    return deliveries


async def test_an_engine_that_works_is_seen_and_one_that_ends_is_not(broker: Broker, store: PosterStore) -> None:
    async with serving(broker, store, ScriptedJudge()):
        async with asyncio.timeout(10):
            while not (beats := await all_heartbeats(broker)):
                await asyncio.sleep(0)
        assert [(beat.id, beat.model_version, beat.state) for beat in beats] == [
            ("engine-under-test", "starter-3", "ready")
        ]
    assert await all_heartbeats(broker) == []


async def test_an_engine_that_cannot_read_posters_says_so_until_it_can(broker: Broker, tmp_path: Path) -> None:
    store = PosterStore.open(tmp_path / "posters")
    picture = await stored(store, "darkred")

    async def until(problems: tuple[str, ...]) -> None:
        async with asyncio.timeout(20):
            while [beat.problems for beat in await all_heartbeats(broker)] != [problems]:
                await asyncio.sleep(0.02)

    async with serving(broker, store, ScriptedJudge()):
        await until(())
        # As a disk that is gone: the store gives an error, not the word that nothing is there.
        folder = (tmp_path / "posters").rename(tmp_path / "aside")
        (tmp_path / "posters").touch()
        await ask(broker, "one", picture.sha256)
        assert (await results(broker, 1))["one"].cause == "store_failed"
        await until(("The poster store refuses: posters cannot be read.",))
        (tmp_path / "posters").unlink()
        folder.rename(tmp_path / "posters")
        await until(())
