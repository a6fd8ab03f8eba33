"""The control API's members: what the page lets them do with messages, selects, modals and typing."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio
from discord import app_commands

from sandbox import Sandbox
from tests.sandbox.tiny_bot import TinyBot, png


@pytest_asyncio.fixture(loop_scope="session")
async def page(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """What asks the control API."""
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        yield session


async def _post(page: aiohttp.ClientSession, path: str, **body: Any) -> Any:
    async with page.post(f"/control/{path}", json=body) as answer:
        return await answer.json()


async def _upload(page: aiohttp.ClientSession) -> str:
    """Uploads a poster and returns what it is named by."""
    form = aiohttp.FormData()
    form.add_field("file", png(), filename="poster.png", content_type="image/png")
    async with page.post("/control/uploads", data=form) as answer:
        return (await answer.json())["id"]


async def _state(page: aiohttp.ClientSession, **query: str) -> Any:
    async with page.get("/control/state", params=query) as answer:
        return await answer.json()


async def test_direct_messages_are_listed_for_their_member_only(sandbox: Sandbox, page: aiohttp.ClientSession) -> None:
    state = await _state(page, member="alice")
    assert state["bot"] == {"id": sandbox.bot_user.id, "name": sandbox.bot_user.name}
    text, direct = state["channels"]
    assert (text["type"], direct["type"], direct["name"]) == ("text", "dm", sandbox.bot_user.name)
    assert {(member["name"], member["display_name"]) for member in state["members"]} >= {("alice", "Alice")}
    assert (await _state(page, member="bob"))["channels"][1]["id"] != direct["id"]
    sent = await _post(page, "messages", member="alice", channel=direct["id"], content="judge this")
    shown = await _state(page, member="alice", channel=direct["id"])
    assert [message["id"] for message in shown["messages"]] == [sent["id"]]
    for path in ("state", "events"):
        answer = await page.get(f"/control/{path}", params={"member": "bob", "channel": direct["id"]})
        assert answer.status == 404


async def test_a_command_in_direct_messages_is_answered_there(
    sandbox: Sandbox, bot: TinyBot, page: aiohttp.ClientSession
) -> None:
    direct = sandbox.member("alice").dm
    options = {"poster": await _upload(page)}
    async with page.ws_connect(f"/control/events?member=alice&channel={direct.id}") as events:
        await _post(page, "interactions", member="alice", channel=direct.id, command="judge", options=options)
        kinds = set()
        while "message" not in kinds:
            kinds.add((await events.receive_json())["kind"])
    assert "interaction" in kinds


async def test_a_reply_mentions_unless_it_is_told_not_to(
    sandbox: Sandbox, bot: TinyBot, page: aiohttp.ClientSession
) -> None:
    await bot.get_partial_messageable(int(sandbox.channel.id)).send("Horror")
    (judged,) = sandbox.channel.messages
    loud = await _post(page, "messages", member="alice", content="no", reply_to=judged)
    quiet = await _post(page, "messages", member="alice", content="no", reply_to=judged, mention=False)
    assert loud["referenced_message"]["id"] == quiet["message_reference"]["message_id"] == judged
    assert [len(message["mentions"]) for message in (loud, quiet)] == [1, 0]
    assert "error" in await _post(page, "messages", member="alice", content="no", reply_to="1")


async def test_messages_are_deleted_by_whom_the_page_offers_it(sandbox: Sandbox, page: aiohttp.ClientSession) -> None:
    message = await sandbox.member("alice").send(content="hers")
    for member, may in (("alice", True), ("bob", False), ("olga", True)):
        assert [shown["can_delete"] for shown in (await _state(page, member=member))["messages"]] == [may]
    refused = await page.delete(f"/control/messages/{message.id}", params={"member": "bob"})
    assert (refused.status, "may not" in (await refused.json())["error"]) == (400, True)
    assert (await page.delete(f"/control/messages/{message.id}", params={"member": "alice"})).status == 200
    assert (await _state(page))["messages"] == []


async def _question(sandbox: Sandbox, bot: TinyBot) -> str:
    """Sends a select that opens a modal; its submission is answered with what was chosen and typed."""
    said: list[str] = []

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.component:
            said.extend(data["values"])
            modal = discord.ui.Modal(title="Correct me", custom_id="correct")
            modal.add_item(discord.ui.Label(text="Title", component=discord.ui.TextInput(custom_id="title")))
            await interaction.response.send_modal(modal)
        elif interaction.type is discord.InteractionType.modal_submit:
            text = data["components"][0]["component"]["value"]
            await interaction.response.send_message(f"{said} {text}", ephemeral=True)

    options = [discord.SelectOption(label=name) for name in ("crime", "war")]
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Select(custom_id="genres", options=options, max_values=2))
    sent = await bot.get_partial_messageable(int(sandbox.channel.id)).send("Which?", view=view)
    return str(sent.id)


async def test_a_select_is_chosen_from_and_a_modal_filled_in(
    sandbox: Sandbox, bot: TinyBot, page: aiohttp.ClientSession
) -> None:
    message = await _question(sandbox, bot)
    choice = {"member": "alice", "message": message, "custom_id": "genres"}
    assert "takes values" in (await _post(page, "interactions", **choice))["error"]
    assert "offer" in (await _post(page, "interactions", **choice, values=["drama"]))["error"]
    interaction = await _post(page, "interactions", **choice, values=["war"])
    over = await (await page.get(f"/control/interactions/{interaction['id']}", params={"wait": "10"})).json()
    modal = over["modal"]
    assert (modal["interaction"], modal["title"], modal["custom_id"]) == (interaction["id"], "Correct me", "correct")
    assert modal["components"][0]["component"]["custom_id"] == "title"
    submission = {"member": "alice", "interaction": interaction["id"]}
    assert "required" in (await _post(page, "modals", **submission, values={"title": ""}))["error"]
    sent = await _post(page, "modals", **submission, values={"title": "Heat"})
    over = await (await page.get(f"/control/interactions/{sent['id']}", params={"wait": "10"})).json()
    assert [(message["content"], message["ephemeral"]) for message in over["messages"]] == [("['war'] Heat", True)]
    assert sandbox.breaches == []


async def test_an_opened_modal_is_told_to_the_watching_member_alone(
    sandbox: Sandbox, bot: TinyBot, page: aiohttp.ClientSession
) -> None:
    message = await _question(sandbox, bot)
    async with (
        page.ws_connect("/control/events?member=alice") as alice,
        page.ws_connect("/control/events?member=bob") as bob,
    ):
        await _post(page, "interactions", member="alice", message=message, custom_id="genres", values=["war"])
        while True:
            event = await alice.receive_json()
            if event["kind"] == "interaction" and event["interaction"]["modal"]:
                break
        assert event["interaction"]["modal"]["title"] == "Correct me"
        await sandbox.member("bob").send(content="the end")
        assert (await bob.receive_json())["kind"] == "message"


async def test_choices_are_offered_while_a_member_types(
    sandbox: Sandbox, bot: TinyBot, page: aiohttp.ClientSession
) -> None:
    @bot.tree.command(name="film", description="Name the film")
    async def film(interaction: discord.Interaction, title: str, who: discord.Member | None = None) -> None:
        await interaction.response.send_message(title)

    @film.autocomplete("title")
    async def complete(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}t of {interaction.namespace.who}", value=f"{current}t")]

    await bot.tree.sync()
    commands = {command["name"]: command for command in (await _state(page))["commands"]}
    assert [option.get("autocomplete", False) for option in commands["film"]["options"]] == [True, False]
    typing = {"member": "alice", "command": "film", "focused": "title", "value": "hea"}
    answer = await _post(page, "autocomplete", **typing, options={"title": "h", "who": sandbox.member("bob").id})
    assert answer == {"choices": [{"name": "heat of bob", "value": "heat"}]}
    assert "autocomplete" in (await _post(page, "autocomplete", **{**typing, "focused": "who"}))["error"]


async def test_a_file_reaches_a_command_that_shares_its_name_with_one_of_the_guild(
    sandbox: Sandbox, bot: TinyBot, page: aiohttp.ClientSession
) -> None:
    home = discord.Object(int(sandbox.guild.id))
    films, films_of_home = (app_commands.Group(name="films", description="Films") for _ in range(2))

    @films.command(name="learn", description="Learn")
    async def learn(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message(poster.filename)

    @films_of_home.command(name="list", description="List")
    async def listed(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("none")

    bot.tree.add_command(films)
    bot.tree.add_command(films_of_home, guild=home)
    await bot.tree.sync()
    await bot.tree.sync(guild=home)
    options = {"poster": await _upload(page)}
    interaction = await _post(page, "interactions", member="alice", command="films learn", options=options)
    over = await (await page.get(f"/control/interactions/{interaction['id']}", params={"wait": "10"})).json()
    assert over["messages"][0]["content"] == "poster.png"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("modals", {"interaction": "1"}, 404),
        ("interactions", {"command": "judge", "options": []}, 400),
        ("interactions", {"command": "judge", "options": ["poster"]}, 400),
        ("interactions", {"custom_id": "x", "message": "1", "values": []}, 404),
        ("autocomplete", {"command": "judge", "focused": "poster"}, 400),
        ("messages", {"content": "x", "channel": "1"}, 404),
    ],
)
async def test_what_a_member_cannot_do_is_said_in_words(
    sandbox: Sandbox, bot: TinyBot, page: aiohttp.ClientSession, path: str, body: dict[str, Any], status: int
) -> None:
    async with page.post(f"/control/{path}", json=body) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]
