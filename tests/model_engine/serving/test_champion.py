"""Which version judges, while it changes under load."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from broker.champion import mirror_champion
from broker.connection import Broker
from broker.heartbeats import all_heartbeats
from broker.judging import RequestQueue
from broker.settings import BrokerSettings
from model_engine.errors import VersionError
from model_engine.serving import champion as following
from model_engine.serving.champion import ChampionFollower, Judges
from model_engine.serving.server import Server
from models.messages import Champion
from posters.store import PosterStore
from tests.model_engine.serving.test_server import ScriptedJudge, ask, results, stored


class NamedJudge(ScriptedJudge):
    """Says by its backbone which version it is; refuses to judge once it was closed."""

    def __init__(self, version: str) -> None:
        super().__init__(self._check_open)
        self.version = SimpleNamespace(name=version, manifest=SimpleNamespace(backbone=version))
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def _check_open(self, batch: Any) -> None:
        assert not self.closed


@pytest.fixture
def broker_settings() -> BrokerSettings:
    return BrokerSettings(queue_limit=500, queue_ack_wait=5.0)


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "INTERVAL", 0.01)


class Engine:
    """A server whose versions the test opens."""

    def __init__(self, broker: Broker) -> None:
        self.opened: dict[str, list[NamedJudge]] = {"one": [NamedJudge("one")]}
        self.broken: dict[str, Exception] = {}
        self.judges = Judges(self.opened["one"][0])  # type: ignore[arg-type]
        self.follower = ChampionFollower(broker, self.judges, self._open)
        self._broker = broker

    def _open(self, version: str) -> Any:
        if version in self.broken:
            raise self.broken[version]
        self.opened.setdefault(version, []).append(NamedJudge(version))
        return self.opened[version][-1]

    async def serve(self, store: PosterStore) -> tuple[Server, asyncio.Task[None]]:
        server = Server(
            broker=self._broker,
            queue=await RequestQueue.open(self._broker),
            judges=self.judges,
            store=store,
            name="engine-under-test",
            follower=self.follower,
        )
        return server, asyncio.create_task(server.run())

    async def until_serving(self, version: str) -> None:
        async with asyncio.timeout(10):
            while self.judges.current.version.name != version:
                await asyncio.sleep(0.01)


async def test_the_champion_takes_over_between_batches_and_no_request_is_lost(broker: Broker) -> None:
    store, engine = PosterStore.open("memory://"), Engine(broker)
    picture = await stored(store, "darkred")
    server, running = await engine.serve(store)
    for serial, version in enumerate(["one", "two", "three", "two"]):
        if serial:
            await mirror_champion(broker, Champion(version=version, serial=serial))
        for number in range(40):
            await ask(broker, f"{serial}-{number}", picture.sha256)
        await engine.until_serving(version)
    await ask(broker, "last", picture.sha256)
    found = await results(broker, 161)
    server.stop()
    await running
    assert {result.backbone for result in found.values()} <= {"one", "two", "three"}
    assert {result.kind for result in found.values()} == {"judged"}
    assert found["last"].backbone == "two"
    everyone = [judge for judges in engine.opened.values() for judge in judges]
    assert [judge for judge in everyone if not judge.closed] == [engine.judges.current]
    assert len(everyone) == 4


async def test_a_batch_is_judged_by_the_version_that_prepared_it() -> None:
    one, two = NamedJudge("one"), NamedJudge("two")
    judges = Judges(one)  # type: ignore[arg-type]
    first = judges.take()
    judges.replace(two)  # type: ignore[arg-type]
    assert not one.closed
    second = judges.take()
    assert (first, second) == (one, two)
    judges.give_back(first)
    assert one.closed
    judges.give_back(second)
    assert not two.closed


async def test_a_champion_that_cannot_be_loaded_leaves_the_old_one_judging_and_is_told(broker: Broker) -> None:
    store, engine = PosterStore.open("memory://"), Engine(broker)
    picture = await stored(store, "darkred")
    engine.broken["two"] = VersionError("tampered", "The file heads.npz of the version two is not the published one.")
    await mirror_champion(broker, Champion(version="two", serial=1))
    server, running = await engine.serve(store)
    async with asyncio.timeout(10):
        while not engine.follower.notice:
            await asyncio.sleep(0.01)
        await ask(broker, "p", picture.sha256)
        assert (await results(broker, 1))["p"].backbone == "one"
        while not (beats := await all_heartbeats(broker)) or not beats[0].notices:
            await asyncio.sleep(0.01)
    assert (beats[0].refused, beats[0].pinned) == ("two", False)
    assert beats[0].notices == (
        "The champion two cannot be loaded, so one goes on judging: "
        "The file heads.npz of the version two is not the published one.",
    )
    assert (beats[0].state, beats[0].model_version) == ("ready", "one")
    await mirror_champion(broker, Champion(version="three", serial=2))
    await engine.until_serving("three")
    server.stop()
    await running
    assert engine.follower.notice == ""


async def test_a_version_that_was_refused_is_tried_again_when_it_is_promoted_again(broker: Broker) -> None:
    engine = Engine(broker)
    engine.broken["two"] = RuntimeError("Whatever a network library may raise.")
    await mirror_champion(broker, Champion(version="two", serial=1))
    await engine.follower.look()
    del engine.broken["two"]
    await engine.follower.look()
    assert engine.judges.current.version.name == "one"
    await mirror_champion(broker, Champion(version="two", serial=2))
    await engine.follower.look()
    assert engine.judges.current.version.name == "two"
