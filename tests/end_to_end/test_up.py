"""`poster-judge up` without a token, as `make run` starts it on a fresh machine; and with one."""

import json
from pathlib import Path

import aiohttp
import psutil

from sandbox import Sandbox
from tests.bot.scene import upload
from tests.end_to_end.processes import Process
from tests.end_to_end.up import QUICK, judge, start


async def test_one_command_brings_a_sandbox_in_which_posters_are_judged(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    up, page = await start(tmp_path / "data")
    answer = await judge(http, page)
    assert "starter-3" in json.dumps(answer["messages"])

    told = await Process.start("status", "--json", cwd=tmp_path, POSTER_JUDGE_DATA_DIR=str(tmp_path / "data"))
    state = json.loads(await told.line("{"))
    assert state["problems"] == []
    assert state["queue"] == {"connected": True, "depth": 0, "limit": 500}
    (engine,) = state["engines"]
    assert (engine["model_version"], engine["runtime"], engine["state"]) == ("starter-3", "onnx", "ready")
    assert state["bot"]["connected"]
    assert state["database"]["revision"] == state["database"]["expected"]

    second = await Process.start("up", cwd=tmp_path, POSTER_JUDGE_DATA_DIR=str(tmp_path / "data"))
    assert await second.ended() == 69

    children = psutil.Process(up.pid).children(recursive=True)
    assert await up.stop() == 0
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    assert len(gone) >= 4


async def test_with_a_token_it_joins_discord_and_prints_the_invite_link(tmp_path: Path) -> None:
    async with Sandbox.start() as discord:
        up = await start_on(discord, tmp_path, discord.token)
        ready = await up.line("Ready.")
        assert f"https://discord.com/oauth2/authorize?client_id={discord.application_id}" in ready
        await discord.bot_connected()
        interaction = await discord.member("alice").slash("judge", poster=upload())
        await interaction.reply(lambda message: "starter-3" in message.text, timeout=30)
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
