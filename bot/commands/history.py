"""`/history`: a member looks back at what they had judged."""

from typing import Any

import discord
from discord import app_commands

from bot.components.deferring import in_time
from bot.components.pressable import Verb
from bot.components.presses import Presses
from bot.layouts.history_layout import HistoryLayout
from bot.members.history import Turn, history_page
from models.database import Database


class HistoryCommand:
    """Answers the member alone, of that member's own judgements alone: no custom id says whose they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_to(self, tree: app_commands.CommandTree[discord.Client], presses: Presses) -> None:
        """Registers the command and its buttons."""

        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        @tree.command(name="history", description="What you had judged, and what you said of it")
        async def history(interaction: discord.Interaction[discord.Client]) -> None:
            page = await in_time(history_page(self._database, interaction.user.id))
            await interaction.response.send_message(view=HistoryLayout(page), ephemeral=True)

        presses.on_press(Verb.HISTORY, self._turn)

    async def _turn(self, interaction: discord.Interaction[Any], about: str) -> None:
        page = await in_time(history_page(self._database, interaction.user.id, Turn.parse(about)))
        await interaction.response.edit_message(view=HistoryLayout(page))
