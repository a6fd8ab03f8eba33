"""Operators get all corrections as a table; nobody else does, and nobody's name is in it."""

import csv
import io

import pytest

from sandbox import Actor, CommandUnavailableError, Message, Permission
from tests.bot.corrections import button, judged
from tests.bot.scene import Scene


async def corrected(scene: Scene, who: str) -> None:
    """A judgement that a member finds right."""
    message = await judged(scene, scene.sandbox.member(who))
    press = await scene.sandbox.member(who).click(message, button(message, "Right"))
    await press.reply(lambda reply: reply.ephemeral)


async def told(actor: Actor) -> Message:
    return await (await actor.slash("feedback export")).reply()


async def test_without_a_home_guild_the_applications_owner_alone_gets_the_table(scene: Scene) -> None:
    await corrected(scene, "alice")
    mona, olga = scene.sandbox.member("mona"), scene.sandbox.member("olga")
    refused = await told(mona)
    assert refused.ephemeral
    assert refused.text == "Only those who run this bot can do that."
    with pytest.raises(CommandUnavailableError):
        await scene.sandbox.member("alice").slash("feedback export")
    message = await told(olga)
    assert message.ephemeral
    (file,) = message.attachments
    assert file.filename == "corrections.csv"
    body = file.data.decode()
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["genres"], row["genre_members"], row["events"]) == ("Horror", "1", "1")
    assert scene.sandbox.member("alice").id not in body


async def test_in_the_home_guild_administrators_and_a_role_operate_and_elsewhere_nobody(scene: Scene) -> None:
    home = scene.sandbox.add_guild("Backstage", members=("alice", "mona"))
    role = scene.sandbox.add_role("Operators", Permission.ADMINISTRATOR, guild=home)
    await scene.stop_bot()
    await scene.start_bot(home_guild=int(home.id), operator_role=int(role.id))
    adam = scene.sandbox.add_member("adam", guild=home, permissions=Permission.ADMINISTRATOR)
    assert "Nobody's corrections stand yet" in (await told(adam)).text
    # There the managers' commands of the same name are beside it.
    assert "Nobody has corrected me" in (await (await adam.slash("feedback review")).reply()).text
    with pytest.raises(CommandUnavailableError):
        await scene.sandbox.member("olga").slash("feedback export")  # Not the home guild.
    with pytest.raises(CommandUnavailableError):
        await scene.sandbox.member("mona", guild=home).slash("feedback export")
    # Others may be shown the command by the guild's settings; the bot asks who they are all the same.
    for command in scene.sandbox.world.commands.listed(home.id):
        command.body["default_member_permissions"] = None
    assert "Only those who run this bot" in (await told(scene.sandbox.member("mona", guild=home))).text
    scene.sandbox.member("alice", guild=home).member.roles.append(role)
    role.permissions = Permission(0)
    assert "Nobody's corrections stand yet" in (await told(scene.sandbox.member("alice", guild=home))).text
    for command in scene.sandbox.world.commands.listed(home.id):
        command.body["default_member_permissions"] = str(int(Permission.ADMINISTRATOR))
    # The second start finds all of them registered already, those of the home guild too.
    await scene.stop_bot()
    await scene.start_bot(home_guild=int(home.id), operator_role=int(role.id), sync_commands="never")
    assert "Nobody's corrections stand yet" in (await told(adam)).text


async def test_managers_see_remove_and_block_in_chat(scene: Scene) -> None:
    await corrected(scene, "alice")
    mona = scene.sandbox.member("mona")
    page = await (await mona.slash("feedback review")).reply()
    assert page.ephemeral
    assert "Nothing stands out among the newest 1 corrections" in page.text
    turned = await mona.click(page, button(page, "Show all"))
    await turned.acknowledged()
    alice = scene.sandbox.member("alice")
    await scene.sandbox.until(lambda: f"**1** · <@{alice.id}> on [this judgement](" in page.text)
    assert "**Horror** is right" in page.text
    removed = await (await mona.slash("feedback remove", number=1)).reply()
    assert removed.text.startswith(f"Correction 1 by <@{alice.id}> no longer counts.")
    await mona.click(removed, button(removed, "Undo"))
    await scene.sandbox.until(lambda: "counts again" in removed.text)
    blocked = await (await mona.slash("feedback block", member=alice)).reply()
    assert f"<@{alice.id}> is blocked" in blocked.text
    message = await judged(scene, alice)
    press = await alice.click(message, button(message, "Right"))
    refused = await press.reply(lambda reply: reply.ephemeral)
    assert refused.text == "Corrections of yours are not taken in this server."
    freed = await (await mona.slash("feedback unblock", member=alice)).reply()
    assert "may correct me again" in freed.text
    absent = await (await mona.slash("feedback remove", number=99)).reply()
    assert "no correction with that number in this server" in absent.text
