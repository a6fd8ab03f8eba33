"""`python -m sandbox`."""

import json
import os
import signal
import socket
import sys
from asyncio import create_subprocess_exec, subprocess
from pathlib import Path

import aiohttp

import sandbox

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(sandbox.__file__).parent.parent)}


async def _start(*arguments: str, **environment: str) -> subprocess.Process:
    return await create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**ENVIRONMENT, **environment},
    )


async def test_it_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    process = await _start("--port", "0", "--ready-file", str(ready_file), SANDBOX_TOKEN="secret", SANDBOX_OPENAPI="")
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert process.stderr is not None
    assert "openapi_check_left_out" in (await process.stderr.readline()).decode()
    async with aiohttp.ClientSession() as session:
        page = line.split()[-1].rstrip(".")
        assert (await session.get(page)).status == 200
        state = await (await session.get(f"{page}control/state")).json()
        assert [guild["name"] for guild in state["guilds"]] == ["Film club", "Night owls"]
        assert [channel["name"] for channel in state["channels"]][:2] == ["posters", "off-topic"]
        process.send_signal(signal.SIGTERM)
        await process.wait()
    assert process.returncode == 0
    ready = json.loads(ready_file.read_text())
    assert ready["page_url"] == page
    assert ready["token"] == "secret"
    assert "secret" not in line
    assert ready_file.stat().st_mode & 0o077 == 0


async def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = await _start("--port", str(taken.getsockname()[1]))
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().startswith("The sandbox cannot listen on 127.0.0.1:")
    assert len(errors.decode().splitlines()) == 1
