"""Health tells the truth: red with the cause in a sentence, and green again by itself."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.errors import BrokerUnavailable
from broker.heartbeats import beat
from broker.settings import BrokerSettings
from launcher.cli import app
from launcher.status import collect
from models.database_settings import DatabaseSettings
from models.messages import Heartbeat
from tests.another_writer import another_writer
from tests.bot.scene import Scene, upload

State = dict[str, Any]

pytestmark = pytest.mark.usefixtures("quick_pulse")


def heartbeat(kind: str, name: str = "one", age: float = 0.0, **more: Any) -> Heartbeat:
    return Heartbeat(**{"id": name, "kind": kind, "at": time.time() - age, "state": "ready"} | more)


async def status(scene: Scene, nats_server: EmbeddedServer) -> State:
    """What `poster-judge status` finds, beside an engine that is always well."""
    with suppress(BrokerUnavailable):  # The test may have taken the queue away.
        await beat(scene.broker, heartbeat("engine"))
    settings = BrokerSettings(nats_url=SecretStr(nats_server.url), queue_limit=5)
    return await collect(settings, DatabaseSettings(data_dir=scene.data_dir))


async def until(scene: Scene, nats_server: EmbeddedServer, look: Callable[[list[str]], bool]) -> list[str]:
    """The problems that status names, once they look so."""
    async with asyncio.timeout(40):
        while not look(problems := (await status(scene, nats_server))["problems"]):
            await asyncio.sleep(0.05)
    return problems


def all_well(problems: list[str]) -> bool:
    return problems == []


async def test_without_discord_it_is_red_until_the_gateway_takes_the_bot_again(
    scene: Scene, nats_server: EmbeddedServer
) -> None:
    await until(scene, nats_server, all_well)
    scene.sandbox.refuse_gateway(True)
    await scene.sandbox.drop_gateway()
    problems = await until(scene, nats_server, lambda problems: problems != [])
    assert problems == ["The bot is not connected to Discord."]
    scene.sandbox.refuse_gateway(False)
    await until(scene, nats_server, all_well)


async def test_while_the_database_is_locked_it_is_red(
    scene: Scene, nats_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.BUSY_TIMEOUT", 0.2)
    await scene.stop_bot()
    await scene.start_bot()
    await until(scene, nats_server, all_well)
    async with another_writer(scene.data_dir / "poster-judge.db"):
        problems = await until(scene, nats_server, lambda problems: problems != [])
        assert problems == ["The database refuses: it is locked by another program."]
    await until(scene, nats_server, all_well)


async def test_without_the_queue_it_is_red_and_after_its_restart_green(
    scene: Scene, nats_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.connection.CONNECT_TIMEOUT", 1.0)
    await until(scene, nats_server, all_well)
    psutil.Process(nats_server.pid).kill()
    await nats_server.wait()
    settings = BrokerSettings(nats_url=SecretStr(nats_server.url))
    state = await collect(settings, DatabaseSettings(data_dir=scene.data_dir))
    assert not state["queue"]["connected"]
    assert any("queue cannot be reached" in problem for problem in state["problems"])
    await nats_server.start()
    await until(scene, nats_server, all_well)


async def test_a_bot_that_is_gone_without_a_word_is_told_from_one_that_never_was(
    nats_server: EmbeddedServer, broker: Broker
) -> None:
    settings = BrokerSettings(nats_url=SecretStr(nats_server.url), queue_limit=5)
    database = DatabaseSettings()
    await beat(broker, heartbeat("engine", age=20.2))
    await beat(broker, heartbeat("bot", age=20.2))
    problems = (await collect(settings, database))["problems"]
    assert "The engine has not been heard of for 20 s: it is stopped, or cut off from the queue." in problems
    assert "The bot has not been heard of for 20 s: it is stopped, or cut off from the queue." in problems
    # Another engine took over; of several bots each has its own servers.
    await beat(broker, heartbeat("engine", "two"))
    await beat(broker, heartbeat("bot", "two", state="impaired", problems=("It rains.",)))
    problems = (await collect(settings, database))["problems"]
    assert not any("engine" in problem for problem in problems)
    assert "The bot one has not been heard of for 20 s: it is stopped, or cut off from the queue." in problems
    assert "two: It rains." in problems


async def test_a_full_queue_is_named(scene: Scene, nats_server: EmbeddedServer) -> None:
    await until(scene, nats_server, all_well)
    for _ in range(5):
        await (await scene.sandbox.member("alice").slash("judge", poster=upload())).acknowledged()
    problems = await until(scene, nats_server, lambda problems: problems != [])
    assert problems == ["The queue is full: 5 posters wait, and more are refused."]


async def test_status_says_it_in_a_line_and_with_its_exit_code(
    scene: Scene, nats_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.cli.configure", lambda *_: None)
    monkeypatch.setenv("NATS_URL", nats_server.url)
    await until(scene, nats_server, all_well)
    result = await asyncio.to_thread(CliRunner().invoke, app, ["status"])
    assert result.exit_code == 0, result.output
    scene.sandbox.refuse_gateway(True)
    await scene.sandbox.drop_gateway()
    await until(scene, nats_server, lambda problems: problems != [])
    result = await asyncio.to_thread(CliRunner().invoke, app, ["status"])
    assert result.exit_code == 1
    assert "The bot is not connected to Discord." in result.output
