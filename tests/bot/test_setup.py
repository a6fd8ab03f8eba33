"""`/setup`: what a server's managers choose holds at once, for their server alone."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from bot.judging.clock import now
from bot.layouts.setup_layout import NEEDS_CONTENT
from models.database import Database
from models.repositories import GuildRepository
from sandbox import Actor, CommandUnavailableError, Interaction, Message
from tests.bot.scene import Scene, upload


async def panel(manager: Actor) -> Message:
    return await (await manager.slash("setup")).reply()


async def choose(manager: Actor, message: Message, part: str, values: Sequence[Any] | None = None) -> None:
    """Presses or chooses, and waits until the panel shows what came of it."""
    pressed = await manager.click(message, f"pj:setup:{part}", values=None if values is None else list(values))
    await pressed.acknowledged()


async def judged(scene: Scene, interaction: Interaction) -> Message:
    await scene.answer(await scene.next_request())
    return await interaction.reply(lambda message: "Horror" in message.text)


async def test_the_panel_is_for_managers_alone(scene: Scene) -> None:
    with pytest.raises(CommandUnavailableError):
        await scene.sandbox.member("alice").slash("setup")
    mona = scene.sandbox.member("mona")
    message = await panel(mona)
    assert message.ephemeral
    assert "Where I may be used:** everywhere" in message.text
    assert "Who may correct me:** everybody" in message.text
    assert "20 (as for every server)" in str(message.components)
    assert "30 (as for every server)" in str(message.components)
    assert NEEDS_CONTENT in message.text
    # Discord hides the command from others; a press that reaches the bot all the same is refused.
    mona.member.roles.clear()
    late = await mona.click(message, "pj:setup:private")
    assert "Only members who may manage this server" in (await late.reply()).text
    assert "everybody sees them" in (await panel(scene.sandbox.member("olga"))).text


async def test_in_other_channels_members_are_told_where_to_go_without_a_ping(scene: Scene) -> None:
    mona, alice = scene.sandbox.member("mona"), scene.sandbox.member("alice")
    cinema = scene.sandbox.add_channel("cinema")
    message = await panel(mona)
    await choose(mona, message, "channels", [cinema])
    await scene.sandbox.until(lambda: f"used:** <#{cinema.id}>" in message.text)
    elsewhere = await alice.slash("judge", poster=upload())
    told = await elsewhere.reply()
    assert told.ephemeral
    assert told.text == f"In this server I judge posters elsewhere: please come to <#{cinema.id}>."
    picture = await alice.send(files=[upload()])
    by_menu = await alice.message_command("Judge this poster", picture)
    assert f"<#{cinema.id}>" in (await by_menu.reply()).text
    assert await scene.reply_row(elsewhere) is None
    await judged(scene, await alice.slash("judge", in_channel=cinema, poster=upload()))
    await choose(mona, message, "channels", [])
    await judged(scene, await alice.slash("judge", poster=upload()))


async def test_a_thread_counts_as_the_channel_that_it_is_in(scene: Scene) -> None:
    mona, alice = scene.sandbox.member("mona"), scene.sandbox.member("alice")
    cinema = scene.sandbox.add_channel("cinema")
    within = await alice.start_thread("Tonight", in_channel=cinema)
    outside = await alice.start_thread("Posters of today")
    message = await panel(mona)
    await choose(mona, message, "channels", [cinema])
    await scene.sandbox.until(lambda: f"used:** <#{cinema.id}>" in message.text)
    told = await (await alice.slash("judge", in_channel=outside, poster=upload())).reply()
    assert told.text == f"In this server I judge posters elsewhere: please come to <#{cinema.id}>."
    judgement = await judged(scene, await alice.slash("judge", in_channel=within, poster=upload()))
    assert list(within.messages.values()) == [judgement]


async def test_replies_become_private_and_public_again(scene: Scene) -> None:
    mona, alice = scene.sandbox.member("mona"), scene.sandbox.member("alice")
    message = await panel(mona)
    await choose(mona, message, "private")
    first = await alice.slash("judge", poster=upload())
    assert (await judged(scene, first)).ephemeral
    row = await scene.reply_row(first)
    assert row is not None
    assert row.private
    await choose(mona, message, "open")
    assert not (await judged(scene, await alice.slash("judge", poster=upload()))).ephemeral


async def test_a_servers_own_limit_holds_there_alone(scene: Scene) -> None:
    cinema = scene.sandbox.add_guild("Cinema", members=("alice",))
    mona, alice, bob = (scene.sandbox.member(name) for name in ("mona", "alice", "bob"))
    await choose(mona, await panel(mona), "posters", ["1"])
    await judged(scene, await alice.slash("judge", poster=upload()))
    late = await alice.slash("judge", poster=upload())
    told = await late.reply(lambda message: "wait" in message.text)
    assert told.ephemeral
    assert re.fullmatch(r"In this server that was many posters from you; please wait \d\d seconds\.", told.text)
    assert (await scene.final_row(late)).cause == "too_many_here"
    await judged(scene, await bob.slash("judge", poster=upload()))
    await judged(scene, await scene.sandbox.member("alice", guild=cinema).slash("judge", poster=upload()))


async def test_a_panel_offers_no_more_than_the_operator_gives(scene: Scene) -> None:
    await scene.stop_bot()
    await scene.start_bot(member_posters_per_minute=3, member_corrections_per_minute=0)
    message = await panel(scene.sandbox.member("mona"))
    offered = {part["custom_id"]: [o["value"] for o in part["options"]] for part in message.walk() if "options" in part}
    assert offered["pj:setup:posters"] == ["operator", "1", "2"]
    assert offered["pj:setup:corrections"][:2] == ["operator", "1"]


async def test_what_another_process_changed_holds_within_seconds(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = scene.sandbox.member("alice")
    await judged(scene, await alice.slash("judge", poster=upload()))
    database = Database(scene.database_settings.url())
    async with database.writing() as session:
        await GuildRepository(session).change(int(scene.sandbox.guild.id), now(), private_replies=True)
    await database.close()
    monkeypatch.setattr("bot.setups.guild_setups.KNOWN_FOR", 0.0)
    assert (await judged(scene, await alice.slash("judge", poster=upload()))).ephemeral


async def test_a_role_and_a_reset(scene: Scene) -> None:
    mona = scene.sandbox.member("mona")
    critics = scene.sandbox.add_role("Critics", 0)
    message = await panel(mona)
    await choose(mona, message, "role", [critics])
    await scene.sandbox.until(lambda: f"members with <@&{critics.id}>" in message.text)
    await choose(mona, message, "reset")
    await scene.sandbox.until(lambda: "All is back" in message.text and "correct me:** everybody" in message.text)


async def test_forged_choices_change_nothing(scene: Scene) -> None:
    mona, world = scene.sandbox.member("mona"), scene.sandbox.world
    message = await panel(mona)
    before = message.text
    forged = [
        ("channels", ["42"], "not to be had in this server"),
        ("channels", ["²"], "not to be had in this server"),
        ("role", ["42"], "not to be had in this server"),
        ("posters", ["1000"], "not to be had in this server"),
        ("corrections", ["-1"], "not to be had in this server"),
        ("everything", ["yes"], "not to be had in this server"),
        ("auto-judge", [scene.sandbox.channel.id], "POSTER_JUDGE_MESSAGE_CONTENT=true"),
    ]
    real = next(part for part in message.walk() if part.get("custom_id") == "pj:setup:channels")
    for part, values, sentence in forged:
        data = {"custom_id": f"pj:setup:{part}", "component_type": real["type"], "id": real["id"], "values": values}
        real["custom_id"] = data["custom_id"]  # As if the bot had offered it.
        press = world.interactions.create(
            type=3, data=data, member=mona.member, channel=scene.sandbox.channel, source=message
        )
        assert sentence in (await press.reply(lambda reply: reply is not message)).text
    assert (await panel(mona)).text == before
