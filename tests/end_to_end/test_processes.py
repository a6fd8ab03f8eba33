"""Bot and engine as real processes, with the starter version, around a real queue and the sandbox."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.heartbeats import all_heartbeats
from broker.settings import BrokerSettings
from migrations.upgrade import upgrade
from models.database import DatabaseSettings
from sandbox import Sandbox, SandboxConfig
from tests.bot.scene import upload
from tests.end_to_end.processes import Process


class House:
    """Starts processes that know each other."""

    def __init__(self, sandbox: Sandbox, broker: Broker, nats_url: str, data_dir: Path) -> None:
        self.sandbox = sandbox
        self.broker = broker
        self.processes: list[Process] = []
        self._data_dir = data_dir
        self._environment = {
            "POSTER_JUDGE_DATA_DIR": str(data_dir),
            "POSTER_JUDGE_RESUME_AFTER": "1",
            "POSTER_JUDGE_QUEUE_ACK_WAIT": "1",
            "POSTER_JUDGE_QUEUE_LIMIT": "5",
            "POSTER_JUDGE_DISCORD_API_URL": sandbox.api_url,
            "POSTER_JUDGE_CDN_HOSTS": ",".join(sandbox.cdn_hosts),
            "DISCORD_TOKEN": sandbox.token,
            "NATS_URL": nats_url,
        }

    async def start(self, *arguments: str) -> Process:
        process = await Process.start(*arguments, cwd=self._data_dir, **self._environment)
        self.processes.append(process)
        return process

    async def start_bot(self) -> Process:
        process = await self.start("bot")
        await self.sandbox.bot_connected(timeout=30)
        return process

    async def start_engine(self) -> Process:
        before = await self._engines()
        process = await self.start("engine", "serve")
        async with asyncio.timeout(60):
            while not await self._engines() - before:
                await asyncio.sleep(0.05)
        return process

    async def _engines(self) -> set[str]:
        return {beat.id for beat in await all_heartbeats(self.broker) if beat.kind == "engine"}


@pytest.fixture
def broker_settings() -> BrokerSettings:
    return BrokerSettings(queue_limit=5, queue_ack_wait=1.0)


@pytest.fixture
async def house(nats_server: EmbeddedServer, broker: Broker, tmp_path: Path) -> AsyncIterator[House]:
    data_dir = tmp_path / "house"
    data_dir.mkdir()
    upgrade(DatabaseSettings(data_dir=data_dir).url())
    openapi = os.environ.get("SANDBOX_OPENAPI")
    config = SandboxConfig(openapi=Path(openapi) if openapi else None)
    async with Sandbox.start(config) as sandbox:
        house = House(sandbox, broker, nats_server.url, data_dir)
        yield house
        for process in reversed(house.processes):
            await process.stop()
        assert sandbox.breaches == []


async def test_a_poster_is_judged_by_the_starter_version(house: House) -> None:
    await house.start_bot()
    await house.start_engine()
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload(), title="Gold")
    reply = await interaction.reply(lambda message: "IMDb" in message.text, timeout=30)
    assert "starter-1" in reply.text
    assert [attachment.filename for attachment in reply.attachments] == ["poster-1.jpg"]


async def test_posters_wait_for_an_engine_that_comes_later(house: House) -> None:
    await house.start_bot()
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    await interaction.reply(lambda message: "away" in message.text, timeout=30)
    await house.start_engine()
    await interaction.reply(lambda message: "IMDb" in message.text, timeout=30)


async def test_an_engine_killed_in_mid_batch_is_replaced_and_everyone_is_answered_once(house: House) -> None:
    await house.start_bot()
    engine = await house.start_engine()
    engine.freeze()
    alice = house.sandbox.member("alice")
    interactions = [await alice.slash("judge", poster=upload()) for _ in range(4)]
    await _until_pulled(house.broker)
    await engine.kill()
    await house.start_engine()
    for interaction in interactions:
        await interaction.reply(lambda message: "IMDb" in message.text, timeout=40)
        assert len(interaction.messages) == 1


async def test_a_killed_bot_answers_after_its_restart_what_was_judged_meanwhile(house: House) -> None:
    bot = await house.start_bot()
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    await interaction.reply(lambda message: "away" in message.text, timeout=30)
    await bot.kill()
    await house.start_engine()
    await _until_results_wait(house.broker)
    await house.start_bot()
    await interaction.reply(lambda message: "IMDb" in message.text, timeout=30)


async def _until_pulled(broker: Broker) -> None:
    """Until a frozen engine holds a request that it will never acknowledge."""
    async with asyncio.timeout(30):
        while not (await broker.js.consumer_info("JUDGE_REQUESTS", "engines")).num_ack_pending:
            await asyncio.sleep(0.05)


async def _until_results_wait(broker: Broker) -> None:
    async with asyncio.timeout(30):
        while not (await broker.js.stream_info("JUDGE_RESULTS")).state.messages:
            await asyncio.sleep(0.05)
