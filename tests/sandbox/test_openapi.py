"""Requests are held against Discord's own description, where its path is given."""

from pathlib import Path

import aiohttp
import pytest

from sandbox import Sandbox, SandboxConfig, Upload
from sandbox.rest.openapi import load_description
from sandbox.rest.string_ids import with_string_ids
from tests.sandbox.tiny_bot import TinyBot, connected

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
PARAMS = {"interaction_id": "1", "interaction_token": "x"}


def _problems(openapi: Path, body: object, query: dict[str, str] | None = None) -> list[tuple[tuple[object, ...], str]]:
    found = load_description(openapi).request_problems("POST", CALLBACK, PARAMS, query or {}, body, has_body=True)
    return [(problem.path, problem.message) for problem in found]


@pytest.mark.parametrize("body", [{"type": 5}, {"type": 4, "data": {"content": "x", "flags": 64}}, {"type": 6}])
def test_what_discord_takes_has_no_problems(openapi: Path, body: object) -> None:
    assert _problems(openapi, body, {"with_response": "1"}) == []


def test_a_problem_names_its_place_deep_in_the_components(openapi: Path) -> None:
    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "x"}
    container = {"type": 17, "components": [{"type": 1, "components": [button]}]}
    body = {"type": 4, "data": {"components": [container], "flags": 1 << 15}}
    ((path, message),) = _problems(openapi, body)
    assert path == ("data", "components", 0, "components", 0, "components", 0, "label")
    assert "too long" in message


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"type": 4, "data": {"content": "x" * 2001}}, ("data", "content")),
        ({"type": 4, "data": {"content": 5}}, ("data", "content")),
        ({"type": 4, "data": {"embeds": [{}] * 11}}, ("data", "embeds")),
        ({"type": 4, "data": {"attachments": [{"id": "first"}]}}, ("data", "attachments", 0, "id")),
    ],
)
def test_a_body_that_does_not_fit_is_told_where(openapi: Path, body: object, path: tuple[object, ...]) -> None:
    assert [found for found, _ in _problems(openapi, body)] == [path]


def test_a_parameter_that_does_not_fit_is_told(openapi: Path) -> None:
    assert [path for path, _ in _problems(openapi, {"type": 5}, {"with_response": "maybe"})] == [("with_response",)]


def test_ids_may_be_numbers_where_discord_py_sends_them_so() -> None:
    reference = {"message_id": 1, "type": 0}
    body = {"data": {"attachments": [{"id": 0}, {"id": "1"}, {"id": True}, {}]}, "message_reference": reference}
    changed = with_string_ids(body)
    assert changed["message_reference"] == {"message_id": "1", "type": 0}
    assert [entry.get("id") for entry in changed["data"]["attachments"]] == ["0", "1", True, None]
    assert body["data"]["attachments"][0] == {"id": 0}


def test_one_file_is_parsed_once(openapi: Path) -> None:
    assert load_description(openapi) is load_description(openapi)


async def test_a_request_that_does_not_fit_is_refused_and_kept_as_a_breach(openapi: Path) -> None:
    async with Sandbox.start(SandboxConfig(openapi=openapi)) as sandbox:
        url = f"{sandbox.api_url}/channels/{sandbox.channel.id}/messages"
        headers = {"Authorization": f"Bot {sandbox.token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json={"content": "x", "tts": "yes"}, headers=headers) as answer,
        ):
            assert answer.status == 400
            assert "tts" in (await answer.json())["errors"]
        assert [breach.rule for breach in sandbox.breaches] == ["Discord's OpenAPI description"]


async def test_every_answer_of_the_sandbox_fits_discords_description(
    openapi: Path, monkeypatch: pytest.MonkeyPatch, poster: Upload
) -> None:
    config = SandboxConfig(openapi=openapi, check_responses=True, rate_limits=False)
    async with Sandbox.start(config) as sandbox, connected(sandbox, monkeypatch) as bot:
        await _use_everything(sandbox, bot, poster)
        assert sandbox.breaches == []
        assert len({record.route for record in sandbox.requests}) > 12


async def _use_everything(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    alice = sandbox.member("alice")
    message = await alice.send(None, "look", files=[poster])
    await (await alice.message_command("Judge this poster", message)).reply()
    interaction = await alice.slash("judge", poster=poster)
    await interaction.reply()
    follow_up = await bot.interactions[0].followup.send("private", ephemeral=True, wait=True)
    await follow_up.edit(content="still private")
    await bot.interactions[0].followup.fetch_message(follow_up.id)
    await bot.interactions[0].original_response()
    await follow_up.delete()
    channel = await bot.fetch_channel(int(sandbox.channel.id))
    assert hasattr(channel, "send")
    sent = await channel.send("hello", nonce="1", reference=await channel.fetch_message(int(message.id)))
    await channel.typing()
    await sent.edit(content="bye")
    assert [one async for one in channel.history()]
    await sent.delete()
    guild = await bot.fetch_guild(int(sandbox.guild.id))
    await guild.fetch_channels()
    await guild.fetch_roles()
    await guild.fetch_member(int(alice.id))
    await bot.fetch_user(int(alice.id))
    await bot.application_info()
    command = (await bot.tree.fetch_commands())[0]
    await command.edit(description="Judge a poster again")
    await bot.http.get_bot_gateway()
    await bot.http.get_global_command(int(sandbox.application_id), command.id)
    await command.delete()
