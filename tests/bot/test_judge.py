"""`/judge` as a member lives it."""

import time

from broker.heartbeats import beat
from models.messages import Heartbeat
from models.tables import PredictionState
from sandbox import Attachment
from tests.bot.scene import Scene, upload


async def test_a_member_gets_genres_and_a_verdict_for_a_poster(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload(), title="The Gold Disc")
    assert await interaction.acknowledged() == 5
    await scene.answer(await scene.next_request())
    reply = await interaction.reply()
    assert "Horror" in reply.text
    assert "80 %" in reply.text
    assert "The Gold Disc" in reply.text
    assert "starter-3" in reply.text
    assert not reply.ephemeral
    row = await scene.final_row(interaction)
    assert row.state is PredictionState.ANSWERED
    assert row.judgement is not None
    assert len(row.features or b"") == 2560


async def test_a_private_judgement_is_seen_by_its_member_alone(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    interaction = await alice.slash("judge", poster=upload(), private=True)
    await scene.answer(await scene.next_request())
    reply = await interaction.reply()
    assert reply.ephemeral
    assert interaction.messages_visible_to(bob) == []


async def test_the_reply_shows_the_poster_with_alt_text_under_a_name_of_the_bots_own(scene: Scene) -> None:
    interaction = await scene.sandbox.member("alice").slash("judge", poster=upload(name="../../evil\u202egpj.jpg"))
    await scene.answer(await scene.next_request())
    reply = await interaction.reply()
    assert [attachment.filename for attachment in reply.attachments] == ["poster-1.jpg"]
    (gallery,) = [component for component in reply.walk() if component["type"] == 12]
    assert "Horror" in gallery["items"][0]["description"]


async def test_titles_neither_ping_nor_format(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload(), title="@everyone **Alien** `x`")
    await scene.answer(await scene.next_request())
    assert r"\*\*Alien\*\* \`x\`" in (await interaction.reply()).text
    edit = next(request for request in reversed(scene.sandbox.requests) if request.method == "PATCH")
    assert edit.body["allowed_mentions"] == {"parse": []}


async def test_pictures_of_a_message_are_judged_together_up_to_four(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await alice.send(files=[upload(name=f"{number}.jpg") for number in range(5)])
    interaction = await alice.message_command("Judge this poster", message)
    for _ in range(4):
        await scene.answer(await scene.next_request())
    reply = await interaction.reply()
    assert len([component for component in reply.components if component["type"] == 17]) == 4
    row = await scene.reply_row(interaction)
    assert row is not None
    assert [prediction.position for prediction in row.predictions] == [0, 1, 2, 3]


async def test_forwarded_pictures_are_judged(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    original = await alice.send(files=[upload()])
    forwarded = await bob.send(forward_of=original)
    interaction = await bob.message_command("Judge this poster", forwarded)
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply()).text


async def test_one_bad_picture_of_a_message_does_not_spoil_the_others(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await alice.send(files=[upload(), upload(b"not a picture at all, sorry", "bad.jpg")])
    interaction = await alice.message_command("Judge this poster", message)
    await scene.answer(await scene.next_request())
    reply = await interaction.reply()
    assert "Horror" in reply.text
    assert "Picture 2:" in reply.text


async def test_a_message_without_pictures_is_told_so_privately(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    interaction = await alice.message_command("Judge this poster", await alice.send(content="hello"))
    reply = await interaction.reply()
    assert reply.ephemeral
    assert "no picture" in reply.text


async def test_help_and_about_answer_their_member_alone(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    for command, word in (("help", "Judge this poster"), ("about", "calibrated")):
        reply = await (await alice.slash(command)).reply()
        assert reply.ephemeral
        assert word in reply.text


async def test_the_commands_are_registered_once_and_not_again_when_nothing_changed(scene: Scene) -> None:
    await scene.stop_bot()
    await scene.start_bot()
    writes = [request for request in scene.sandbox.requests if request.method == "PUT" and "commands" in request.path]
    assert len(writes) == 1


async def test_link_previews_are_judged_by_discords_own_copy(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    copy = (await alice.send(files=[upload()])).attachments[0]
    preview = {"type": "link", "thumbnail": {"url": "https://films.example/p.jpg", "proxy_url": url_of(scene, copy)}}
    interaction = await alice.message_command("Judge this poster", await alice.send(embeds=[preview]))
    await scene.answer(await scene.next_request())
    assert "Horror" in (await interaction.reply()).text


def url_of(scene: Scene, attachment: Attachment) -> str:
    (message,) = [message for message in scene.sandbox.channel.messages.values() if attachment in message.attachments]
    return str(message.wire()["attachments"][0]["url"])


async def test_a_member_with_others_ahead_is_told_how_many(scene: Scene) -> None:
    await beat(scene.broker, Heartbeat(id="busy", kind="engine", at=time.time(), state="ready"))
    alice = scene.sandbox.member("alice")
    interactions = [await alice.slash("judge", poster=upload()) for _ in range(3)]
    texts = [(await one.reply(lambda message: "ahead" in message.text)).text for one in interactions[1:]]
    assert sorted(texts) == ["About 1 ahead of you.", "About 2 ahead of you."]
    for _ in interactions:
        await scene.answer(await scene.next_request())
    for interaction in interactions:
        await interaction.reply(lambda message: "Horror" in message.text)
