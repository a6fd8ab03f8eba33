"""`poster-judge up` without a token, as `make run` starts it on a fresh machine."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from broker.connection import connected
from broker.embedded import running_server_url
from broker.settings import BrokerSettings
from broker.training import request_training
from launcher.status import collect
from models.database import Database
from models.database_settings import DatabaseSettings
from models.repositories import TrainingRunRepository
from models.tables import ACTIVE_STATES, RunState
from sandbox import Sandbox
from tests.bot.scene import poster, upload
from tests.end_to_end.processes import Process

QUICK = {"POSTER_JUDGE_RUNTIME": "fake", "POSTER_JUDGE_INTAKE_WORKERS": "1"}
"""Starts sooner, for those who look at starting and ending alone."""


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield session


async def start(data_dir: Path, **settings: str) -> tuple[Process, str]:
    """Everything, and the address of the sandbox's page."""
    environment = {"POSTER_JUDGE_DATA_DIR": str(data_dir), "COLUMNS": "200"} | settings
    up = await Process.start("up", "--sandbox-port", "0", cwd=data_dir.parent, **environment)
    ready = await up.line("Ready.")
    (page,) = re.findall(r"http://127\.0\.0\.1:\d+/", ready)
    return up, page


async def judge(http: aiohttp.ClientSession, page: str) -> dict[str, Any]:
    """Sends `/judge` as the page does; gives the interaction with its messages."""
    form = aiohttp.FormData()
    form.add_field("file", poster(), filename="poster.jpg", content_type="image/jpeg")
    async with http.post(f"{page}control/uploads", data=form) as answer:
        upload = await answer.json()
    command = {"member": "alice", "command": "judge", "options": {"poster": upload["id"]}}
    async with http.post(f"{page}control/interactions", json=command) as answer:
        interaction = await answer.json()
    async with http.get(f"{page}control/interactions/{interaction['id']}", params={"wait": "20"}) as answer:
        return await answer.json()


async def status(data_dir: Path) -> dict[str, Any]:
    """What `poster-judge status` finds, without a process for it."""
    return await collect(BrokerSettings(data_dir=data_dir), DatabaseSettings(data_dir=data_dir))


async def test_one_command_brings_a_sandbox_in_which_posters_are_judged(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    up, page = await start(tmp_path / "data")
    answer = await judge(http, page)
    assert "starter-1" in json.dumps(answer["messages"])

    told = await Process.start("status", "--json", cwd=tmp_path, POSTER_JUDGE_DATA_DIR=str(tmp_path / "data"))
    state = json.loads(await told.line("{"))
    assert state["problems"] == []
    assert state["queue"] == {"connected": True, "depth": 0, "limit": 500}
    (engine,) = state["engines"]
    assert (engine["model_version"], engine["runtime"], engine["state"]) == ("starter-1", "onnx", "ready")
    assert state["bot"]["connected"]
    assert state["database"]["revision"] == state["database"]["expected"]

    second = await Process.start("up", cwd=tmp_path, POSTER_JUDGE_DATA_DIR=str(tmp_path / "data"))
    assert await second.ended() == 69

    children = psutil.Process(up.pid).children(recursive=True)
    assert await up.stop() == 0
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    assert len(gone) >= 4


async def test_a_run_that_is_asked_for_starts_a_trainer_which_ends_by_itself(tmp_path: Path) -> None:
    up, _ = await start(tmp_path / "data", **QUICK)
    database = Database(DatabaseSettings(data_dir=tmp_path / "data").url())
    try:
        async with database.writing() as session:
            run = await TrainingRunRepository(session).add(
                waits=False, recipe="heads", epochs=None, note="", user_id=None, operator="test", guild_id=None,
                channel_id=None, now=datetime.now(UTC),
            )  # fmt: skip
        url = running_server_url(tmp_path / "data")
        assert url is not None
        async with connected(url, BrokerSettings(), name="test") as broker, asyncio.timeout(60):
            await request_training(broker, run.id)
            while run.state in ACTIVE_STATES:
                await asyncio.sleep(0.1)
                async with database.reading() as session:
                    found = await TrainingRunRepository(session).find(run.id)
                assert found is not None
                run = found
            assert (run.state, run.cause) == (RunState.FAILED, "no_corrections")
            while any(child.cmdline()[-1:] == ["--until-idle"] for child in psutil.Process(up.pid).children()):
                await asyncio.sleep(0.1)
        assert (await status(tmp_path / "data"))["trainers"] == []
    finally:
        await database.close()
        assert await up.stop() == 0


async def test_nothing_outlives_a_killed_launcher_and_a_second_start_finds_everything(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    up, page = await start(tmp_path / "data", **QUICK)
    await judge(http, page)
    children = psutil.Process(up.pid).children(recursive=True)
    await up.kill()
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, timeout=40)
    assert alive == []

    up, page = await start(tmp_path / "data", **QUICK)
    assert "starter-1" in json.dumps((await judge(http, page))["messages"])
    assert await up.stop() == 0


async def test_a_child_that_is_killed_is_replaced(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    up, page = await start(tmp_path / "data", **QUICK)
    for process in psutil.Process(up.pid).children():
        if "serve" in process.cmdline() or "bot" in process.cmdline() or "nats-server" in process.name():
            process.kill()
    await _until_alive_since(time.time(), tmp_path / "data")
    assert "starter-1" in json.dumps((await judge(http, page))["messages"])
    assert await up.stop() == 0


async def _until_alive_since(moment: float, data_dir: Path) -> None:
    """Until a bot and an engine gave a sign of life after `moment`, and not only before."""
    async with asyncio.timeout(60):
        while True:
            state = await status(data_dir)
            await asyncio.sleep(0.1)
            kinds = (state["engines"], state["bot"]["processes"])
            if all(any(beat["last_heartbeat"] > moment for beat in beats) for beats in kinds):
                return


async def test_with_a_token_it_joins_discord_and_prints_the_invite_link(tmp_path: Path) -> None:
    async with Sandbox.start() as discord:
        up = await start_on(discord, tmp_path, discord.token)
        ready = await up.line("Ready.")
        assert f"https://discord.com/oauth2/authorize?client_id={discord.application_id}" in ready
        await discord.bot_connected()
        interaction = await discord.member("alice").slash("judge", poster=upload())
        await interaction.reply(lambda message: "starter-1" in message.text, timeout=30)
        assert await up.stop() == 0


async def test_with_a_bad_token_it_ends_and_says_so(tmp_path: Path) -> None:
    async with Sandbox.start() as discord:
        up = await start_on(discord, tmp_path, "not-the-token")
        assert await up.ended() == 78


async def start_on(discord: Sandbox, cwd: Path, token: str) -> Process:
    return await Process.start(
        "up",
        cwd=cwd,
        DISCORD_TOKEN=token,
        **QUICK,
        POSTER_JUDGE_DATA_DIR=str(cwd / "data"),
        POSTER_JUDGE_DISCORD_API_URL=discord.api_url,
        POSTER_JUDGE_CDN_HOSTS=",".join(discord.cdn_hosts),
    )
