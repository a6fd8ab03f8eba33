"""`/feedback export`: all corrections as a table, for operators."""

import tempfile
from pathlib import Path
from typing import Any, Final

import discord
from discord import app_commands

from bot.feedback.exporting import export
from bot.layouts.judgement_layout import ACCENT_NONE, NoticeLayout
from bot.operators import Operators
from bot.tree import Refused
from models.database import Database

TOO_LARGE: Final = (
    "The table has {size:.0f} MB, more than Discord takes here. On the machine that runs me, "
    "`poster-judge feedback export corrections.{ending}` writes it."
)
IN_HAND: Final = "An export is being written already. Please wait for it."
EMPTY: Final = "Nobody's corrections stand yet, so there is nothing to export."
DONE: Final = (
    "What members say of **{count}** posters. A row says what they say together; "
    "who said it, and what was said of private judgements, is not in it."
)


class ExportCommand:
    """Writes the table and sends it to the operator alone."""

    def __init__(self, database: Database, operators: Operators) -> None:
        self._database = database
        self._operators = operators
        self._writing = False

    def add_to(self, tree: app_commands.CommandTree[discord.Client], managers: app_commands.Group) -> None:
        """Registers it in the home guild alone; where there is none, among the managers' commands."""
        group = managers
        if (home := self._operators.home) is not None:
            group = app_commands.Group(
                name="feedback",
                description="The corrections that are made in all servers",
                default_permissions=discord.Permissions(administrator=True),
            )
            tree.add_command(group, guild=home)

        @group.command(name="export", description="All corrections as a table, for those who run me")
        @app_commands.describe(file="How it is written; as it comes, CSV")
        @app_commands.choices(
            file=[app_commands.Choice(name="CSV", value="csv"), app_commands.Choice(name="Parquet", value="parquet")]
        )
        async def export_command(interaction: discord.Interaction[discord.Client], file: str = "csv") -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await self._operators.check(interaction)
            if self._writing:
                raise Refused(IN_HAND)
            self._writing = True
            try:
                await self._send(interaction, file)
            finally:
                self._writing = False

    async def _send(self, interaction: discord.Interaction[Any], ending: str) -> None:
        with tempfile.TemporaryDirectory(prefix="poster-judge-") as folder:
            path = Path(folder) / f"corrections.{ending}"
            count = await export(self._database, path)
            size = path.stat().st_size
            if size > interaction.filesize_limit:
                raise Refused(TOO_LARGE.format(size=size / 1e6, ending=ending))
            if not count:
                await interaction.edit_original_response(view=NoticeLayout(EMPTY))
                return
            layout = discord.ui.LayoutView(timeout=None)
            layout.add_item(
                discord.ui.Container(
                    discord.ui.TextDisplay(DONE.format(count=count)),
                    discord.ui.File(f"attachment://{path.name}"),
                    accent_colour=ACCENT_NONE,
                )
            )
            await interaction.edit_original_response(view=layout, attachments=[discord.File(path)])
