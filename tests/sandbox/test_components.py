"""Components V2: what comes back, and what Discord refuses."""

from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Sandbox, Upload
from tests.sandbox.tiny_bot import TinyBot, Verdict, png, poster_file


async def _judge_error(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> discord.HTTPException:
    await sandbox.member("alice").slash("judge", poster=poster)
    error = await bot.error()
    assert isinstance(error, discord.HTTPException)
    return error


async def test_an_uploaded_picture_is_found_where_a_component_names_it(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    reply = await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
    gallery = next(part for part in reply.walk() if part["type"] == 12)
    media = gallery["items"][0]["media"]
    assert (media["width"], media["height"]) == (20, 30)
    async with aiohttp.ClientSession() as session, session.get(media["url"]) as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert await answer.read() == png()


async def test_a_reference_to_no_upload_is_refused(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def forget_file(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message(view=Verdict())

    bot.judge = forget_file
    error = await _judge_error(sandbox, bot, poster)
    assert error.code == 50035
    assert "referenced attachment was not found" in error.text
    assert len(sandbox.breaches) == 1


async def test_an_edit_may_name_a_picture_the_message_already_has(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await interaction.reply()
    await bot.interactions[0].edit_original_response(view=Verdict("## Aliens"))
    assert interaction.messages[0].text.startswith("## Aliens")
    assert sandbox.breaches == []


async def test_the_components_flag_cannot_be_taken_off(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
    url = f"{sandbox.api_url}/webhooks/{sandbox.application_id}/{bot.interactions[0].token}/messages/@original"
    async with aiohttp.ClientSession() as session, session.patch(url, json={"flags": 0, "content": "x"}) as answer:
        assert answer.status == 400
        assert (await answer.json())["code"] == 50035
    assert len(sandbox.breaches) == 1


async def test_text_beside_components_is_refused(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
    with pytest.raises(discord.HTTPException, match="IS_COMPONENTS_V2"):
        await bot.interactions[0].edit_original_response(content="text")


async def test_a_message_needs_something_in_it(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def say_nothing(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message("")

    bot.judge = say_nothing
    assert (await _judge_error(sandbox, bot, poster)).code == 50006


TEXT = {"type": 10, "content": "x"}


@pytest.mark.parametrize(
    ("components", "flags", "word"),
    [
        ([TEXT], 0, "type"),
        ([{**TEXT, "content": "x" * 2001}] * 2, 1 << 15, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ([{"type": 17, "components": [TEXT] * 20}] * 2, 1 << 15, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        ([{"type": 1, "components": [{"type": 2, "style": 1, "label": "x"}]}], 0, "BASE_TYPE_REQUIRED"),
        ([{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "x"}]}], 0, "LABEL_OR_EMOJI"),
        (
            [{"type": 1, "components": [{"type": 2, "style": 5, "label": "x", "custom_id": "x"}]}],
            0,
            "BASE_TYPE_REQUIRED",
        ),
        ([{"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "x"}] * 2}], 0, "DUPLICATED"),
        ([{"type": 12, "items": []}], 1 << 15, "items"),
        ([{"type": 13, "file": {"url": "https://example.org/a"}}], 1 << 15, "INVALID_URL"),
        ([{"type": 9, "components": [TEXT]}], 1 << 15, "accessory"),
        ([{"type": 17, "components": [{"type": 17, "components": [TEXT]}]}], 1 << 15, "type"),
        ([{**TEXT, "id": 7}, {**TEXT, "id": 7}], 1 << 15, "COMPONENT_ID_DUPLICATED"),
    ],
)
async def test_components_that_break_a_rule_are_refused(
    sandbox: Sandbox, bot: TinyBot, components: list[dict[str, Any]], flags: int, word: str
) -> None:
    url = f"{sandbox.api_url}/channels/{sandbox.channel.id}/messages"
    headers = {"Authorization": f"Bot {sandbox.token}"}
    body = {"components": components, "flags": flags}
    async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
        assert answer.status == 400
        answered = await answer.json()
    assert answered["code"] == 50035
    assert word in str(answered["errors"])
    assert len(sandbox.breaches) == 1


async def test_attachments_left_out_of_an_edit_are_gone(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def send_two(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message(files=[poster_file(), poster_file()])
        message = await interaction.original_response()
        await message.edit(attachments=[message.attachments[1], poster_file()])

    bot.judge = send_two
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    reply = await interaction.reply(lambda message: message.edited_timestamp)
    assert len(reply.attachments) == 2
    assert sandbox.breaches == []


async def test_an_embed_shows_an_uploaded_picture(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def send_embed(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        embed = discord.Embed(title="Alien", description="Horror").set_image(url="attachment://poster.png")
        await interaction.response.send_message(embed=embed, file=poster_file())

    bot.judge = send_embed
    reply = await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
    assert reply.embeds[0]["image"]["url"].startswith(sandbox.base_url)
    assert reply.text == "Alien\nHorror"
