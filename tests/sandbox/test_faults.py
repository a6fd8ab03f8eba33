"""Faults on demand, asked for over HTTP, and what a bot on the real discord.py meets."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio

from sandbox import Sandbox, SandboxConfig, Upload
from tests.sandbox.tiny_bot import TinyBot, running_on

Trouble = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest_asyncio.fixture(loop_scope="session")
async def trouble(sandbox: Sandbox) -> AsyncIterator[Trouble]:
    """Asks the control API for a fault; returns what is to go wrong then."""
    async with aiohttp.ClientSession(sandbox.base_url) as session:

        async def ask(kind: str, **fault: Any) -> list[dict[str, Any]]:
            async with session.post("/control/faults", json={"kind": kind, **fault}) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        yield ask


async def test_a_slow_line_makes_a_timely_answer_late(
    sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble
) -> None:
    standing = await trouble("latency", seconds=4, path="/callback", times=None)
    assert [(fault["kind"], fault["seconds"]) for fault in standing] == [("latency", 4)]
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await sandbox.world.faults.requests[0].held()
    sandbox.clock.advance(4)
    error = await bot.error()
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    assert interaction.failed


async def test_a_little_latency_only_delays(sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble) -> None:
    await trouble("latency", seconds=2, path="/callback")
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await sandbox.world.faults.requests[0].held()
    assert interaction.response is None
    sandbox.clock.advance(2)
    assert (await interaction.reply()).components_v2


async def test_discord_may_break_down(sandbox: Sandbox, bot: TinyBot, trouble: Trouble) -> None:
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    await trouble("error", status=503, path="/messages", method="post", times=1)
    with pytest.raises(discord.DiscordServerError) as error:
        await channel.send("Horror")
    assert error.value.status == 503
    assert list(sandbox.channel.messages) == []
    assert sandbox.breaches == []
    await channel.send("Horror")


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_storm_of_429_is_waited_out(
    sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble, everywhere: bool
) -> None:
    await trouble("rate_limit", retry_after=0.001, times=3, path="@original", everywhere=everywhere)
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    assert (await interaction.reply()).components_v2
    statuses = [record.status for record in sandbox.requests if record.path.endswith("@original")]
    assert statuses == [429, 429, 429, 200]


async def test_a_line_may_be_cut_after_the_deed(
    sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble
) -> None:
    await trouble("cut", path="@original", applied=True)
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    assert (await interaction.reply()).components_v2


async def test_a_dropped_gateway_is_resumed(sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble) -> None:
    for kind in ("drop_gateway", "reconnect", "invalid_session"):
        (session,) = sandbox.server.gateway.connected_sessions()
        line = session.outgoing
        await trouble(kind)
        await sandbox.until(
            lambda line=line: any(one.outgoing is not line for one in sandbox.server.gateway.connected_sessions())
        )
        (now,) = sandbox.server.gateway.connected_sessions()
        assert now is session
        assert (await (await sandbox.member("alice").slash("judge", poster=poster)).reply()).components_v2


async def test_a_gateway_that_refuses_is_asked_again_until_it_takes(
    sandbox: Sandbox, bot: TinyBot, trouble: Trouble
) -> None:
    standing = await trouble("refuse_gateway")
    assert standing == [{"kind": "refuse_gateway"}]
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        assert (await session.get("/gateway")).status == 503
        assert await (await session.delete("/control/faults")).json() == []
        async with session.ws_connect("/gateway") as socket:
            assert (await socket.receive_json())["op"] == 10


async def test_a_line_whose_heartbeats_go_unanswered_is_left_and_resumed(
    monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    bot = TinyBot(discord.Intents.default(), heartbeat_timeout=0.6)
    async with (
        Sandbox.start(SandboxConfig(heartbeat_interval=0.5)) as sandbox,
        running_on(sandbox, monkeypatch, bot),
        aiohttp.ClientSession(sandbox.base_url) as session,
    ):
        (before,) = sandbox.server.gateway.connected_sessions()
        line = before.outgoing
        await session.post("/control/faults", json={"kind": "silent_heartbeats"})
        await sandbox.until(lambda: before.outgoing is not line)
        await session.delete("/control/faults")
        await sandbox.bot_connected()
        assert (await (await sandbox.member("alice").slash("judge", poster=poster)).reply()).components_v2


async def test_expired_tokens_answer_nobody(sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble) -> None:
    await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
    assert await trouble("expire_tokens") == []
    with pytest.raises(discord.HTTPException) as error:
        await bot.interactions[0].followup.send("late")
    assert error.value.code == 50027


async def test_missing_attachments_cannot_be_read(
    sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble
) -> None:
    await trouble("missing_files", times=1)
    await sandbox.member("alice").slash("judge", poster=poster)
    assert isinstance(await bot.error(), discord.NotFound)
    assert (await (await sandbox.member("alice").slash("judge", poster=poster)).reply()).components_v2


async def test_events_come_in_another_order(sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble) -> None:
    alice = sandbox.member("alice")
    await trouble("turn_events_round", events=3, seconds=60)
    said = [await alice.send(content=text) for text in ("one", "two", "three")]
    await bot.until(lambda: len(bot.seen) == 3)
    assert [message.id for message in bot.seen] == [int(message.id) for message in reversed(said)]
    await alice.send(content="four")
    await bot.until(lambda: len(bot.seen) == 4)


async def test_events_that_wait_for_others_do_not_wait_for_ever(
    sandbox: Sandbox, bot: TinyBot, trouble: Trouble
) -> None:
    await trouble("turn_events_round", events=10, seconds=5)
    first = await sandbox.member("alice").send(content="one")
    second = await sandbox.member("bob").send(content="two")
    sandbox.clock.advance(5)
    await bot.until(lambda: len(bot.seen) == 2)
    assert [message.id for message in bot.seen] == [int(second.id), int(first.id)]


async def test_events_come_twice(sandbox: Sandbox, bot: TinyBot, poster: Upload, trouble: Trouble) -> None:
    await trouble("double_events", times=2)
    message = await sandbox.member("alice").send(content="one")
    await bot.until(lambda: len(bot.seen) == 2)
    assert [seen.id for seen in bot.seen] == [int(message.id)] * 2
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    error = await bot.error()
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060
    await interaction.reply()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "flood"},
        {},
        {"kind": "latency", "seconds": -1},
        {"kind": "latency", "seconds": "long"},
        {"kind": "error", "status": 200},
        {"kind": "double_events", "times": None},
        {"kind": "missing_files", "times": 0},
    ],
)
async def test_a_fault_that_is_none_is_refused_in_words(sandbox: Sandbox, wrong: dict[str, object]) -> None:
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        answer = await session.post("/control/faults", json=wrong)
        assert answer.status == 400
        assert (await answer.json())["error"]
        assert await (await session.get("/control/faults")).json() == []


async def test_one_kind_of_fault_is_ended_and_the_others_stay(sandbox: Sandbox, trouble: Trouble) -> None:
    kinds = ("latency", "error", "missing_files", "double_events", "turn_events_round", "silent_heartbeats")
    for kind in (*kinds, "refuse_gateway"):
        await trouble(kind)
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        for kind in kinds:
            standing = await (await session.delete("/control/faults", params={"kind": kind})).json()
            assert kind not in [fault["kind"] for fault in standing]
        assert [fault["kind"] for fault in standing] == ["refuse_gateway"]
