"""The control API: what the page and other processes use."""

import contextlib
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web

from sandbox import Overwrite, Permission, Sandbox, Upload
from sandbox.control import events
from tests.sandbox.tiny_bot import TinyBot, png


def _form(data: bytes = b"", filename: str = "poster.png") -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("file", data or png(), filename=filename, content_type="image/png")
    return form


async def test_a_poster_is_uploaded_judged_and_answered_over_http(sandbox: Sandbox, bot: TinyBot) -> None:
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        upload = await (await session.post("/control/uploads", data=_form())).json()
        command = {"member": "alice", "command": "judge", "options": {"poster": upload["id"], "title": "Alien"}}
        interaction = await (await session.post("/control/interactions", json=command)).json()
        over = await (await session.get(f"/control/interactions/{interaction['id']}", params={"wait": "10"})).json()
        assert over["messages"][0]["components"][0]["type"] == 17
        state = await (await session.get("/control/state", params={"member": "bob"})).json()
        assert [message["id"] for message in state["messages"]] == [over["messages"][0]["id"]]
        assert {command["name"] for command in state["commands"]} == {"judge", "genres", "Judge this poster"}


async def test_a_watching_member_hears_of_what_they_may_see(sandbox: Sandbox, bot: TinyBot) -> None:
    async with (
        aiohttp.ClientSession(sandbox.base_url) as session,
        session.ws_connect("/control/events?member=alice") as alice,
        session.ws_connect("/control/events?member=bob") as bob,
    ):
        upload = await (await session.post("/control/uploads", data=_form())).json()
        sent = {"member": "alice", "content": "look", "uploads": [upload["id"]]}
        message = await (await session.post("/control/messages", json=sent)).json()
        use = {"member": "alice", "command": "Judge this poster", "type": 3, "message": message["id"]}
        await session.post("/control/interactions", json=use)
        reply = await _until_text(alice, "1 picture(s)")
        await session.post(f"/control/messages/{reply['id']}/dismiss", json={"member": "alice"})
        while (await alice.receive_json())["kind"] != "message_gone":
            pass
        await sandbox.member("bob").send(None, "the end")
        heard: list[str] = []
        while "the end" not in heard:
            event = await bob.receive_json()
            if event["kind"] == "message":
                heard.append(event["message"]["content"])
        assert heard == ["look", "the end"]


async def _until_text(socket: aiohttp.ClientWebSocketResponse, text: str) -> dict[str, Any]:
    while True:
        event = await socket.receive_json()
        if event["kind"] == "message" and event["message"]["content"] == text:
            return event["message"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "rebound.example:80"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/control/state", "/control/events"])
async def test_another_web_site_is_turned_away(sandbox: Sandbox, name: str, value: str, path: str) -> None:
    async with aiohttp.ClientSession(sandbox.base_url, headers={name: value}) as session:
        assert (await session.get(path)).status == 403


async def test_no_way_into_the_control_api_is_open_to_other_sites(sandbox: Sandbox) -> None:
    app = web.Application()
    sandbox.server.add_routes(app)
    ways = {
        (route.method, route.resource.canonical.format(id="1", name="app.js"))
        for route in app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith(("/control", "/page"))
    }
    assert ("POST", "/control/replay") in ways
    async with aiohttp.ClientSession(sandbox.base_url, headers={"Origin": "https://evil.example"}) as session:
        for method, path in ways:
            assert (await session.request(method, path, json={})).status == 403, path


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("interactions", {"command": "nothing"}, 400),
        ("interactions", {"command": "judge", "options": {"poster": "1"}}, 400),
        ("interactions", {"command": "judge", "member": "nobody"}, 404),
        ("messages", {"content": " "}, 400),
        ("messages", {"content": "Hello", "member": "silent"}, 400),
        ("messages/1/dismiss", {}, 404),
        ("clock", {"advance": -1}, 400),
    ],
)
async def test_what_cannot_be_done_is_said_in_words(
    sandbox: Sandbox, bot: TinyBot, path: str, body: dict[str, object], status: int
) -> None:
    silent = sandbox.add_member("silent")
    deny = Overwrite(target_id=silent.id, type=1, deny=Permission.SEND_MESSAGES)
    sandbox.channel.overwrites.append(deny)
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        assert not (await (await session.get("/control/state", params={"member": "silent"})).json())["can_write"]
        answer = await session.post(f"/control/{path}", json=body)
        assert answer.status == status
        assert (await answer.json())["error"]


async def test_a_page_that_reads_too_slowly_is_let_go(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_UNREAD", 3)
    async with (
        aiohttp.ClientSession(sandbox.base_url) as session,
        session.ws_connect("/control/events") as watching,
    ):
        for number in range(5):  # without a pause, in which they could be sent
            message = sandbox.world.new_message(sandbox.channel, sandbox.member("alice").member.user)
            message.content = str(number)
            sandbox.world.add_message(message)
        assert [(await watching.receive_json())["message"]["content"] for _ in range(3)] == list("012")
        assert (await watching.receive()).data == 1008


async def test_a_form_of_another_site_cannot_pass_for_json(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        answer = await session.post(
            "/control/messages", data='{"content": "x"}', headers={"Content-Type": "text/plain"}
        )
        assert answer.status == 415


async def test_clock_and_gateway_are_moved_over_http(sandbox: Sandbox, bot: TinyBot) -> None:
    before = sandbox.clock.now()
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        await session.post("/control/clock", json={"advance": 60})
        assert sandbox.clock.now() == before + 60
        await session.post("/control/faults", json={"kind": "drop_gateway"})
        await sandbox.bot_disconnected()
        await sandbox.bot_connected()
        assert await (await session.get("/control/breaches")).json() == []


async def test_what_breaks_a_rule_is_told_with_the_request_and_the_rule(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    async def misbehave(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        with contextlib.suppress(discord.HTTPException):
            await interaction.response.send_message("x" * 2001)
        await interaction.response.send_message("first")
        await discord.InteractionResponse(interaction).send_message("second")

    bot.judge = misbehave
    async with (
        aiohttp.ClientSession(sandbox.base_url) as session,
        session.ws_connect("/control/events?member=alice") as watching,
    ):
        interaction = await sandbox.member("alice").slash("judge", poster=poster)
        await bot.error()
        (breach,) = await (await session.get("/control/breaches")).json()
        refusals = await (await session.get("/control/refusals")).json()
        told = [event for event in [await watching.receive_json() for _ in range(4)] if "ref" in event["kind"]]
    assert (breach["method"], breach["status"]) == ("POST", 400)
    assert breach["path"] == f"/interactions/{interaction.id}/…/callback"
    assert breach["body"]["data"]["content"] == "x" * 2001
    assert "content" in breach["message"]
    assert [(one["code"], one["is_breach"]) for one in refusals] == [(50035, True), (40060, False)]
    assert refusals[1]["rule"] == "an interaction takes one response; what follows are edits and follow-ups"
    assert told[0]["refusal"] == refusals[0]


async def test_what_makes_no_sense_is_refused_in_words_and_breaks_nothing(sandbox: Sandbox, bot: TinyBot) -> None:
    await sandbox.commands_registered("judge")
    sense = {"command": "judge", "name": "Films", "content": "Hello", "kind": "latency", "scenario": 1}
    keys = {"member", "channel", "message", "type", "options", "custom_id", "values", "interaction", "focused", "value"}
    keys |= {"uploads", "reply_to", "advance", "title", "steps", "files", "seconds", "times", "path", "method"} | set(
        sense
    )
    odd: tuple[Any, ...] = (None, -1, "", [1], {"a": []}, 1e308)
    paths = ("interactions", "modals", "autocomplete", "messages", "messages/1/dismiss", "threads")
    async with aiohttp.ClientSession(sandbox.base_url) as session:
        for path in (*paths, "clock", "faults", "recording", "replay"):
            for body in [{**sense, key: value} for key in keys for value in odd]:
                answer = await session.post(f"/control/{path}", json=body)
                assert answer.status < 500, (path, body)
                if answer.status >= 400:
                    assert (await answer.json())["error"], (path, body)
        assert (await session.delete("/control/recording")).status == 200
