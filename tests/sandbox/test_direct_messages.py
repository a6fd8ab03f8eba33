"""Direct messages with the bot: no guild, no members, and a member may take none."""

from typing import Any

import discord
import pytest

from sandbox import CommandUnavailableError, Sandbox, Upload
from tests.sandbox.tiny_bot import TinyBot, connected, poster_file


async def test_a_command_in_direct_messages_comes_from_a_user(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    alice, told = sandbox.member("alice"), _payloads(bot)
    interaction = await alice.slash("judge", in_channel=alice.dm, poster=poster)
    reply = await interaction.reply()
    assert alice.dm.messages_visible_to(alice) == [reply]
    payload = told[0]
    assert payload["user"]["id"] == alice.id
    assert payload["context"] == 1
    assert payload["authorizing_integration_owners"] == {"0": "0"}
    assert payload["channel"]["type"] == 1
    assert not {"member", "guild", "guild_id"} & set(payload)
    seen = bot.interactions[0]
    assert seen.guild is None
    assert seen.context.dm_channel
    assert seen.app_permissions.attach_files
    assert interaction.guild is None
    assert sandbox.breaches == []


def _payloads(bot: TinyBot) -> list[Any]:
    """What discord.py is sent of interactions, as it comes in."""
    told: list[Any] = []
    taken = bot._connection.parsers["INTERACTION_CREATE"]
    bot._connection.parsers["INTERACTION_CREATE"] = lambda data: (told.append(data), taken(data))
    return told


async def test_buttons_selects_and_modals_work_in_direct_messages(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            modal = discord.ui.Modal(title="Who", custom_id="who")
            modal.add_item(discord.ui.Label(text="Who", component=discord.ui.UserSelect(custom_id="users")))
            await interaction.response.send_modal(modal)
        elif interaction.type is discord.InteractionType.modal_submit:
            bot.interactions.append(interaction)
            await interaction.response.send_message("Thanks")

    alice = sandbox.member("alice")
    reply = await (await alice.slash("judge", in_channel=alice.dm, poster=poster)).reply()
    opened = await alice.click(reply, "right")
    with pytest.raises(CommandUnavailableError, match="nobody"):
        await alice.submit(opened, {"users": [sandbox.member("bob")]})
    submission = await alice.submit(opened, {"users": [sandbox.bot_user]})
    assert (await submission.reply()).content == "Thanks"
    data: Any = bot.interactions[-1].data
    assert "members" not in data["resolved"]
    assert sandbox.breaches == []


async def test_a_command_that_is_for_guilds_is_not_offered_in_direct_messages(sandbox: Sandbox, bot: TinyBot) -> None:
    @bot.tree.command(name="setup", description="Set up")
    @discord.app_commands.allowed_contexts(guilds=True, dms=False)
    async def setup(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Yes")

    @bot.tree.command(name="mine", description="Mine")
    @discord.app_commands.allowed_contexts(guilds=False, dms=True)
    async def mine(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Yours")

    await bot.tree.sync()
    alice = sandbox.member("alice")
    assert (await (await alice.slash("mine", in_channel=alice.dm)).reply()).content == "Yours"
    for command, channel in (("setup", alice.dm), ("mine", alice.channel)):
        with pytest.raises(CommandUnavailableError):
            await alice.slash(command, in_channel=channel)


async def test_the_bot_hears_direct_messages_whole_without_the_content_intent(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    async with connected(sandbox, monkeypatch, intents=discord.Intents(dm_messages=True)) as bot:
        alice = sandbox.member("alice")
        await alice.send(None, "unheard")
        await alice.send(alice.dm, "judge this", files=[poster])
        await bot.until(lambda: bot.seen)
        (message,) = bot.seen
        assert message.content == "judge this"
        assert len(message.attachments) == 1
        assert message.guild is None
        await message.reply("Horror")
        await sandbox.until(lambda: len(alice.dm.messages) == 2)
        assert sandbox.breaches == []


async def test_without_the_intent_direct_messages_are_not_heard(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(sandbox, monkeypatch, intents=discord.Intents(guilds=True, guild_messages=True)) as bot:
        alice = sandbox.member("alice")
        await alice.send(alice.dm, "unheard")
        await alice.send(None, "heard")
        await bot.until(lambda: bot.seen)
        assert len(bot.seen) == 1
        assert bot.seen[0].guild is not None


async def test_the_bot_writes_to_a_member_edits_and_deletes(sandbox: Sandbox, bot: TinyBot) -> None:
    alice = sandbox.member("alice")
    user = await bot.fetch_user(int(alice.id))
    sent = await user.send("Judged", file=poster_file())
    assert sent.channel.id == int(alice.dm.id)
    await sent.edit(content="Judged again")
    assert alice.dm.messages[str(sent.id)].content == "Judged again"
    hers = await alice.send(alice.dm, "hers")
    with pytest.raises(discord.Forbidden):
        await sent.channel.get_partial_message(int(hers.id)).delete()
    assert [message.content async for message in sent.channel.history()] == ["hers", "Judged again"]
    await sent.delete()
    assert alice.dm.messages_visible_to(alice) == [hers]
    assert sandbox.breaches == []


async def test_a_member_who_takes_no_direct_messages_gets_none(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    alice = sandbox.member("alice")
    alice.close_dms()
    user = await bot.fetch_user(int(alice.id))
    with pytest.raises(discord.Forbidden) as error:
        await user.send("Judged")
    assert error.value.code == 50007
    assert list(alice.dm.messages) == []
    assert sandbox.breaches == []
    alice.close_dms(False)
    assert (await user.send("Judged")).content == "Judged"


async def test_direct_messages_with_nobody_are_refused(sandbox: Sandbox, bot: TinyBot) -> None:
    with pytest.raises(discord.HTTPException) as error:
        await bot.create_dm(discord.Object(1))
    assert error.value.code == 50033
    assert len(sandbox.breaches) == 1
