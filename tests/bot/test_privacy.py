"""`/privacy`: a member gets all that is kept of them, or has it erased; nobody else sees or does either."""

import io
import zipfile
from typing import Any

import msgspec

from sandbox import Message
from tests.bot.corrections import button, judged, told
from tests.bot.scene import Scene


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
