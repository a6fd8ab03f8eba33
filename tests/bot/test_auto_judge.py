"""In channels that managers chose, every picture is judged without a command: once and in reply, or silently not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from models.settings import SettingsError
from models.tables import PredictionState
from sandbox import Message, Sandbox, SandboxConfig
from tests.bot.corrections import button
from tests.bot.scene import Scene, upload


@pytest.fixture
async def listening(
    sandbox: Sandbox, nats_server: EmbeddedServer, broker: Broker, tmp_path: Path
) -> AsyncIterator[Scene]:
    """A bot that reads messages, with #posters chosen for judging."""
    scene = Scene(sandbox, nats_server.url, broker, tmp_path / "data")
    await scene.start_bot(message_content=True)
    mona = sandbox.member("mona")
    message = await (await mona.slash("setup")).reply()
    chosen = await mona.click(message, "pj:setup:auto-judge", values=[sandbox.channel])
    await chosen.acknowledged()
    await sandbox.until(lambda: f"without a command:** <#{sandbox.channel.id}>" in message.text)
    yield scene
    await scene.stop_bot()


def answers(scene: Scene, message: Message) -> list[Message]:
    """The bot's messages that reply to a message."""
    return [
        one
        for one in scene.sandbox.channel.messages_visible_to(scene.sandbox.member("bob"))
        if one.author is scene.sandbox.bot_user and (one.reference or {}).get("message_id") == message.id
    ]


async def test_a_picture_in_a_thread_of_a_chosen_channel_is_judged_there(listening: Scene) -> None:
    alice = listening.sandbox.member("alice")
    elsewhere = await alice.start_thread("Elsewhere", in_channel=listening.sandbox.add_channel("elsewhere"))
    unheard = await alice.send(elsewhere, files=[upload()])
    thread = await alice.start_thread("Posters of today")
    message = await alice.send(thread, files=[upload()])
    delivery = await listening.next_request()
    await listening.answer(delivery)
    await listening.sandbox.until(lambda: len(thread.messages) == 2)
    answer = list(thread.messages.values())[1]
    assert (answer.reference or {})["message_id"] == message.id
    assert "Horror" in answer.text
    assert await listening.reply_row(unheard) is None
    assert list(elsewhere.messages.values()) == [unheard]


async def test_a_picture_is_judged_in_reply_without_a_ping_and_once(listening: Scene) -> None:
    alice = listening.sandbox.member("alice")
    message = await alice.send(files=[upload()])
    listening.sandbox.dispatch_again(message)
    await listening.answer(await listening.next_request())
    await listening.sandbox.until(lambda: answers(listening, message))
    (row,) = [await listening.final_row(message)]
    assert row.state is PredictionState.ANSWERED
    (answer,) = answers(listening, message)
    assert "Horror" in answer.text
    assert answer.mentions == []
    reply = await listening.reply_row(message)
    assert reply is not None
    assert (reply.token, reply.message_id, reply.user_id) == (None, int(answer.id), int(alice.id))
    # It is corrected like any other.
    press = await listening.sandbox.member("bob").click(answer, button(answer, "Right"))
    assert "Noted" in (await press.reply(lambda told: told.ephemeral)).text
    await listening.sandbox.until(lambda: "The crowd (1 member):** Horror" in answer.text)


async def test_the_panel_says_that_these_answers_are_seen_where_others_are_private(listening: Scene) -> None:
    mona, alice = listening.sandbox.member("mona"), listening.sandbox.member("alice")
    panel = await (await mona.slash("setup")).reply()
    await (await mona.click(panel, "pj:setup:private")).acknowledged()
    await listening.sandbox.until(lambda: "There everybody sees my answers" in panel.text)
    message = await alice.send(files=[upload()])
    await listening.answer(await listening.next_request())
    await listening.sandbox.until(lambda: answers(listening, message))


async def test_elsewhere_and_of_bots_and_without_pictures_nothing_is_judged(listening: Scene) -> None:
    sandbox = listening.sandbox
    alice = sandbox.member("alice")
    cinema = sandbox.add_channel("cinema")
    ignored = [
        await alice.send(cinema, files=[upload()]),
        await alice.send(content="What a poster!"),
        await alice.send(files=[upload(b"hello", "words.txt", content_type="text/plain")]),
    ]
    judged = await alice.send(files=[upload()])
    await listening.answer(await listening.next_request())
    await sandbox.until(lambda: answers(listening, judged))
    # Messages are heard in order, so what was not taken by now never is.
    assert [await listening.reply_row(message) for message in ignored] == [None] * len(ignored)


async def test_what_cannot_be_judged_is_passed_over_in_silence(listening: Scene) -> None:
    message = await listening.sandbox.member("alice").send(files=[upload(b"no picture at all")])
    row = await listening.final_row(message)
    assert row.state is PredictionState.REFUSED
    assert answers(listening, message) == []


async def test_limits_hold_and_are_not_told(listening: Scene) -> None:
    await listening.stop_bot()
    await listening.start_bot(message_content=True, member_posters_per_minute=1)
    alice = listening.sandbox.member("alice")
    first = await alice.send(files=[upload()])
    await listening.answer(await listening.next_request())
    await listening.sandbox.until(lambda: answers(listening, first))
    second = await alice.send(files=[upload()])
    assert (await listening.final_row(second)).cause == "too_many_requests"
    assert answers(listening, second) == []


async def test_a_bot_killed_meanwhile_answers_after_its_restart(listening: Scene) -> None:
    message = await listening.sandbox.member("alice").send(files=[upload()])
    request = await listening.next_request()
    await listening.stop_bot()
    await listening.answer(request)
    await listening.start_bot(message_content=True)
    await listening.sandbox.until(lambda: answers(listening, message))
    assert (await listening.final_row(message)).state is PredictionState.ANSWERED


async def test_without_the_operators_word_the_bot_does_not_hear_and_says_what_it_needs(scene: Scene) -> None:
    mona = scene.sandbox.member("mona")
    message = await (await mona.slash("setup")).reply()
    assert "POSTER_JUDGE_MESSAGE_CONTENT=true" in message.text
    assert "Message Content Intent" in message.text
    assert "pj:setup:auto-judge" not in [part.get("custom_id") for part in message.walk()]


async def test_a_portal_without_the_switch_is_one_sentence(
    nats_server: EmbeddedServer, broker: Broker, tmp_path: Path
) -> None:
    async with Sandbox.start(SandboxConfig(privileged_intents=0, rate_limits=False)) as sandbox:
        scene = Scene(sandbox, nats_server.url, broker, tmp_path / "data")
        with pytest.raises(SettingsError, match=r"POSTER_JUDGE_MESSAGE_CONTENT: .* developer portal"):
            await scene.start_bot(message_content=True)
