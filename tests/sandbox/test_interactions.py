"""What a bot's answers to interactions do, and what Discord refuses."""

import discord
import pytest

from sandbox import CommandUnavailableError, Sandbox, Upload
from tests.sandbox.tiny_bot import TinyBot, Verdict, poster_file


async def test_a_reply_is_seen_by_everybody_in_the_channel(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    interaction = await sandbox.member("alice").slash("judge", poster=poster, title="Alien", private=False)
    reply = await interaction.reply()
    assert "Horror" in reply.text
    assert sandbox.channel.messages_visible_to(sandbox.member("bob")) == [reply]
    assert sandbox.breaches == []


async def test_a_deferred_answer_is_shown_as_thinking_until_the_reply(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    edit = sandbox.hold_next("@original", method="PATCH")
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    assert await interaction.acknowledged() == 5
    await edit.held()
    (message,) = interaction.messages_visible_to(sandbox.member("bob"))
    assert message.thinking
    edit.release()
    assert await interaction.reply() is message


async def test_an_answer_after_three_seconds_comes_too_late(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    answer = sandbox.hold_next("/callback")
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await answer.held()
    sandbox.clock.advance(3.1)
    answer.release()
    error = await bot.error()
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    assert interaction.failed
    assert interaction.messages == []


async def test_an_interaction_takes_one_response_only(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def respond_twice(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message("first")
        await discord.InteractionResponse(interaction).send_message("second")

    bot.judge = respond_twice
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    error = await bot.error()
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060
    assert [message.content for message in interaction.messages] == ["first"]


async def test_an_interaction_sent_twice_is_answered_once(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await interaction.reply()
    sandbox.dispatch_again(interaction)
    error = await bot.error()
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060
    assert len(interaction.messages) == 1


async def test_interactions_that_were_held_back_come_in_the_order_asked_for(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    alice = sandbox.member("alice")
    sandbox.hold_interactions()
    held = [await alice.slash("judge", poster=poster) for _ in range(3)]
    later = sandbox.world.interactions.newest(3)
    assert later == held[::-1]
    sandbox.release_interactions(backwards=True)
    for interaction in held:
        await interaction.reply()
    assert [str(seen.id) for seen in bot.interactions] == [interaction.id for interaction in later]


async def test_a_token_dies_after_fifteen_minutes(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await interaction.reply()
    sandbox.clock.advance(15 * 60)
    with pytest.raises(discord.HTTPException) as error:
        await bot.interactions[0].edit_original_response(content=None)
    assert (error.value.status, error.value.code) == (401, 50027)


async def test_tokens_can_be_made_to_die_at_once(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await interaction.reply()
    sandbox.expire_tokens()
    with pytest.raises(discord.HTTPException) as error:
        await bot.interactions[0].followup.send("late")
    assert (error.value.status, error.value.code) == (401, 50027)


async def test_the_first_follow_up_after_a_public_deferral_is_public(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    async def follow_up(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.defer()
        await interaction.followup.send("meant to be private", ephemeral=True)

    bot.judge = follow_up
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    reply = await interaction.reply()
    assert reply is interaction.original
    assert reply.visible_to(sandbox.member("bob"))


async def test_the_first_follow_up_after_a_private_deferral_is_private(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    async def follow_up(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("meant to be public")
        await interaction.followup.send("public")

    bot.judge = follow_up
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await interaction.reply(lambda message: message.content == "public")
    assert [m.content for m in interaction.messages_visible_to(sandbox.member("bob"))] == ["public"]
    assert len(interaction.messages_visible_to(sandbox.member("alice"))) == 2


async def test_later_follow_ups_have_their_own_visibility(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def follow_up(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message("public")
        await interaction.followup.send("private", ephemeral=True)

    bot.judge = follow_up
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    await interaction.reply(lambda message: message.ephemeral)
    assert [m.content for m in interaction.messages_visible_to(sandbox.member("bob"))] == ["public"]


async def test_a_deleted_deferral_leaves_room_for_a_private_refusal(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    async def refuse(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()
        await interaction.followup.send("That is no picture.", ephemeral=True)

    bot.judge = refuse
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    reply = await interaction.reply()
    assert reply.ephemeral
    assert interaction.messages_visible_to(sandbox.member("bob")) == []


async def test_an_edit_does_not_change_who_sees_a_reply(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def edit(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message("private", ephemeral=True)
        await interaction.edit_original_response(view=Verdict(), content=None, attachments=[poster_file()])

    bot.judge = edit
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    reply = await interaction.reply(lambda message: message.components_v2)
    assert reply.ephemeral
    assert not reply.visible_to(sandbox.member("bob"))


async def test_a_private_reply_is_nowhere_but_with_its_member(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    async def reply_privately(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.response.send_message("private", ephemeral=True)

    bot.judge = reply_privately
    interaction = await sandbox.member("alice").slash("judge", poster=poster)
    reply = await interaction.reply()
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    with pytest.raises(discord.NotFound) as error:
        await channel.fetch_message(int(reply.id))
    assert error.value.code == 10008
    assert [message async for message in channel.history()] == []
    public = await sandbox.member("alice").send(None, "after it")
    await bot.until(lambda: bot.seen)
    assert [message.id for message in bot.seen] == [int(public.id)]
    assert (await bot.interactions[0].original_response()).content == "private"


async def test_a_member_can_dismiss_a_private_reply(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    alice = sandbox.member("alice")
    message = await alice.send(None, "look", files=[poster])
    reply = await (await alice.message_command("Judge this poster", message)).reply()
    await alice.dismiss(reply)
    assert sandbox.channel.messages_visible_to(alice) == [message]


async def test_a_follow_up_before_the_first_response_is_a_breach(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    async def follow_up(interaction: discord.Interaction, poster: discord.Attachment) -> None:
        await interaction.followup.send("too early")

    bot.judge = follow_up
    await sandbox.member("alice").slash("judge", poster=poster)
    error = await bot.error()
    assert isinstance(error, discord.NotFound)
    assert error.code == 10015
    assert [breach.method for breach in sandbox.breaches] == ["POST"]


async def test_a_message_command_sees_the_pictures_of_a_forwarded_message(
    sandbox: Sandbox, bot: TinyBot, poster: Upload
) -> None:
    first = await sandbox.member("bob").send(None, "look", files=[poster])
    forward = await sandbox.member("alice").send(forward_of=first)
    interaction = await sandbox.member("alice").message_command("Judge this poster", forward)
    reply = await interaction.reply()
    assert reply.content == "1 picture(s)"
    assert reply.ephemeral


async def test_a_subcommand_is_used_by_its_full_name(sandbox: Sandbox, bot: TinyBot) -> None:
    interaction = await sandbox.member("alice").slash("genres list", first=3)
    reply = await interaction.reply()
    assert reply.interaction is not None
    assert reply.interaction["name"] == "genres list"
    assert (await interaction.reply()).content == "from 3"


async def test_a_button_can_be_clicked(sandbox: Sandbox, bot: TinyBot, poster: Upload) -> None:
    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_message("Thank you", ephemeral=True)

    reply = await (await sandbox.member("alice").slash("judge", poster=poster)).reply()
    answer = await (await sandbox.member("bob").click(reply, "right")).reply()
    assert answer.content == "Thank you"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("judge", {}),
        ("judge", {"poster": "text"}),
        ("judge", {"poster": Upload("a.png", b""), "other": 1}),
        ("judge", {"poster": Upload("a.png", b""), "title": "x" * 101}),
        ("genres list", {"first": True}),
        ("nothing", {}),
    ],
)
async def test_a_member_cannot_send_what_the_client_would_not_let_them(
    sandbox: Sandbox, bot: TinyBot, command: str, options: dict[str, object]
) -> None:
    with pytest.raises(CommandUnavailableError):
        await sandbox.member("alice").slash(command, **options)
