"""What cannot be taken gets one clear answer, and nothing is lost or stored twice."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import URL, delete

from bot.components.presses import UNKNOWN
from bot.feedback.permission import BLOCKED, GONE, NOT_YOURS
from bot.judging.clock import now
from broker.connection import Broker
from broker.embedded import EmbeddedServer
from models.database import Database
from models.repositories import GuildRepository
from models.tables import Reply
from sandbox import Overwrite, Permission, Sandbox
from tests.bot.corrections import answer_to, answers_to, button, events, judged, menu_of, set_up, told
from tests.bot.scene import Scene


async def test_members_who_press_at_once_and_twice_are_each_counted_once_and_all_answered(
    sandbox: Sandbox, nats_server: EmbeddedServer, broker: Broker, empty_database_url: URL, tmp_path: Path
) -> None:
    url = empty_database_url.render_as_string(hide_password=False)
    scene = Scene(sandbox, nats_server.url, broker, tmp_path / "data", url)
    await scene.start_bot()
    try:
        alice, bob = sandbox.member("alice"), sandbox.member("bob")
        message = await judged(scene, alice)
        right = button(message, "Right")
        presses = await asyncio.gather(*(who.click(message, right) for who in (alice, bob, alice, bob)))
        answers = [(await told(press)).text for press in presses]
        assert all("**Horror** is right" in answer for answer in answers)
        assert sorted(event.user_id for event in await events(scene)) == sorted([int(alice.id), int(bob.id)])
        await sandbox.until(lambda: "The crowd (2 members):** Horror" in message.text)
    finally:
        await scene.stop_bot()


async def test_a_press_that_the_gateway_repeats_is_stored_and_answered_once(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    press = await alice.click(message, button(message, "Right"))
    await told(press)
    scene.sandbox.dispatch_again(press)
    later = await alice.click(message, button(message, "Right"))
    assert "from you already" in (await told(later)).text
    assert len(press.followups) == 1
    assert len(await events(scene)) == 1


async def test_a_press_whose_bot_dies_before_it_answers_is_kept_and_can_be_repeated(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    held = scene.sandbox.hold_next("/callback")
    await alice.click(message, button(message, "Right"))
    await held.held()
    await scene.stop_bot()
    held.release()
    await scene.start_bot()
    assert "from you already" in (await told(await alice.click(message, button(message, "Right")))).text
    assert len(await events(scene)) == 1


async def test_forged_and_outdated_custom_ids_get_one_private_sentence(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    message = await judged(scene, alice)
    foreign = await judged(scene, alice, in_channel=scene.sandbox.add_channel("elsewhere"))
    private = await judged(scene, alice, private=True)
    elsewhere, secret = button(foreign, "Right"), button(private, "Right")
    part = next(part for part in message.walk() if part.get("label") == "Right")
    forged = {
        "pj:right:' OR 1=1 --": GONE,
        "pj:right:" + "0" * 32: GONE,
        elsewhere: NOT_YOURS,
        secret: NOT_YOURS,
        "pj:undo:1,2,x": UNKNOWN,
        "pj:undo:999999": GONE,
        "pj:delete:١٢": UNKNOWN,
        "pj:film:" + "0" * 32 + ":tt1": UNKNOWN,
        "pj:dance:1": UNKNOWN,
        "something else": UNKNOWN,
    }
    for custom_id, sentence in forged.items():
        part["custom_id"] = custom_id
        answer = await told(await bob.click(message, custom_id))
        assert answer.text == sentence
    # The way of a client that was tampered with: a press on what is not there.
    data = {"custom_id": "pj:right:" + "1" * 32, "component_type": 2}
    press = scene.sandbox.world.interactions.create(
        type=3, data=data, member=bob.member, channel=message.channel, source=message
    )
    assert (await told(press)).text == UNKNOWN
    assert await events(scene) == []


async def test_a_menu_that_was_tampered_with_stores_nothing(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    menu = await told(await alice.click(message, button(message, "Fix genres")))
    menu_of(menu)["options"].append({"label": "Poetry", "value": "Poetry"})
    press = await alice.click(menu, menu_of(menu)["custom_id"], values=["Horror", "Poetry"])
    assert (await told(press)).text == UNKNOWN
    assert await events(scene) == []


async def test_who_may_not_correct_is_told_why_once(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    role = scene.sandbox.add_role("Critics", Permission(0))
    carol = scene.sandbox.add_member("carol", roles=[role])
    message = await judged(scene, alice)
    await set_up(scene, corrector_role_id=int(role.id))
    for label in ("Right", "Fix genres", "IMDb score"):
        refused = await told(await bob.click(message, button(message, label)))
        assert f"<@&{role.id}>" in refused.text
    assert "Noted" in (await told(await carol.click(message, button(message, "Right")))).text
    await set_up(scene, corrector_role_id=None, corrections_per_minute=1)
    limited = await told(await carol.click(message, button(message, "Right")))
    assert "please wait" in limited.text
    # In words as well, and then there is silence: a flood is not answered by a flood.
    first = await carol.send(None, "comedy", reply_to=message, mention=True)
    assert "please wait" in (await answer_to(scene, first)).text
    second = await carol.send(None, "comedy", reply_to=message, mention=True)
    database = Database(scene.database_settings.url())
    async with database.writing() as session:
        await GuildRepository(session).block(int(message.channel.guild.id), int(bob.id), now())
    await database.close()
    assert (await told(await bob.click(message, button(message, "Right")))).text == BLOCKED
    assert answers_to(second) == []
    assert [event.user_id for event in await events(scene)] == [int(carol.id)]


@pytest.mark.parametrize("permitted", [True, False])
async def test_strange_words_are_answered_without_pings_or_met_with_silence_where_the_bot_may_not_write(
    scene: Scene, permitted: bool
) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    if not permitted:
        me = scene.sandbox.application_id
        scene.sandbox.channel.overwrites.append(Overwrite(target_id=me, type=1, deny=Permission.SEND_MESSAGES))
    strange = {
        "@everyone <@&1> it's @here": "",
        "imdb 11": "0 to 10",
        "imdb 6.1, imdb 8.4": "more than one score",
        "it's a horor": "Horror",
        "it's a superhero film": "Did you mean",
        "\u202eכן, זה קומדיה 🎬🎬": "",
        "it's horror. " + "Hmmm. " * 325: "**Horror**",
    }
    sent = [await alice.send(None, words, reply_to=message, mention=True) for words in strange]
    if permitted:
        for words, answer in zip(sent[1:5], list(strange.values())[1:5], strict=True):
            assert answer in (await answer_to(scene, words)).text
        assert "**Horror**" in (await answer_to(scene, sent[6])).text
    await scene.sandbox.until(lambda: "The crowd (1 member):** Horror" in message.text)
    for words in sent:
        for answer in answers_to(words):
            assert answer.mentions == []
            assert "@everyone" not in answer.text
    assert all(len(answers_to(words)) <= 1 for words in sent)


async def test_a_message_that_the_gateway_repeats_is_stored_and_answered_once(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    said = await alice.send(None, "it's a western", reply_to=message, mention=True)
    await answer_to(scene, said)
    scene.sandbox.dispatch_again(said)
    later = await alice.send(None, "imdb 6.4", reply_to=message, mention=True)
    await answer_to(scene, later)
    assert len(answers_to(said)) == 1
    assert [event.value for event in await events(scene)] == [["Western"], 6.4]


async def test_a_judgement_that_is_erased_can_no_longer_be_corrected(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    message = await judged(scene, alice)
    database = Database(scene.database_settings.url())
    async with database.writing() as session:
        await session.execute(delete(Reply))
    await database.close()
    assert (await told(await bob.click(message, button(message, "Right")))).text == GONE
    said = await bob.send(None, "horror", reply_to=message, mention=True)
    assert GONE in (await answer_to(scene, said)).text
    assert await events(scene) == []
