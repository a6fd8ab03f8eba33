"""What the bot hears of messages: by its intents, and by whether a message is meant for it."""

from typing import Any

import discord
import pytest

from sandbox import Sandbox, SandboxConfig, Upload
from tests.sandbox.tiny_bot import TinyBot, connected

GUILD_MESSAGES = discord.Intents(guilds=True, guild_messages=True)


def _events(bot: TinyBot, *names: str) -> list[tuple[str, Any]]:
    """The gateway's events of these names, as they come in."""
    told: list[tuple[str, Any]] = []
    for name in names:
        taken = bot._connection.parsers[name]

        def take(data: Any, name: str = name, taken: Any = taken) -> None:
            told.append((name, data))
            taken(data)
            bot.changed.set()

        bot._connection.parsers[name] = take
    return told


async def test_a_reply_that_mentions_the_bot_is_read_without_the_content_intent(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(sandbox, monkeypatch, intents=GUILD_MESSAGES) as bot:
        told = _events(bot, "MESSAGE_CREATE")
        own = await bot.get_partial_messageable(int(sandbox.channel.id)).send("It is Horror")
        judged = sandbox.channel.messages[str(own.id)]
        alice, bob = sandbox.member("alice"), sandbox.member("bob")
        await alice.send(reply_to=judged, content="no, comedy")
        await bob.send(reply_to=judged, content="said among ourselves", mention=False)
        await alice.send(content=f"<@{sandbox.bot_user.id}> what is this?")
        question = await bob.send(content="a secret")
        await alice.send(reply_to=question, content=f"ask <@!{sandbox.bot_user.id}>")
        await bot.until(lambda: len(told) == 6)
    texts = [data["content"] for _, data in told]
    assert texts[:4] == ["It is Horror", "no, comedy", "", f"<@{sandbox.bot_user.id}> what is this?"]
    assert texts[4:] == ["", f"ask <@!{sandbox.bot_user.id}>"]
    reply = told[1][1]
    assert reply["type"] == 19
    assert reply["message_reference"]["message_id"] == judged.id
    assert reply["referenced_message"]["content"] == "It is Horror"
    assert [user["id"] for user in reply["mentions"]] == [sandbox.bot_user.id]
    assert "roles" in reply["mentions"][0]["member"]
    quiet = told[2][1]
    assert quiet["mentions"] == []
    assert quiet["referenced_message"]["id"] == judged.id
    # The bot reads the reply that is meant for it, not the message of bob's that it answers.
    assert told[5][1]["referenced_message"]["content"] == ""
    assert sandbox.breaches == []


async def test_a_reply_to_a_message_that_is_gone_says_so(sandbox: Sandbox, bot: TinyBot) -> None:
    told = _events(bot, "MESSAGE_CREATE")
    alice = sandbox.member("alice")
    first = await alice.send(content="first")
    await alice.delete(first)
    await alice.send(reply_to=first, content="second")
    await bot.until(lambda: len(told) == 2)
    assert told[1][1]["referenced_message"] is None


async def test_edits_and_deletions_are_heard_with_the_intent_of_their_place(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct = discord.Intents(dm_messages=True)
    names = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE")
    alice = sandbox.member("alice")
    for intents, heard in ((GUILD_MESSAGES, alice.channel), (direct, alice.dm)):
        async with connected(sandbox, monkeypatch, intents=intents) as bot:
            told = _events(bot, *names)
            for channel in (alice.channel, alice.dm):
                message = await alice.send(channel, "crime")
                await alice.edit(message, "drama")
                await alice.delete(message)
            await bot.until(lambda told=told: len(told) == 3)
            assert [(name, data["channel_id"]) for name, data in told] == [(name, heard.id) for name in names]
            assert all(("guild_id" in data) == (heard is alice.channel) for _, data in told)
        await sandbox.bot_disconnected()


async def test_what_is_withheld_is_empty_in_forwards_too(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    async with connected(sandbox, monkeypatch, intents=GUILD_MESSAGES) as bot:
        told = _events(bot, "MESSAGE_CREATE")
        alice = sandbox.member("alice")
        first = await alice.send(content="look", files=[poster], embeds=[{"title": "A link"}])
        await alice.send(forward_of=first)
        await bot.until(lambda: len(told) == 2)
    empty = {"content": "", "embeds": [], "attachments": [], "components": []}
    assert {key: told[0][1][key] for key in empty} == empty
    snapshot = told[1][1]["message_snapshots"][0]["message"]
    assert {key: snapshot[key] for key in empty} == empty


async def test_an_application_without_the_content_intent_reads_no_more_by_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = SandboxConfig(frozen_clock=True, rate_limits=False, privileged_intents=0)
    async with Sandbox.start(config) as sandbox, connected(sandbox, monkeypatch, intents=GUILD_MESSAGES) as bot:
        flags = (await bot.application_info()).flags
        assert not flags.gateway_message_content_limited
        channel = bot.get_partial_messageable(int(sandbox.channel.id))
        alice = sandbox.member("alice")
        secret = await alice.send(content="a secret")
        await alice.send(content=f"<@{sandbox.bot_user.id}> hello")
        assert (await channel.fetch_message(int(secret.id))).content == ""
        assert [message.content async for message in channel.history()] == [f"<@{sandbox.bot_user.id}> hello", ""]


async def test_the_application_says_which_privileged_intents_it_may_use(sandbox: Sandbox, bot: TinyBot) -> None:
    flags = (await bot.application_info()).flags
    assert flags.gateway_message_content_limited
    assert flags.gateway_guild_members_limited
    assert bot.application_flags == flags


async def test_the_bot_mentions_whom_it_is_allowed_to(sandbox: Sandbox, bot: TinyBot) -> None:
    alice, bob = sandbox.member("alice"), sandbox.member("bob")
    hers = await alice.send(content="hello")
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    answered = channel.get_partial_message(int(hers.id))
    none = discord.AllowedMentions.none()
    text = f"<@{alice.id}> and <@{bob.id}>"
    sent = [
        await answered.reply("hello"),
        await answered.reply("hello", mention_author=False),
        await channel.send(text),
        await channel.send(text, allowed_mentions=none),
        await channel.send(text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(bob.id))])),
    ]
    mentioned = [[user.name for user in message.mentions] for message in sent]
    assert mentioned == [["alice"], [], ["alice", "bob"], [], ["bob"]]
    assert sandbox.breaches == []
