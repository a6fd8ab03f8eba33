"""Select menus: what a member may choose, what the bot is told, and what Discord refuses."""

from typing import Any

import aiohttp
import discord
import pytest

from sandbox import CommandUnavailableError, Message, Sandbox
from tests.sandbox.tiny_bot import TinyBot


async def _ask(sandbox: Sandbox, bot: TinyBot, select: discord.ui.Item[Any]) -> tuple[Message, list[Any]]:
    """Sends a select; returns the message and, for each choice, what the bot was told."""
    told: list[Any] = []

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        assert interaction.data is not None
        told.append((interaction.data, interaction))
        await interaction.response.send_message("Noted", ephemeral=True)

    view = discord.ui.View(timeout=None)
    view.add_item(select)
    sent = await bot.get_partial_messageable(int(sandbox.channel.id)).send("Which?", view=view)
    return sandbox.channel.messages[str(sent.id)], told


def _genres(**limits: Any) -> discord.ui.Select[Any]:
    options = [discord.SelectOption(label=name.title(), value=name) for name in ("crime", "horror", "war")]
    return discord.ui.Select(custom_id="genres", options=options, **limits)


async def test_the_bot_is_told_which_options_were_chosen(sandbox: Sandbox, bot: TinyBot) -> None:
    message, told = await _ask(sandbox, bot, _genres(min_values=1, max_values=2))
    interaction = await sandbox.member("alice").click(message, "genres", values=["war", "crime"])
    await interaction.reply()
    ((data, seen),) = told
    assert (data["custom_id"], data["component_type"], data["values"]) == ("genres", 3, ["war", "crime"])
    assert seen.message.id == int(message.id)
    assert sandbox.breaches == []


@pytest.mark.parametrize("values", [None, [], ["war", "war"], ["comedy"], ["crime", "horror", "war"]])
async def test_a_member_cannot_choose_what_is_not_offered(
    sandbox: Sandbox, bot: TinyBot, values: list[str] | None
) -> None:
    message, told = await _ask(sandbox, bot, _genres(min_values=1, max_values=2))
    with pytest.raises(CommandUnavailableError):
        await sandbox.member("alice").click(message, "genres", values=values)
    assert told == []


async def test_chosen_users_come_with_their_member_objects(sandbox: Sandbox, bot: TinyBot) -> None:
    bob, mona = sandbox.member("bob"), sandbox.member("mona")
    chosen_before = [discord.SelectDefaultValue(id=int(bob.id), type=discord.SelectDefaultValueType.user)]
    select = discord.ui.UserSelect(custom_id="who", max_values=2, default_values=chosen_before)
    message, told = await _ask(sandbox, bot, select)
    assert [part.get("default_values") for part in message.walk()] == [None, [{"id": bob.id, "type": "user"}]]
    await (await sandbox.member("alice").click(message, "who", values=[bob, mona.id])).reply()
    data = told[0][0]
    assert data["values"] == [bob.id, mona.id]
    assert data["resolved"]["users"][bob.id]["username"] == "bob"
    assert set(data["resolved"]["members"]) == {bob.id, mona.id}
    with pytest.raises(CommandUnavailableError, match="nobody"):
        await sandbox.member("alice").click(message, "who", values=["1"])


async def test_chosen_roles_and_members_are_told_apart(sandbox: Sandbox, bot: TinyBot) -> None:
    role = sandbox.add_role("Critics")
    select = discord.ui.MentionableSelect(custom_id="who", max_values=2)
    message, told = await _ask(sandbox, bot, select)
    await (await sandbox.member("alice").click(message, "who", values=[role, sandbox.member("bob")])).reply()
    resolved = told[0][0]["resolved"]
    assert list(resolved["roles"]) == [role.id]
    assert list(resolved["users"]) == [sandbox.member("bob").id]


async def test_a_channel_select_takes_channels_of_its_types(sandbox: Sandbox, bot: TinyBot) -> None:
    films = sandbox.add_channel("films")
    text_only = discord.ui.ChannelSelect(custom_id="where", channel_types=[discord.ChannelType.text])
    message, told = await _ask(sandbox, bot, text_only)
    await (await sandbox.member("alice").click(message, "where", values=[films])).reply()
    assert told[0][0]["resolved"]["channels"][films.id]["name"] == "films"
    voice_only = discord.ui.ChannelSelect(custom_id="where", channel_types=[discord.ChannelType.voice])
    message, _ = await _ask(sandbox, bot, voice_only)
    with pytest.raises(CommandUnavailableError, match="types"):
        await sandbox.member("alice").click(message, "where", values=[films])


async def test_a_select_that_is_turned_off_cannot_be_used(sandbox: Sandbox, bot: TinyBot) -> None:
    message, _ = await _ask(sandbox, bot, _genres(disabled=True))
    with pytest.raises(CommandUnavailableError):
        await sandbox.member("alice").click(message, "genres", values=["war"])


OPTION = {"label": "War", "value": "war"}


@pytest.mark.parametrize(
    "change",
    [
        {"options": []},
        {"options": [{"label": str(n), "value": str(n)} for n in range(26)]},
        {"options": [OPTION, OPTION]},
        {"options": [{**OPTION, "label": "x" * 101}]},
        {"options": [{**OPTION, "value": ""}]},
        {"options": [{**OPTION, "default": True}, {"label": "Crime", "value": "crime", "default": True}]},
        {"max_values": 2},
        {"min_values": 26, "max_values": 25},
        {"min_values": 2, "max_values": 1},
        {"max_values": 0},
        {"placeholder": "x" * 151},
        {"custom_id": "x" * 101},
        {"custom_id": ""},
        {"type": 5, "min_values": 3, "max_values": 2},
    ],
)
async def test_a_select_against_the_rules_is_refused(sandbox: Sandbox, change: dict[str, Any]) -> None:
    select = {"type": 3, "custom_id": "genres", "options": [OPTION], **change}
    url = f"{sandbox.api_url}/channels/{sandbox.channel.id}/messages"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    body = {"components": [{"type": 1, "components": [select]}]}
    async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 50035)
    assert len(sandbox.breaches) == 1
