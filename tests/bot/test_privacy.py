"""`/privacy`: a member gets all that is kept of them, or has it erased; nobody else sees or does either."""

import io
import zipfile
from typing import Any

import msgspec

from bot.feedback.permission import GONE
from sandbox import Message
from tests.bot.corrections import button, judged, told
from tests.bot.scene import Scene, poster, upload


async def exported(scene: Scene, who: str) -> tuple[Message, dict[str, Any]]:
    """The message with the files, and what the first of them says."""
    interaction = await scene.sandbox.member(who).slash("privacy export")
    message = await interaction.reply(lambda reply: bool(reply.attachments))
    return message, msgspec.json.decode(message.attachments[0].data)


async def test_a_member_alone_gets_all_that_is_kept_with_the_pictures(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice, title="Alien")
    await told(await alice.click(message, button(message, "Right")))
    files, document = await exported(scene, "alice")
    assert files.ephemeral
    assert [file.filename for file in files.attachments] == ["poster-judge.json", "posters.zip"]
    (prediction,) = document["predictions"]
    assert (prediction["title"], prediction["features_bytes"]) == ("Alien", 2560)
    assert [event["kind"] for event in document["feedback"]] == ["agree"]
    with zipfile.ZipFile(io.BytesIO(files.attachments[1].data)) as pictures:
        assert pictures.namelist() == [f"{prediction['poster_id']}.jpg"]
        assert pictures.read(pictures.namelist()[0]).startswith(b"\xff\xd8")
    others, document = await exported(scene, "mona")
    assert "no pictures of yours" in others.text
    assert document["predictions"] == document["feedback"] == []


async def test_after_one_confirmation_nothing_is_left_also_of_what_is_being_judged(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    old = await judged(scene, alice, title="Alien")
    await told(await alice.click(old, button(old, "Right")))
    waiting = await alice.slash("judge", poster=upload(poster("navy")))
    request = await scene.next_request()
    asked = await (await alice.slash("privacy delete")).reply()
    assert asked.ephemeral
    assert "cannot be taken out" in asked.text
    assert "Backups" in asked.text
    # The button works after a restart, for its member alone, and a second press does no harm.
    await scene.stop_bot()
    await scene.start_bot()
    confirm = button(asked, "Erase everything")
    (part,) = [part for part in asked.walk() if part.get("custom_id") == confirm]
    part["custom_id"] = f"pj:erase:{scene.sandbox.member('mona').id}"
    assert "for somebody else" in (await told(await alice.click(asked, part["custom_id"]))).text
    part["custom_id"] = confirm
    await alice.click(asked, confirm)
    await scene.sandbox.until(lambda: "Nothing is kept of you" in asked.text)
    assert "judgements 2, corrections 1" in asked.text
    await scene.sandbox.until(lambda: waiting.original and waiting.original.deleted, what="the withdrawal")
    # The result that comes later concerns nobody.
    await scene.answer(request)
    gone = await told(await alice.click(old, button(old, "Right")))
    assert gone.text == GONE
    # The message itself is Discord's; whoever asked can still take it away, and nobody else.
    await told(await scene.sandbox.member("bob").click(old, button(old, "Delete")))
    assert not old.deleted
    await alice.click(old, button(old, "Delete"))
    await scene.sandbox.until(lambda: old.deleted, what="the deletion")
    _, document = await exported(scene, "alice")
    assert not any(value for value in document.values() if isinstance(value, list))
    assert list((scene.data_dir / "posters").rglob("*.jpg")) == []
