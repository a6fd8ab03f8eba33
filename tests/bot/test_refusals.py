"""Bad input: one clear private sentence, a row that says why, nothing for the engine."""

import gc
import gzip
import io

import pytest
from PIL import Image

from broker.judging import RequestPublisher
from models.tables import PredictionState
from sandbox import Actor, CdnFault, Interaction, Sandbox, Upload
from tests.bot.scene import Scene, poster, upload


async def refused(scene: Scene, picture: Upload) -> tuple[str, str]:
    """Judges `picture`; gives the code in the row and the sentence that the member alone sees."""
    alice = scene.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=picture)
    row = await scene.final_row(interaction)
    assert row.state is PredictionState.REFUSED
    assert await RequestPublisher(scene.broker).depth() == 0
    return row.cause, private_sentence(scene.sandbox, interaction, alice)


def private_sentence(sandbox: Sandbox, interaction: Interaction, member: Actor) -> str:
    """The one message about an interaction, which nobody else sees."""
    (message,) = interaction.messages_visible_to(member)
    assert interaction.messages_visible_to(sandbox.member("bob")) == []
    assert not message.thinking
    return message.text


def png(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size).save(buffer, "PNG")
    return buffer.getvalue()


BAD_PICTURES = {
    "not an image": (b"this is no picture at all " * 20, "not_an_image"),
    "svg": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
    "pdf": (b"%PDF-1.7\n" + b"x" * 500, "unsupported_format"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 100, "unsupported_format"),
    "avif": (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif" + b"\x00" * 100, "unsupported_format"),
    "truncated": (poster()[:900], "damaged"),
    "one pixel": (png((1, 1)), "too_small"),
    "banner": (png((2000, 100)), "extreme_shape"),
    "too many pixels": (png((7000, 7000)), "too_many_pixels"),
    "zipped": (gzip.compress(poster()), "unsupported_format"),
}


@pytest.mark.parametrize(("data", "code"), BAD_PICTURES.values(), ids=BAD_PICTURES.keys())
async def test_what_cannot_be_judged_is_refused_privately(scene: Scene, data: bytes, code: str) -> None:
    cause, sentence = await refused(scene, upload(data))
    assert cause == code
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (CdnFault(status=404), "download_missing"),
        (CdnFault(redirect="http://127.0.0.1:9/latest/meta-data"), "address_not_allowed"),
        (CdnFault(padding=11_000_000), "too_many_bytes"),
    ],
)
async def test_what_cannot_be_fetched_is_refused_privately(scene: Scene, fault: CdnFault, code: str) -> None:
    cause, _ = await refused(scene, upload(fault=fault))
    assert cause == code


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ({"size": 50_000_000}, "too_many_bytes"),
        ({"size": 0}, "empty"),
        ({"content_type": "video/mp4"}, "unsupported_format"),
    ],
    ids=["huge", "empty", "video"],
)
async def test_what_the_payload_shows_is_refused_at_once_without_a_download(
    scene: Scene, declared: dict, code: str
) -> None:
    alice = scene.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload(**declared))
    assert await interaction.acknowledged() == 4
    assert private_sentence(scene.sandbox, interaction, alice).endswith(".")
    row = await scene.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.REFUSED, code)
    assert not any("/attachments/" in request.path for request in scene.sandbox.requests)


async def test_a_refusal_at_once_that_discord_cuts_off_is_one_line_in_the_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.sandbox.fail_next("/callback", applied=True, disconnect=True)
    alice = scene.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload(content_type="video/mp4"))
    await scene.final_row(interaction)
    later = await alice.slash("judge", poster=upload())
    await scene.answer(await scene.next_request())
    await later.reply()
    gc.collect()  # A task whose exception nobody asked for complains when it goes.
    assert [record for record in caplog.records if record.name == "asyncio"] == []
    assert private_sentence(scene.sandbox, interaction, alice).endswith(".")


async def test_odd_but_good_pictures_are_judged_whatever_their_name_says(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash(
        "judge", poster=upload(poster(image_format="PNG"), "film.gif", content_type="image/gif")
    )
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply()).text


async def test_a_full_queue_is_told_privately_and_at_once(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    waiting = [await alice.slash("judge", poster=upload()) for _ in range(5)]
    for interaction in waiting:
        await interaction.acknowledged()
    taken = [await scene.next_request() for _ in range(5)]
    row = await scene.final_row(late := await alice.slash("judge", poster=upload(poster("navy"))))
    assert (row.state, row.cause) == (PredictionState.REFUSED, "queue_full")
    assert "try again" in private_sentence(scene.sandbox, late, alice)
    for delivery in taken:
        await scene.answer(delivery)
    for interaction in waiting:
        assert "Horror" in (await interaction.reply(lambda message: "Horror" in message.text)).text
