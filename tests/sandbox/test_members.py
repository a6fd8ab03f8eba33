"""Members: their roles and age, what they may use, and what they may delete."""

from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord import app_commands

from sandbox import CommandUnavailableError, Overwrite, Permission, Sandbox
from tests.sandbox.tiny_bot import TinyBot


async def test_an_accounts_id_says_how_old_it_is(sandbox: Sandbox, bot: TinyBot) -> None:
    carol = sandbox.add_member("carol", created_days_ago=1)
    now = datetime.fromtimestamp(sandbox.clock.now(), UTC)
    made = discord.utils.snowflake_time(int(carol.id))
    assert abs(now - made - timedelta(days=1)) < timedelta(seconds=1)
    assert now - discord.utils.snowflake_time(int(sandbox.member("alice").id)) > timedelta(days=364)


async def test_a_member_gets_the_roles_they_join_with(sandbox: Sandbox, bot: TinyBot) -> None:
    critics = sandbox.add_role("Critics", Permission.MANAGE_MESSAGES)
    carol = sandbox.add_member("carol", roles=[critics])
    await carol.send(content="hello")
    await bot.until(lambda: bot.seen)
    author = bot.seen[0].author
    assert isinstance(author, discord.Member)
    assert [role.name for role in author.roles] == ["@everyone", "Critics"]
    assert author.guild_permissions.manage_messages


async def test_commands_for_managers_are_offered_to_managers(sandbox: Sandbox, bot: TinyBot) -> None:
    seen: list[tuple[discord.Permissions, discord.Permissions]] = []

    @bot.tree.command(name="setup", description="Set up")
    @app_commands.default_permissions(manage_guild=True)
    async def setup(interaction: discord.Interaction) -> None:
        seen.append((interaction.permissions, interaction.app_permissions))
        await interaction.response.send_message("Yes")

    await bot.tree.sync()
    quiet = sandbox.add_channel("quiet")
    quiet.overwrites.append(
        Overwrite(target_id=sandbox.bot_user.id, type=1, deny=Permission.SEND_MESSAGES | Permission.ATTACH_FILES)
    )
    with pytest.raises(CommandUnavailableError, match="may not use"):
        await sandbox.member("alice").slash("setup")
    mona = sandbox.member("mona")
    await (await mona.slash("setup")).reply()
    await (await mona.slash("setup", in_channel=quiet)).reply()
    assert all(permissions.manage_guild for permissions, _ in seen)
    assert [app.send_messages for _, app in seen] == [True, False]


async def test_messages_are_deleted_by_their_author_or_with_manage_messages(sandbox: Sandbox, bot: TinyBot) -> None:
    alice, bob = sandbox.member("alice"), sandbox.member("bob")
    first, second, third = [await alice.send(content=str(number)) for number in range(3)]
    with pytest.raises(CommandUnavailableError, match="bob may not delete"):
        await bob.delete(first)
    await alice.delete(first)
    await sandbox.member("mona").delete(second)
    channel = bot.get_partial_messageable(int(sandbox.channel.id))
    with pytest.raises(discord.Forbidden):
        await channel.get_partial_message(int(third.id)).delete()
    sandbox.world.add_role(
        sandbox.guild, "Tidy", Permission.MANAGE_MESSAGES, sandbox.guild.members[sandbox.bot_user.id]
    )
    await channel.get_partial_message(int(third.id)).delete()
    assert list(sandbox.channel.messages) == []
    assert sandbox.breaches == []


async def test_nobody_deletes_or_edits_what_is_not_theirs_in_direct_messages(sandbox: Sandbox, bot: TinyBot) -> None:
    olga = sandbox.member("olga")
    user = await bot.fetch_user(int(olga.id))
    sent = await user.send("Judged")
    for act in (olga.delete(olga.dm.messages[str(sent.id)]), olga.edit(olga.dm.messages[str(sent.id)], "x")):
        with pytest.raises(CommandUnavailableError):
            await act
