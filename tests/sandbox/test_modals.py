"""Modals: opened by the bot, filled in by a member, as often and as late as they like."""

from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio

from sandbox import CommandUnavailableError, Interaction, Message, Sandbox, Upload
from tests.sandbox.tiny_bot import TinyBot, connected


class Correction(discord.ui.Modal):
    """What the film really is."""

    def __init__(self) -> None:
        super().__init__(title="Correct me", custom_id="correct:7")
        options = [discord.SelectOption(label=name, default=name == "crime") for name in ("crime", "horror", "war")]
        genres = discord.ui.Select[Any](custom_id="genres", options=options, max_values=3)
        who = discord.ui.UserSelect[Any](custom_id="who", required=False)
        why = discord.ui.TextInput[Any](
            custom_id="why", style=discord.TextStyle.long, required=False, min_length=3, max_length=9
        )
        self.add_item(discord.ui.TextDisplay("Only you see this."))
        self.add_item(discord.ui.Label(text="Title", component=discord.ui.TextInput(custom_id="title", max_length=20)))
        self.add_item(discord.ui.Label(text="Genres", component=genres))
        self.add_item(discord.ui.Label(text="Seen with", component=who))
        self.add_item(discord.ui.Label(text="Why", component=why))


async def _with_button(sandbox: Sandbox, bot: TinyBot) -> Message:
    """Sends a message whose button opens the modal, which then edits the message; submissions are in `interactions`."""

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(Correction())
        elif interaction.type is discord.InteractionType.modal_submit:
            bot.interactions.append(interaction)
            await interaction.response.edit_message(content="Corrected")

    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Correct", custom_id="open"))
    sent = await bot.get_partial_messageable(int(sandbox.channel.id)).send("Horror", view=view)
    return sandbox.channel.messages[str(sent.id)]


@pytest_asyncio.fixture(loop_scope="session")
async def question(sandbox: Sandbox, bot: TinyBot) -> Message:
    """A message whose button opens the modal."""
    return await _with_button(sandbox, bot)


async def test_a_modal_is_shown_filled_in_and_sent(sandbox: Sandbox, bot: TinyBot, question: Message) -> None:
    alice = sandbox.member("alice")
    opened = await alice.click(question, "open")
    modal = await opened.modal_opened()
    assert (modal["title"], modal["custom_id"]) == ("Correct me", "correct:7")
    bob = sandbox.member("bob")
    sent = await alice.submit(opened, {"title": "Heat", "genres": ["war", "crime"], "who": [bob]})
    await sandbox.until(lambda: question.content == "Corrected")
    (interaction,) = bot.interactions
    data: Any = interaction.data
    ids = [component["id"] for component in modal["components"]]
    inner = [component["component"]["id"] for component in modal["components"][1:]]
    assert data["components"] == [
        {"type": 10, "id": ids[0]},
        {"type": 18, "id": ids[1], "component": {"type": 4, "id": inner[0], "custom_id": "title", "value": "Heat"}},
        {
            "type": 18,
            "id": ids[2],
            "component": {"type": 3, "id": inner[1], "custom_id": "genres", "values": ["war", "crime"]},
        },
        {"type": 18, "id": ids[3], "component": {"type": 5, "id": inner[2], "custom_id": "who", "values": [bob.id]}},
        {"type": 18, "id": ids[4], "component": {"type": 4, "id": inner[3], "custom_id": "why", "value": ""}},
    ]
    assert set(data["resolved"]["users"]) == {bob.id}
    assert interaction.message is not None
    assert str(interaction.message.id) == question.id
    assert sent.opened_by is opened
    assert sandbox.breaches == []


async def test_what_a_member_leaves_alone_stays_as_the_modal_was_opened(
    sandbox: Sandbox, bot: TinyBot, question: Message
) -> None:
    alice = sandbox.member("alice")
    await (await alice.submit(await alice.click(question, "open"), {"title": "Heat"})).acknowledged()
    data: Any = bot.interactions[0].data
    assert data["components"][2]["component"]["values"] == ["crime"]
    assert "resolved" not in data


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"title": ""},
        {"title": "x" * 21},
        {"title": "two\nlines"},
        {"title": ["Heat"]},
        {"title": "Heat", "genres": []},
        {"title": "Heat", "genres": ["comedy"]},
        {"title": "Heat", "genres": "crime"},
        {"title": "Heat", "why": "no"},
        {"title": "Heat", "who": ["1"]},
        {"title": "Heat", "year": "1995"},
    ],
)
async def test_the_client_sends_no_modal_that_is_filled_in_wrongly(
    sandbox: Sandbox, bot: TinyBot, question: Message, values: dict[str, Any]
) -> None:
    alice = sandbox.member("alice")
    opened = await alice.click(question, "open")
    with pytest.raises(CommandUnavailableError):
        await alice.submit(opened, values)
    assert bot.interactions == []


async def test_a_modal_may_be_sent_twice_an_hour_later_to_a_bot_that_restarted(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = sandbox.member("alice")
    async with connected(sandbox, monkeypatch) as bot:
        opened = await alice.click(await _with_button(sandbox, bot), "open")
        await opened.modal_opened()
    await sandbox.bot_disconnected()
    sandbox.clock.advance(3600)
    async with connected(sandbox, monkeypatch) as bot:
        await _with_button(sandbox, bot)
        first = await alice.submit(opened, {"title": "Heat"})
        second = await alice.submit(opened, {"title": "Heat 2"})
        assert (await first.acknowledged(), await second.acknowledged()) == (7, 7)
    assert len({first.id, second.id, opened.id}) == 3
    again: list[Any] = [interaction.data for interaction in bot.interactions]
    assert [data["custom_id"] for data in again] == ["correct:7"] * 2


async def test_only_who_opened_a_modal_sends_it(sandbox: Sandbox, question: Message) -> None:
    opened = await sandbox.member("alice").click(question, "open")
    with pytest.raises(CommandUnavailableError, match="no modal for bob"):
        await sandbox.member("bob").submit(opened, {"title": "Heat"})


async def test_a_modal_of_a_command_is_answered_with_a_message_of_its_own(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    async def open_modal(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        modal = discord.ui.Modal(title="Title", custom_id="rows")
        modal.add_item(discord.ui.TextInput(label="Which film?", custom_id="title"))
        await interaction.response.send_modal(modal)

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            assert interaction.message is None
            bot.interactions.append(interaction)
            await interaction.response.send_message("Noted", ephemeral=True)

    bot.judge = open_modal
    alice = sandbox.member("alice")
    opened = await alice.slash("judge", poster=poster)
    submission: Interaction = await alice.submit(opened, {"title": "Heat"})
    reply = await submission.reply()
    assert reply.ephemeral
    assert reply.interaction_metadata is not None
    assert reply.interaction_metadata["triggering_interaction_metadata"]["id"] == opened.id
    data: Any = bot.interactions[-1].data
    assert data["components"][0]["components"][0]["value"] == "Heat"
    assert sandbox.breaches == []


async def test_a_modal_from_no_message_cannot_update_one(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    codes: list[int] = []

    async def open_modal(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_modal(Correction())

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            url = f"{sandbox.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
            async with aiohttp.ClientSession() as session, session.post(url, json={"type": 6}) as answer:
                codes.append((await answer.json())["code"])
            await interaction.response.send_message("Noted")

    bot.judge = open_modal
    alice = sandbox.member("alice")
    submission = await alice.submit(await alice.slash("judge", poster=poster), {"title": "Heat"})
    await submission.reply()
    assert codes == [50035]


TITLE = {"type": 18, "label": "Title", "component": {"type": 4, "custom_id": "title", "style": 1}}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 46},
        {"title": ""},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [{**TITLE, "component": {**TITLE["component"], "custom_id": str(n)}} for n in range(6)]},
        {"components": [TITLE, TITLE]},
        {"components": [{**TITLE, "label": "x" * 46}]},
        {"components": [{**TITLE, "description": "x" * 101}]},
        {"components": [{**TITLE, "component": {"type": 2, "style": 1, "label": "x", "custom_id": "x"}}]},
        {"components": [{**TITLE, "component": {**TITLE["component"], "min_length": 9, "max_length": 3}}]},
        {"components": [{**TITLE, "component": {**TITLE["component"], "max_length": 4001}}]},
        {"components": [{**TITLE, "component": {**TITLE["component"], "placeholder": "x" * 101}}]},
        {"components": [{**TITLE, "component": {"type": 5, "custom_id": "who", "min_values": 0}}]},
        {"components": [{**TITLE, "component": {"type": 5, "custom_id": "who", "disabled": True}}]},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "x"}]}]},
        {"components": [{"type": 17, "components": []}]},
    ],
)
async def test_a_modal_against_the_rules_is_refused(
    sandbox: Sandbox, bot: TinyBot, poster: Upload, change: dict[str, Any]
) -> None:
    async def open_modal(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        data = {"custom_id": "correct", "title": "Correct me", "components": [TITLE], **change}
        route = discord.http.Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=interaction.id,
            webhook_token=interaction.token,
        )
        await bot.http.request(route, json={"type": 9, "data": data})

    bot.judge = open_modal
    opened = await sandbox.member("alice").slash("judge", poster=poster)
    error: Any = await bot.error()
    assert error.code == 50035
    assert opened.modal is None
    assert len(sandbox.breaches) == 1
