"""Too many posters from one member or one server: told kindly, alone and with the time left; others go on."""

import re
from datetime import timedelta

import pytest

from bot.judging.clock import now
from models.database import Database
from models.database_settings import DatabaseSettings
from models.repositories import ReplyRepository
from models.tables import PredictionState
from sandbox import Actor, Interaction
from tests.bot.scene import Scene, upload


async def restart(scene: Scene, **settings: int) -> None:
    await scene.stop_bot()
    await scene.start_bot(**settings)


async def told(scene: Scene, member: Actor, interaction: Interaction) -> str:
    """The one sentence about an interaction, which its member alone sees."""
    message = await interaction.reply(lambda message: "please wait" in message.text)
    assert message.ephemeral
    assert interaction.messages_visible_to(member) == [message]
    assert interaction.messages_visible_to(scene.sandbox.member("mona")) == []
    return message.text


async def judged(scene: Scene, interaction: Interaction) -> None:
    await scene.answer(await scene.next_request())
    await interaction.reply(lambda message: "Horror" in message.text)


async def test_a_member_who_sends_too_many_is_told_when_to_go_on_and_others_are_judged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await restart(scene, member_posters_per_minute=2)
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    for _ in range(2):
        await judged(scene, await alice.slash("judge", poster=upload()))
    late = await alice.slash("judge", poster=upload())
    sentence = await told(scene, alice, late)
    assert re.fullmatch(r"You have sent many posters; please wait \d\d seconds\.", sentence)
    row = await scene.final_row(late)
    assert (row.state, row.cause) == (PredictionState.REFUSED, "too_many_requests")
    await judged(scene, await bob.slash("judge", poster=upload()))
    # A minute later.
    monkeypatch.setattr("bot.judging.judging.now", lambda: now() + timedelta(minutes=1))
    await judged(scene, await alice.slash("judge", poster=upload()))


async def test_a_flood_costs_neither_rows_nor_deferrals(scene: Scene) -> None:
    await restart(scene, member_posters_per_minute=1)
    alice = scene.sandbox.member("alice")
    await judged(scene, await alice.slash("judge", poster=upload()))
    await told(scene, alice, await alice.slash("judge", poster=upload()))
    before = len(scene.sandbox.requests)
    flood = [await alice.slash("judge", poster=upload()) for _ in range(20)]
    for interaction in flood:
        assert await interaction.acknowledged() == 4  # A private sentence at once, without "thinking".
        await told(scene, alice, interaction)
        assert await scene.reply_row(interaction) is None
    assert len(scene.sandbox.requests) - before == len(flood)


async def test_a_server_that_sends_too_many_is_told_and_another_one_goes_on(scene: Scene) -> None:
    other = scene.sandbox.add_guild("Cinema", members=("alice",))
    await restart(scene, server_posters_per_minute=1)
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    await judged(scene, await alice.slash("judge", poster=upload()))
    late = await bob.slash("judge", poster=upload())
    assert (await told(scene, bob, late)).startswith("This server has sent many posters; please wait ")
    assert (await scene.final_row(late)).cause == "server_busy"
    await judged(scene, await scene.sandbox.member("alice", guild=other).slash("judge", poster=upload()))


async def test_pictures_refused_at_sight_count_too(scene: Scene) -> None:
    await restart(scene, member_posters_per_minute=1)
    alice = scene.sandbox.member("alice")
    empty = await alice.slash("judge", poster=upload(size=0))
    assert (await scene.final_row(empty)).cause == "empty"
    await told(scene, alice, await alice.slash("judge", poster=upload()))


async def test_what_the_gateway_says_twice_counts_once(scene: Scene) -> None:
    await restart(scene, member_posters_per_minute=2)
    alice = scene.sandbox.member("alice")
    first = await alice.slash("judge", poster=upload())
    await first.acknowledged()
    for _ in range(3):
        scene.sandbox.dispatch_again(first)
    await judged(scene, first)
    await judged(scene, await alice.slash("judge", poster=upload()))
    await told(scene, alice, await alice.slash("judge", poster=upload()))
    assert scene.sandbox.refusals == []


async def test_a_bot_killed_before_it_told_tells_after_its_restart(scene: Scene) -> None:
    await restart(scene, member_posters_per_minute=1)
    alice = scene.sandbox.member("alice")
    await judged(scene, await alice.slash("judge", poster=upload()))
    held = scene.sandbox.hold_next("@original", method="DELETE")
    late = await alice.slash("judge", poster=upload())
    database = Database(DatabaseSettings(data_dir=scene.data_dir).url())
    ready: list[int] = []
    while not ready:
        async with database.reading() as session:
            ready = list(await ReplyRepository(session).ready_to_tell(1))
    await database.close()
    await scene.stop_bot()
    held.release()
    await scene.start_bot()
    await told(scene, alice, late)
    assert (await scene.final_row(late)).cause == "too_many_requests"
