"""Threads: of members and of the bot, with their parent's permissions and a permission of their own."""

import aiohttp
import discord
import pytest

from sandbox import CommandUnavailableError, Overwrite, Permission, Sandbox, Upload
from tests.sandbox.tiny_bot import TinyBot, connected


async def test_the_bot_hears_of_a_thread_and_is_used_in_it(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    alice = sandbox.member("alice")
    question = await alice.send(content="Which film?", files=[poster])
    thread = await alice.start_thread("Which film?", on=question)
    assert thread.id == question.id
    await alice.send(thread, "I mean this one")
    interaction = await alice.slash("judge", in_channel=thread, poster=poster)
    reply = await interaction.reply()
    assert list(thread.messages.values())[1:] == [reply]
    assert list(sandbox.channel.messages) == [question.id]
    heard = bot.seen[1].channel
    assert isinstance(heard, discord.Thread)
    assert heard.parent_id == int(sandbox.channel.id)
    used_in = bot.interactions[0].channel
    assert isinstance(used_in, discord.Thread)
    assert (used_in.id, used_in.parent_id) == (int(thread.id), int(sandbox.channel.id))
    assert sandbox.breaches == []


async def test_a_thread_is_there_for_a_bot_that_connects_later(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await sandbox.member("alice").start_thread("Before the bot")
    async with connected(sandbox, monkeypatch) as bot:
        await sandbox.member("alice").send(thread, "Hello")
        await bot.until(lambda: bot.seen)
        guild = bot.seen[0].guild
        assert guild is not None
        assert [one.id for one in guild.threads] == [int(thread.id)]
        assert [one.id for one in await guild.active_threads()] == [int(thread.id)]


async def test_the_bot_begins_threads(sandbox: Sandbox, bot: TinyBot) -> None:
    channel = await bot.fetch_channel(int(sandbox.channel.id))
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("Horror")
    thread = await message.create_thread(name="About Horror")
    await thread.send("Why?")
    await thread.join()
    await thread.leave()
    other = await channel.create_thread(name="Films", type=discord.ChannelType.public_thread)
    assert {one.name for one in sandbox.guild.threads.values()} == {"About Horror", "Films"}
    assert [one.content for one in sandbox.guild.threads[str(thread.id)].messages.values()] == ["Why?"]
    with pytest.raises(discord.HTTPException) as error:
        await message.create_thread(name="Once more")
    assert error.value.code == 160004
    assert sandbox.breaches == []
    for wrong in (other.id, channel.id):
        with pytest.raises(discord.HTTPException) as error:
            await bot.http.request(
                discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=wrong),
                json={"name": "x" * (10 if wrong == other.id else 101), "type": 11},
            )
        assert error.value.status == 400
    assert len(sandbox.breaches) == 2


async def test_writing_in_threads_takes_a_permission_of_its_own(sandbox: Sandbox, bot: TinyBot) -> None:
    alice = sandbox.member("alice")
    thread = await alice.start_thread("Films")
    place = bot.get_partial_messageable(int(thread.id))
    for denied, may in ((Permission.SEND_MESSAGES, True), (Permission.SEND_MESSAGES_IN_THREADS, False)):
        sandbox.channel.overwrites[:] = [Overwrite(target_id=sandbox.bot_user.id, type=1, deny=denied)]
        if may:
            await place.send("Horror")
        else:
            with pytest.raises(discord.Forbidden):
                await place.send("Horror")
    sandbox.channel.overwrites[:] = [
        Overwrite(target_id=sandbox.guild.id, type=0, deny=Permission.CREATE_PUBLIC_THREADS)
    ]
    for where in (sandbox.channel, thread):
        with pytest.raises(CommandUnavailableError):
            await alice.start_thread("More", in_channel=where)


async def test_a_thread_is_begun_and_listed_over_http(sandbox: Sandbox) -> None:
    async with (
        aiohttp.ClientSession(sandbox.base_url) as session,
        session.ws_connect("/control/events") as watching,
    ):
        message = await sandbox.member("bob").send(content="Which film?")
        await watching.receive_json()
        begun = {"member": "bob", "name": "Films", "message": message.id}
        thread = await (await session.post("/control/threads", json=begun)).json()
        parent = sandbox.channel.id
        assert thread == {
            "id": message.id,
            "name": "Films",
            "type": "thread",
            "parent_id": parent,
            "last_message_id": None,
        }
        state = await (await session.get("/control/state", params={"channel": thread["id"]})).json()
        assert [one["type"] for one in state["channels"]] == ["text", "thread", "dm"]
        assert state["channel"] == thread
        assert (await watching.receive_json())["message"]["flags"] == 1 << 5
        assert (await watching.receive_json()) == {"kind": "channels", "channels": state["channels"]}
        for wrong in (begun, {"name": ""}, {"name": "Direct", "channel": sandbox.member("alice").dm.id}):
            assert (await session.post("/control/threads", json=wrong)).status == 400
