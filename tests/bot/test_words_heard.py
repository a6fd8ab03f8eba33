"""Corrections in words, as members live them."""

from typing import Any

import discord
import pytest
from discord.state import ConnectionState

from tests.bot.corrections import answer_to, answers_to, button, events, judged, set_up, told
from tests.bot.scene import Scene, upload


async def test_a_reply_with_a_mention_is_understood_noted_and_can_be_undone(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    message = await judged(scene, alice)
    said = await bob.send(None, "it's horror and comedy, imdb 6.4", reply_to=message, mention=True)
    answer = await answer_to(scene, said)
    assert "Noted: the film is **Comedy and Horror**, IMDb score **6.4**." in answer.text
    await scene.sandbox.until(lambda: "The crowd (1 member):** Comedy, Horror · IMDb 6.4" in message.text)
    # A reply to the answer is about the same judgement.
    more = await bob.send(None, "also crime", reply_to=answer, mention=True)
    assert "**Comedy, Crime and Horror**" in (await answer_to(scene, more)).text
    # Somebody else cannot take it back; its member can.
    refused = await told(await alice.click(answer, button(answer, "Undo")))
    assert "somebody else" in refused.text
    await bob.click(answer, button(answer, "Undo"))
    await scene.sandbox.until(lambda: "Taken back" in answer.text)


async def test_in_direct_messages_any_message_counts(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    nothing = await alice.send(alice.dm, "it's a western")
    assert "no judgement of yours here" in (await answer_to(scene, nothing)).text
    message = await judged(scene, alice, in_channel=alice.dm)
    said = await alice.send(alice.dm, "not horror, it's a western")
    assert "**Western**" in (await answer_to(scene, said)).text
    await scene.sandbox.until(lambda: "The crowd (1 member):** Western" in message.text)
    score = await alice.send(alice.dm, "7,3", reply_to=message)
    assert "IMDb score **7.3**" in (await answer_to(scene, score)).text
    taken_back = await alice.send(alice.dm, "undo that")
    assert "What counts of yours now: the film is **Western**" in (await answer_to(scene, taken_back)).text


async def test_what_is_not_understood_is_asked_back_once_and_then_met_with_silence(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    mumbled = await alice.send(None, "what a poster", reply_to=message, mention=True)
    question = await answer_to(scene, mumbled)
    assert "did not understand" in question.text
    again = await alice.send(None, "hm hm hm", reply_to=message, mention=True)
    # A clear word after it is answered, so the one before was read and met with silence.
    clear = await alice.send(None, "no drama please", reply_to=message, mention=True)
    await answer_to(scene, clear)
    assert answers_to(again) == []
    # The question can be replied to as well.
    reply = await alice.send(None, "sci-fi!", reply_to=question, mention=True)
    assert "**Sci-Fi**" in (await answer_to(scene, reply)).text


async def test_a_reply_without_a_mention_gets_one_hint_ever(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    unread = await alice.send(None, "horror and comedy", reply_to=message, mention=False)
    assert "with the @ switched on" in (await answer_to(scene, unread)).text
    second = await alice.send(None, "horror and comedy", reply_to=message, mention=False)
    await scene.stop_bot()
    await scene.start_bot()
    third = await alice.send(None, "horror and comedy", reply_to=message, mention=False)
    heard = await alice.send(None, "horror and comedy", reply_to=message, mention=True)
    await answer_to(scene, heard)
    assert answers_to(second) == answers_to(third) == []
    assert len(await events(scene)) == 1


async def test_of_several_pictures_the_named_one_is_meant_or_it_is_asked_which(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    posters = await alice.send(files=[upload(name="1.jpg"), upload(name="2.jpg")])
    interaction = await alice.message_command("Judge this poster", posters)
    for _ in range(2):
        await scene.answer(await scene.next_request())
    message = await interaction.reply(lambda reply: "Horror" in reply.text)
    row = await scene.reply_row(interaction)
    assert row is not None
    first, second = (prediction.id for prediction in row.predictions)
    named = await bob.send(None, "the second is a western", reply_to=message, mention=True)
    assert "**Western**" in (await answer_to(scene, named)).text
    unnamed = await bob.send(None, "it's a comedy", reply_to=message, mention=True)
    question = await answer_to(scene, unnamed)
    assert "Which picture" in question.text
    refused = await told(await alice.click(question, button(question, "Picture 1")))
    assert "whoever wrote" in refused.text
    scene.sandbox.fail_next(f"/messages/{unnamed.id}", method="GET", status=403)
    refused = await told(await bob.click(question, button(question, "Picture 1")))
    assert "I may not read it any more" in refused.text
    await scene.stop_bot()
    await scene.start_bot()
    await bob.click(question, button(question, "Picture 1"))
    await scene.sandbox.until(lambda: "Noted: the film is **Comedy**" in question.text)
    assert [(event.prediction_id, event.value) for event in await events(scene)] == [
        (second, ["Western"]),
        (first, ["Comedy"]),
    ]


async def test_a_message_that_comes_before_discord_told_of_its_server_is_none_of_the_direct_ones(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = scene.sandbox.add_role("Critics")
    carol = scene.sandbox.add_member("carol", roles=[role])
    await set_up(scene, corrector_role_id=int(role.id))
    message = await judged(scene, carol)

    def of_nowhere(self: ConnectionState[Any], data: Any, _guild_id: int | None = None) -> tuple[Any, None]:
        place = {"guild_id": int(data["guild_id"]), "id": int(data["channel_id"])}
        return discord.PartialMessageable(state=self, **place), None

    with monkeypatch.context() as early:
        early.setattr(ConnectionState, "_get_guild_channel", of_nowhere)
        said = await carol.send(None, "it's a western", reply_to=message, mention=True)
        assert "Noted: the film is **Western**" in (await answer_to(scene, said)).text
