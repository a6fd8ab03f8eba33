"""`/feedback`: how a server's managers look after the corrections that are made there."""

from typing import Any, Final

import discord
from discord import app_commands

from bot.commands.setup import MANAGERS_COMMAND, NOT_THERE, managed_guild
from bot.components.pressable import Verb, button
from bot.components.presses import Presses
from bot.feedback.refreshing import Refreshing
from bot.feedback.reviewing import Outcome, Reviewing
from bot.feedback.speakers import Speaker
from bot.layouts.correction_layouts import NotedLayout
from bot.layouts.judgement_layout import NoticeLayout
from bot.layouts.review_layout import ReviewLayout, View
from bot.tree import Refused

MOST: Final = 2**53 - 1
"""The largest number that Discord takes as an option."""


class FeedbackCommands:
    """Parses what a manager asked for and hands it to `bot.feedback.reviewing`."""

    def __init__(self, reviewing: Reviewing, refreshing: Refreshing) -> None:
        self._reviewing = reviewing
        self._refreshing = refreshing
        self.group = app_commands.Group(
            name="feedback",
            description="The corrections that are made in this server",
            default_permissions=discord.Permissions(manage_guild=True),
            **MANAGERS_COMMAND,
        )

    def add_to(self, tree: app_commands.CommandTree[discord.Client], presses: Presses) -> None:
        """Registers the commands, for servers alone, and what is pressed in their replies."""

        @self.group.command(name="review", description="Corrections that stand out, and how to take them back")
        @app_commands.describe(show="What stands out (as it comes), or all of them", member="Of one member alone")
        @app_commands.choices(
            show=[
                app_commands.Choice(name="what stands out", value="odd"),
                app_commands.Choice(name="all", value="all"),
            ]
        )
        async def review(
            interaction: discord.Interaction[discord.Client], show: str = "odd", member: discord.User | None = None
        ) -> None:
            view = View(0, show != "all", None if member is None else member.id)
            await interaction.response.send_message(view=await self._page(interaction, view), ephemeral=True)

        @self.group.command(name="remove", description="Take a correction back")
        @app_commands.describe(number="Of the correction, as /feedback review shows it")
        async def remove(
            interaction: discord.Interaction[discord.Client], number: app_commands.Range[int, 1, MOST]
        ) -> None:
            outcome = await self._reviewing.remove(number, _manager(interaction))
            self._refreshing.request(outcome.reply_id)
            await interaction.response.send_message(view=_removed(outcome), ephemeral=True)

        @self.group.command(name="block", description="Let a member's corrections in this server no longer count")
        @app_commands.describe(member="Whose")
        async def block(interaction: discord.Interaction[discord.Client], member: discord.User) -> None:
            sentence = await self._reviewing.block(managed_guild(interaction).id, member.id)
            await interaction.response.send_message(view=NoticeLayout(sentence), ephemeral=True)

        @self.group.command(name="unblock", description="Let a member's corrections in this server count again")
        @app_commands.describe(member="Whose")
        async def unblock(interaction: discord.Interaction[discord.Client], member: discord.User) -> None:
            sentence = await self._reviewing.unblock(managed_guild(interaction).id, member.id)
            await interaction.response.send_message(view=NoticeLayout(sentence), ephemeral=True)

        tree.add_command(self.group)
        presses.on_press(Verb.REVIEW, self._turn)
        presses.on_press(Verb.RESTORE, self._restore)

    async def _page(self, interaction: discord.Interaction[Any], view: View) -> ReviewLayout:
        guild = managed_guild(interaction)
        page = await self._reviewing.page(guild.id, view.page, suspicious=view.suspicious, user_id=view.user_id)
        return ReviewLayout(page, view, guild.id)

    async def _turn(self, interaction: discord.Interaction[Any], about: str) -> None:
        if (view := View.parse(about)) is None:
            raise Refused(NOT_THERE)
        await interaction.response.edit_message(view=await self._page(interaction, view))

    async def _restore(self, interaction: discord.Interaction[Any], about: str) -> None:
        if not (about.isdecimal() and about.isascii() and int(about) <= MOST):
            raise Refused(NOT_THERE)
        outcome = await self._reviewing.restore(int(about), _manager(interaction))
        self._refreshing.request(outcome.reply_id)
        await interaction.response.edit_message(view=_removed(outcome))


def _manager(interaction: discord.Interaction[Any]) -> Speaker:
    return Speaker(
        user_id=interaction.user.id,
        guild_id=managed_guild(interaction).id,
        channel_id=interaction.channel_id,
        source_id=interaction.id,
    )


def _removed(outcome: Outcome) -> NotedLayout:
    undo = [] if outcome.removal_id is None else [button(Verb.RESTORE, outcome.removal_id, "Undo")]
    return NotedLayout([outcome.sentence], (), undo)
