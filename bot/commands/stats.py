"""`/stats`: how often the crowd finds the model right, beside what a constant answer would get."""

import asyncio
import io
from typing import Any, Final, Literal

import discord
import structlog
from discord import app_commands

from bot.layouts.stats_layout import PLOT_FILE, StatsLayout
from bot.setups.guild_setups import GuildSetups
from bot.statistics.figures import Figures, figures
from bot.statistics.opinions import opinions_of
from bot.statistics.plotting import plot
from bot.tree import Refused
from models.database import Database
from models.repositories.statistics import StatisticsRepository, Totals

log = structlog.get_logger(__name__)

AT_ONCE: Final = 2
"""Figures that one process counts at a time; each takes memory, a thread and a process."""

BUSY: Final = "I am counting for others already. Please try again in a minute."

Scope = Literal["server", "everywhere"]


class StatsCommand:
    """Counts, and draws."""

    def __init__(self, database: Database, setups: GuildSetups) -> None:
        self._database = database
        self._setups = setups
        self._counting = 0

    def add_to(self, tree: app_commands.CommandTree[discord.Client]) -> None:
        """Registers the command."""

        @app_commands.describe(scope="This server alone, or everywhere that I am")
        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        @tree.command(name="stats", description="How often I am right, by your corrections")
        async def stats(interaction: discord.Interaction[discord.Client], scope: Scope = "server") -> None:
            await self._answer(interaction, None if scope == "everywhere" else interaction.guild_id)

    async def _answer(self, interaction: discord.Interaction[Any], guild_id: int | None) -> None:
        if self._counting >= AT_ONCE:
            raise Refused(BUSY)
        self._counting += 1
        try:
            setup = None if interaction.guild_id is None else await self._setups.of(interaction.guild_id)
            await interaction.response.defer(ephemeral=setup is not None and setup.private_replies, thinking=True)
            totals, counted = await self._count(guild_id)
            picture = await plot(counted)
        finally:
            self._counting -= 1
        where = "everywhere" if guild_id is None else "in this server"
        layout = StatsLayout(where, totals, counted, with_plot=picture is not None)
        files = [] if picture is None else [discord.File(io.BytesIO(picture), filename=PLOT_FILE)]
        await interaction.edit_original_response(view=layout, attachments=files)

    async def _count(self, guild_id: int | None) -> tuple[Totals, Figures]:
        async with self._database.reading() as session:
            repository = StatisticsRepository(session, guild_id)
            totals = await repository.totals()
            material = await repository.material()
        # In a thread: for thousands of posters it takes a while.
        return totals, await asyncio.to_thread(lambda: figures(opinions_of(material)))
