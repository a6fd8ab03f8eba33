"""The REST API beside interactions: commands, messages, limits, permissions, faults."""

import aiohttp
import discord
import pytest
from discord import app_commands

from sandbox import Overwrite, Permission, Sandbox, SandboxConfig, Upload
from tests.sandbox.tiny_bot import TinyBot, connected


async def test_a_message_sent_twice_with_one_nonce_is_there_once(sandbox: Sandbox, bot: TinyBot) -> None:
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    first = await channel.send("once", nonce="prediction-1")
    second = await channel.send("once", nonce="prediction-1")
    third = await channel.send("twice", nonce="prediction-2")
    assert first.id == second.id != third.id
    assert len(sandbox.channel.messages) == 2


async def test_a_nonce_is_forgotten_after_a_few_minutes(sandbox: Sandbox, bot: TinyBot) -> None:
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    await channel.send("once", nonce="prediction-1")
    sandbox.clock.advance(301)
    await channel.send("once", nonce="prediction-1")
    assert len(sandbox.channel.messages) == 2


async def test_the_bot_edits_and_deletes_its_own_messages_only(sandbox: Sandbox, bot: TinyBot) -> None:
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    own = await channel.send("mine")
    await own.edit(content="still mine")
    assert (await channel.fetch_message(own.id)).content == "still mine"
    other = await sandbox.member("alice").send(None, "hers")
    with pytest.raises(discord.Forbidden) as error:
        await channel.get_partial_message(int(other.id)).delete()
    assert error.value.code == 50013
    await own.delete()
    assert list(sandbox.channel.messages.values()) == [other]


async def test_history_is_read_in_pages(sandbox: Sandbox, bot: TinyBot) -> None:
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    for number in range(5):
        await sandbox.member("alice").send(None, str(number))
    newest = [message async for message in channel.history(limit=2)]
    assert [message.content for message in newest] == ["4", "3"]
    assert [m.content async for m in channel.history(limit=2, before=newest[1])] == ["2", "1"]
    assert [m.content async for m in channel.history(limit=9, after=newest[1], oldest_first=True)] == ["4"]


async def test_without_permission_the_bot_may_not_write(sandbox: Sandbox, bot: TinyBot) -> None:
    deny = Overwrite(target_id=sandbox.bot_user.id, type=1, deny=Permission.SEND_MESSAGES)
    sandbox.channel.overwrites.append(deny)
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    with pytest.raises(discord.Forbidden) as error:
        await channel.send("x")
    assert error.value.code == 50013
    deny.deny = Permission.VIEW_CHANNEL
    with pytest.raises(discord.Forbidden) as error:
        await channel.send("x")
    assert error.value.code == 50001
    assert sandbox.breaches == []


async def test_guild_channel_and_member_can_be_fetched(sandbox: Sandbox, bot: TinyBot) -> None:
    guild = await bot.fetch_guild(int(sandbox.guild.id))
    member = await guild.fetch_member(int(sandbox.member("mona").id))
    assert guild.name == "Film club"
    assert member.name == "mona"
    assert (await bot.fetch_channel(int(sandbox.channel.id))).id == int(sandbox.channel.id)
    application = await bot.application_info()
    assert application.owner.name == "olga"


async def test_commands_keep_their_ids_when_registered_again(sandbox: Sandbox, bot: TinyBot) -> None:
    before = {command.name: command.id for command in await bot.tree.fetch_commands()}
    after = {command.name: command.id for command in await bot.tree.sync()}
    assert before == after
    assert set(before) == {"judge", "genres", "Judge this poster"}


async def test_a_command_of_one_guild_is_offered_there_only(sandbox: Sandbox, bot: TinyBot) -> None:
    other = sandbox.add_guild("Other")
    guild = discord.Object(int(sandbox.guild.id))

    @bot.tree.command(name="retrain", description="Retrain", guild=guild)
    @app_commands.default_permissions(manage_guild=True)
    async def retrain(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Yes")

    await bot.tree.sync(guild=guild)
    mona = sandbox.member("mona")
    assert (await (await mona.slash("retrain")).reply()).content == "Yes"
    for member in (sandbox.member("alice"), sandbox.member("olga", guild=other)):
        with pytest.raises(Exception, match="retrain"):
            await member.slash("retrain")


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Judge", "description": "x"},
        {"name": "judge it", "description": "x"},
        {"name": "judge", "description": ""},
        {"name": "judge", "description": "x" * 101},
        {"name": "x" * 33, "description": "x"},
        {"name": "menu", "type": 3, "description": "x"},
        {"name": "judge", "description": "x", "options": [{"name": "a", "description": "x", "type": 3}] * 2},
        {
            "name": "judge",
            "description": "x",
            "options": [
                {"name": "a", "description": "x", "type": 3},
                {"name": "b", "description": "x", "type": 3, "required": True},
            ],
        },
    ],
)
async def test_a_command_against_the_rules_is_refused(sandbox: Sandbox, command: dict[str, object]) -> None:
    url = f"{sandbox.api_url}/applications/{sandbox.application_id}/commands"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with aiohttp.ClientSession() as session, session.put(url, json=[command], headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["code"] == 50035
    assert len(sandbox.breaches) == 1


async def test_a_path_that_is_none_is_a_breach(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with aiohttp.ClientSession() as session:
        assert (await session.get(f"{sandbox.api_url}/no/such/path", headers=headers)).status == 404
    assert len(sandbox.breaches) == 1


async def test_too_many_requests_are_told_when_to_come_again() -> None:
    async with (
        Sandbox.start(SandboxConfig(frozen_clock=True)) as sandbox,
        aiohttp.ClientSession(headers={"Authorization": f"Bot {sandbox.token}"}) as session,
    ):
        url = f"{sandbox.api_url}/channels/{sandbox.channel.id}/messages"

        async def send() -> tuple[int, dict[str, object], str | None]:
            async with session.post(url, json={"content": "x"}) as answer:
                return answer.status, await answer.json(), answer.headers.get("X-RateLimit-Remaining")

        sent = [await send() for _ in range(6)]
        assert [status for status, _, _ in sent] == [200] * 5 + [429]
        assert [remaining for _, _, remaining in sent] == ["4", "3", "2", "1", "0", "0"]
        assert sent[-1][1] == {"message": "You are being rate limited.", "retry_after": 5.0, "global": False, "code": 0}
        sandbox.clock.advance(5)
        assert (await send())[0] == 200
        assert sandbox.breaches == []


async def test_all_of_a_bots_routes_together_have_a_limit() -> None:
    async with (
        Sandbox.start(SandboxConfig(frozen_clock=True)) as sandbox,
        aiohttp.ClientSession(headers={"Authorization": f"Bot {sandbox.token}"}) as session,
    ):
        statuses = []
        for path in ("users/@me", "applications/@me") * 26:
            async with session.get(f"{sandbox.api_url}/{path}") as answer:
                statuses.append(answer.status)
                everywhere = answer.headers.get("X-RateLimit-Global")
        assert statuses == [200] * 50 + [429] * 2
        assert everywhere == "true"


async def test_a_request_can_be_made_to_fail_once(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    sandbox.fail_next("@original", status=429, retry_after=0.001)
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    assert (await interaction.reply()).components_v2
    assert [record.status for record in sandbox.requests if record.path.endswith("@original")] == [429, 200]


async def test_an_answer_can_be_lost_after_the_deed(sandbox: Sandbox, bot: TinyBot) -> None:
    sandbox.fail_next("/messages", method="POST", applied=True, disconnect=True)
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    with pytest.raises(aiohttp.ClientError):
        await channel.send("done, but nobody says so", nonce="prediction-1")
    await channel.send("done, but nobody says so", nonce="prediction-1")
    assert len(sandbox.channel.messages) == 1


async def test_an_old_message_may_be_edited_so_often_only(monkeypatch: pytest.MonkeyPatch) -> None:
    config = SandboxConfig(frozen_clock=True, rate_limits=False, old_message_edits=2)
    async with Sandbox.start(config) as sandbox, connected(sandbox, monkeypatch) as bot:
        message = await bot.get_partial_messageable(int(sandbox.channel.id)).send("0")
        for number in range(5):
            await message.edit(content=str(number))
        sandbox.clock.advance(3601)
        await message.edit(content="old")
        await message.edit(content="older")
        with pytest.raises(discord.HTTPException) as error:
            await message.edit(content="too old")
        assert (error.value.status, error.value.code) == (429, 30046)
        sandbox.clock.advance(3600)
        await message.edit(content="an hour later")
        assert sandbox.breaches == []


async def test_a_client_that_heeds_the_headers_is_never_refused(
    monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    async def tell_much(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message("0")
        for number in range(1, 8):
            await interaction.followup.send(str(number))

    async with Sandbox.start() as sandbox, connected(sandbox, monkeypatch) as bot:
        bot.judge = tell_much
        interaction = await sandbox.member("alice").slash("judge", poster=poster)
        await interaction.until(lambda one: len(one.messages) == 8)
        assert sandbox.refusals == []
        assert sandbox.breaches == []
