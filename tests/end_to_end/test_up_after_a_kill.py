"""`poster-judge up` when it, or what it started, is killed."""

import asyncio
import json
import time
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.end_to_end.up import QUICK, judge, start, status


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
    assert "starter-3" in json.dumps((await judge(http, page))["messages"])
    assert await up.stop() == 0


@pytest.mark.long
async def test_a_child_that_is_killed_is_replaced(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    up, page = await start(tmp_path / "data", **QUICK)
    for process in psutil.Process(up.pid).children():
        if "serve" in process.cmdline() or "bot" in process.cmdline() or "nats-server" in process.name():
            process.kill()
    await _until_alive_since(time.time(), tmp_path / "data")
    assert "starter-3" in json.dumps((await judge(http, page))["messages"])
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
