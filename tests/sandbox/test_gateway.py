"""The gateway: who gets in, what they are sent, and what happens when the line breaks."""

import json
import zlib

import aiohttp
import discord
import pytest

from sandbox import Permission, Sandbox, SandboxConfig, Upload
from sandbox.gateway import connection, gateway
from sandbox.gateway.sessions import Intent
from tests.sandbox.tiny_bot import TinyBot, connected

IDENTIFY = {"op": 2, "d": {"token": "", "intents": 0, "properties": {}}}


async def test_a_wrong_token_is_turned_away(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    async with TinyBot(discord.Intents.default()) as bot:
        monkeypatch.setattr(discord.http.Route, "BASE", sandbox.api_url)
        with pytest.raises(discord.LoginFailure):
            await bot.start("no such token")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 2, "d": {"token": None, "intents": -1}}, 4013),
        ({"op": 2, "d": {"token": None, "intents": 0, "shard": [2, 2]}}, 4010),
        ({"op": 2, "d": {"token": None, "intents": 0, "shard": [0]}}, 4010),
        ({"op": 2, "d": None}, 4002),
        ({"op": 2, "d": {"token": 1}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "", "seq": 1}}, 4004),
        ({"op": 6, "d": {"token": None, "session_id": "", "seq": "1"}}, 4007),
        ({"op": 8, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "x" * 4096}}, 4002),
        ({"no": "op"}, 4002),
    ],
)
async def test_a_wrong_handshake_is_closed_with_discords_code(
    sandbox: Sandbox, payload: dict[str, object], code: int
) -> None:
    data = payload.get("d")
    if isinstance(data, dict) and data.get("token", "") is None:
        data["token"] = sandbox.token
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway_url) as socket:
        hello = await socket.receive_json()
        assert hello["op"] == 10
        await socket.send_json(payload)
        message = await socket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == code
        await sandbox.until(lambda: sandbox.breaches)
        assert str(code) in sandbox.breaches[0].rule


async def test_a_session_once_open_is_closed_for_what_a_bot_must_not_send(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        guild = {"guild_id": sandbox.guild.id}
        for payload, times, code in (
            ({"op": 99}, 1, 4001),
            (None, 1, 4005),
            ({"op": 1, "d": None}, 120, 4008),
            ({"op": 8, "d": {**guild, "query": 1}}, 1, 4002),
            ({"op": 8, "d": {**guild, "user_ids": {"a": 1}}}, 1, 4002),
            ({"op": 8, "d": {**guild, "limit": "1"}}, 1, 4002),
        ):
            identify = {"op": 2, "d": {"token": sandbox.token, "intents": 0}}
            async with session.ws_connect(sandbox.gateway_url) as socket:
                await socket.send_json(identify)
                for _ in range(times):
                    await socket.send_json(payload or identify)
                while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
                assert message.data == code


async def test_another_version_and_encoding_are_refused(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{sandbox.gateway_url}?v=8") as socket:
            assert (await socket.receive()).data == 4012
        for wrong in ("encoding=etf", "compress=lzma"):
            address = f"{sandbox.gateway_url}?v=10&{wrong}".replace("ws://", "http://")
            assert (await session.get(address)).status == 400


async def test_a_session_is_resumed_where_it_was_left_and_nowhere_else(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(sandbox.gateway_url) as socket:
            await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1 << 9 | 1 << 15}})
            await socket.receive_json()
            ready = await socket.receive_json()
        await sandbox.bot_disconnected()
        for text in ("one", "two"):
            await sandbox.member("alice").send(content=text)
        known = {"token": sandbox.token, "session_id": ready["d"]["session_id"]}
        async with session.ws_connect(sandbox.gateway_url) as socket:
            await socket.send_json({"op": 6, "d": {**known, "seq": ready["s"]}})
            told = [await socket.receive_json() for _ in range(4)][1:]
        assert [(event["t"], event["d"].get("content")) for event in told] == [
            ("MESSAGE_CREATE", "one"),
            ("MESSAGE_CREATE", "two"),
            ("RESUMED", None),
        ]
        assert [event["s"] for event in told] == [2, 3, 4]
        async with session.ws_connect(sandbox.gateway_url) as socket:
            await socket.send_json({"op": 6, "d": {**known, "seq": 5}})
            await socket.receive_json()
            assert (await socket.receive()).data == 4007
        async with session.ws_connect(sandbox.gateway_url) as socket:
            await socket.send_json({"op": 6, "d": {**known, "session_id": "gone", "seq": 1}})
            await socket.receive_json()
            assert await socket.receive_json() == {"op": 9, "d": False}


async def test_a_bot_that_reads_too_slowly_is_let_go_and_finds_all_when_it_resumes(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_UNREAD", 3)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(sandbox.gateway_url) as socket:
            await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 1 << 9 | 1 << 15}})
            await socket.receive_json()
            ready = await socket.receive_json()
            for number in range(5):  # without a pause, in which they could be sent
                message = sandbox.world.new_message(sandbox.channel, sandbox.member("alice").member.user)
                message.content = str(number)
                sandbox.world.add_message(message)
            await sandbox.bot_disconnected()
            await socket.send_json({"op": 1, "d": None})
            while (told := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
            assert told.data == 4000
        monkeypatch.setattr(connection, "MAX_UNREAD", 10)
        async with session.ws_connect(sandbox.gateway_url) as socket:
            resume = {"token": sandbox.token, "session_id": ready["d"]["session_id"], "seq": ready["s"]}
            await socket.send_json({"op": 6, "d": resume})
            await socket.receive_json()
            assert [(await socket.receive_json())["d"]["content"] for _ in range(5)] == list("01234")
    assert sandbox.breaches == []


@pytest.mark.parametrize("kind", ["zlib-stream", "zstd-stream"])
async def test_the_bots_own_client_reads_either_compression(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, poster: Upload, kind: str
) -> None:
    if kind == "zlib-stream":
        monkeypatch.setattr(discord.utils, "_ActiveDecompressionContext", _Zlib)
    asked: list[str | None] = []
    real = gateway.compressor_for
    monkeypatch.setattr(gateway, "compressor_for", lambda wanted: asked.append(wanted) or real(wanted))
    async with connected(sandbox, monkeypatch):
        interaction = await sandbox.member("alice").slash("judge", poster=poster)
        assert (await interaction.reply()).components_v2
    assert asked == [kind]


class _Zlib:
    """What discord.py has where the package zstandard, which it prefers, is not there."""

    COMPRESSION_TYPE = "zlib-stream"

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()

    def decompress(self, data: bytes) -> str:
        return self._stream.decompress(data).decode()


async def test_a_bot_that_never_beats_is_cut_off() -> None:
    async with (
        Sandbox.start(SandboxConfig(heartbeat_interval=0.01)) as sandbox,
        aiohttp.ClientSession() as session,
        session.ws_connect(sandbox.gateway_url) as socket,
    ):
        assert (await socket.receive_json())["d"]["heartbeat_interval"] == 10
        assert (await socket.receive()).data == 4009


async def test_a_compressed_gateway_is_one_zlib_stream(sandbox: Sandbox) -> None:
    stream = zlib.decompressobj()
    address = f"{sandbox.gateway_url}?v=10&encoding=json&compress=zlib-stream"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        assert json.loads(stream.decompress(await socket.receive_bytes()))["op"] == 10
        await socket.send_json({"op": 2, "d": {**IDENTIFY["d"], "token": sandbox.token}})
        data = await socket.receive_bytes()
        assert data.endswith(b"\x00\x00\xff\xff")
        assert json.loads(stream.decompress(data))["t"] == "READY"


async def test_an_intent_the_application_lacks_is_disallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox.start(SandboxConfig(privileged_intents=0)) as sandbox:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with connected(sandbox, monkeypatch, intents=discord.Intents.all()):
                pass


async def test_a_bot_without_the_content_intent_does_not_read_messages(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    async with connected(sandbox, monkeypatch, intents=discord.Intents.default()) as bot:
        await sandbox.member("alice").send(None, "secret", files=[poster])
        await sandbox.member("alice").send(None, f"<@{sandbox.bot_user.id}> hello")
        await bot.until(lambda: len(bot.seen) == 2)
        assert [message.content for message in bot.seen] == ["", f"<@{sandbox.bot_user.id}> hello"]
        assert bot.seen[0].attachments == []


_OF_GUILDS = {"GUILD_CREATE", "CHANNEL_CREATE", "THREAD_CREATE", "GUILD_ROLE_CREATE"}
_OF_MEMBERS = {"GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE"}
_OF_MESSAGES = {"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"}


@pytest.mark.parametrize(
    ("missing", "unheard"),
    [
        (Intent.GUILDS, {(event, False) for event in _OF_GUILDS}),
        (Intent.GUILD_MEMBERS, {(event, False) for event in _OF_MEMBERS}),
        (Intent.GUILD_MESSAGES, {(event, False) for event in _OF_MESSAGES}),
        (Intent.DIRECT_MESSAGES, {(event, True) for event in _OF_MESSAGES}),
    ],
)
async def test_what_an_intent_covers_is_not_heard_without_it(
    sandbox: Sandbox, missing: Intent, unheard: set[tuple[str, bool]]
) -> None:
    every = Intent.GUILDS | Intent.GUILD_MEMBERS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES
    assert await _heard(sandbox, every) - await _heard(sandbox, every & ~missing) == unheard


async def _heard(sandbox: Sandbox, intents: int) -> set[tuple[str, bool]]:
    """What a session is told of all that can happen: the events, and whether they are of direct messages."""
    alice = sandbox.member("alice")
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway_url) as socket:
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": int(intents)}})
        await sandbox.bot_connected()
        for place in (sandbox.add_channel(f"c{intents}"), alice.dm):
            message = await alice.send(place, "one")
            await alice.edit(message, "two")
            await alice.delete(message)
        await alice.start_thread("Films")
        sandbox.add_member(f"m{intents}", permissions=Permission.MANAGE_GUILD)
        sandbox.add_guild(f"g{intents}")
        kinds = {"type": 2, "data": {"name": "last"}, "member": alice.member, "channel": sandbox.channel}
        sandbox.world.interactions.create(**kinds)
        told: set[tuple[str, bool]] = set()
        while True:
            event = await socket.receive_json()
            if event.get("t") == "INTERACTION_CREATE":
                break
            if event.get("t") not in (None, "READY"):
                told.add((event["t"], "guild_id" not in event["d"] and "MESSAGE" in event["t"]))
    await sandbox.drop_gateway(resumable=False)
    return told


async def test_a_bot_without_the_message_intent_hears_of_none(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    async with connected(sandbox, monkeypatch, intents=discord.Intents(guilds=True)) as bot:
        await sandbox.member("alice").send(None, "unheard")
        await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
        assert bot.seen == []


async def test_what_happened_while_the_line_was_cut_is_sent_again(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    await sandbox.drop_gateway()
    await sandbox.bot_disconnected()
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await sandbox.bot_connected()
    assert (await interaction.reply()).components_v2
    assert len(sandbox.server.gateway.sessions) == 1


async def test_a_session_that_is_gone_begins_anew(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    await sandbox.drop_gateway(resumable=False)
    await sandbox.bot_connected()
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    assert (await interaction.reply()).components_v2


async def test_a_bot_reconnects_when_it_is_asked_to(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    before = sandbox.server.gateway.connected_sessions()[0].outgoing
    await sandbox.request_reconnect()
    gateway = sandbox.server.gateway
    await sandbox.until(lambda: gateway.connected_sessions() and gateway.connected_sessions()[0].outgoing is not before)
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    assert (await interaction.reply()).components_v2


async def test_each_shard_serves_its_own_guilds(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    guilds = [sandbox.add_guild(f"Guild {number}") for number in range(4)]
    async with connected(sandbox, monkeypatch, shard_count=2) as bot:
        for guild in guilds:
            interaction = await sandbox.member("alice", guild=guild).slash("judge", poster=poster)
            await interaction.reply()
        shards = [interaction.guild.shard_id for interaction in bot.interactions if interaction.guild is not None]
        assert shards == [(int(guild.id) >> 22) % 2 for guild in guilds]


async def identified(session: aiohttp.ClientSession, sandbox: Sandbox, shard: int, count: int) -> aiohttp.WSMessage:
    """What an IDENTIFY is answered with."""
    async with session.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": sandbox.token, "intents": 0, "shard": [shard, count]}})
        return await socket.receive()


async def test_a_bot_with_more_guilds_than_a_shard_may_serve_has_to_shard() -> None:
    async with Sandbox.start(SandboxConfig(shard_guilds=2)) as sandbox, aiohttp.ClientSession() as session:
        for number in range(3):
            sandbox.add_guild(f"Guild {number}")
        assert (await identified(session, sandbox, 0, 1)).data == 4011
        sizes = [sum(int(guild) >> 22 & 1 == shard for guild in sandbox.world.guilds) for shard in (0, 1)]
        assert min(sizes) <= 2
        told = await identified(session, sandbox, sizes.index(min(sizes)), 2)
        assert json.loads(told.data)["t"] == "READY"


async def test_shards_of_one_key_identify_five_seconds_apart_and_the_day_has_so_many_sessions() -> None:
    config = SandboxConfig(frozen_clock=True, max_concurrency=2, session_starts=3)
    async with Sandbox.start(config) as sandbox, aiohttp.ClientSession() as session:
        session.headers["Authorization"] = f"Bot {sandbox.token}"

        async def limit() -> dict[str, int]:
            return (await (await session.get(f"{sandbox.api_url}/gateway/bot")).json())["session_start_limit"]

        assert await limit() == {"total": 3, "remaining": 3, "reset_after": 0, "max_concurrency": 2}
        for shard in (0, 1):
            assert json.loads((await identified(session, sandbox, shard, 4)).data)["t"] == "READY"
        assert json.loads((await identified(session, sandbox, 2, 4)).data) == {"op": 9, "d": False}
        assert [breach.rule for breach in sandbox.breaches] == ["Max Concurrency"]
        sandbox.clock.advance(5)
        assert json.loads((await identified(session, sandbox, 2, 4)).data)["t"] == "READY"
        assert await limit() == {"total": 3, "remaining": 0, "reset_after": 86_395_000, "max_concurrency": 2}
        sandbox.clock.advance(5)
        assert (await identified(session, sandbox, 3, 4)).data == 4004
        sandbox.clock.advance(24 * 3600)
        assert json.loads((await identified(session, sandbox, 3, 4)).data)["t"] == "READY"


async def test_the_members_of_a_guild_can_be_asked_for(sandbox: Sandbox, bot: TinyBot) -> None:
    guild = bot.get_guild(int(sandbox.guild.id))
    assert guild is not None
    found = await guild.query_members("mon", limit=5)
    assert [member.name for member in found] == ["mona"]
    assert found[0].guild_permissions.manage_guild


async def test_a_connected_bot_hears_of_new_guilds_channels_and_members(sandbox: Sandbox, bot: TinyBot) -> None:
    await bot.wait_until_ready()
    guild = sandbox.add_guild("Second")
    channel = sandbox.world.add_channel(guild, "later")
    sandbox.add_member("zoe", guild=guild, permissions=Permission.MANAGE_GUILD)
    await sandbox.member("zoe", guild=guild).send(channel, "hello")
    await bot.until(lambda: bot.seen)
    assert bot.seen[0].author.name == "zoe"
    assert str(bot.seen[0].channel) == "later"
