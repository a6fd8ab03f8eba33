"""`/model status`, `list`, `show`, `compare`, `promote` and `rollback`: the versions, and which one judges."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord
import structlog
from discord import app_commands
from sqlalchemy.exc import SQLAlchemyError

from bot.components.telling_champion import ChampionTelling, in_the_reply
from bot.discord_run_messages import message_of
from bot.layouts.model_layouts import comparison, list_layout, own_comparison, status_layout
from bot.layouts.report_layout import DoubtLayout
from bot.operators import operator_of, refusals
from bot.tree import Refused
from bot.versions.comparing import NO_REPORT, NotCompared, UnknownVersion, compared
from bot.versions.deciding import Doubtful, promote_version
from bot.versions.overview import known_versions, names, overview, run_of
from bot.versions.promoting import roll_back
from bot.versions.serving import serving_now
from bot.versions.telling import News, RunTelling
from broker.connection import Broker
from models.database import Database
from models.tables import Decision, Promotion, TrainingRun

log = structlog.get_logger(__name__)

PROMOTIONS: Final = 6
"""Changes of the champion that `status` shows."""

PATIENCE: Final = 1.0
"""Seconds that completing a name may take."""

MOST_CHOICES: Final = 25
"""Discord's limit."""

UNKNOWN: Final = "I know no version {version}; `/model list` shows those that I know."

Name = app_commands.Range[str, 1, 63]
Reason = app_commands.Range[str, 1, 500]


class VersionCommands:
    """Shows what the database knows, and changes the champion by `bot.versions`."""

    def __init__(
        self,
        database: Database,
        broker: Broker,
        telling: RunTelling,
        checked: Callable[[discord.Interaction[Any]], Awaitable[None]],
    ) -> None:
        """`checked` defers privately and lets operators alone pass."""
        self._database = database
        self._broker = broker
        self._champion = ChampionTelling(database, broker, telling)
        self._checked = checked

    def add_to(self, group: app_commands.Group) -> None:
        """Registers the commands."""

        @group.command(name="status", description="Which version judges, and what is under way")
        async def status(interaction: discord.Interaction[discord.Client]) -> None:
            await self._checked(interaction)
            view = await overview(self._database, PROMOTIONS)
            engines = await serving_now(self._database, self._broker, view.champion)
            await interaction.edit_original_response(view=status_layout(view, engines.sentences))

        @group.command(name="list", description="The versions that there are")
        async def list_versions(interaction: discord.Interaction[discord.Client]) -> None:
            await self._checked(interaction)
            await interaction.edit_original_response(view=list_layout(await known_versions(self._database)))

        @group.command(name="show", description="What a run found out about its version, with the buttons to decide")
        @app_commands.describe(version="Its name")
        @app_commands.autocomplete(version=self._complete)
        async def show(interaction: discord.Interaction[discord.Client], version: Name) -> None:
            await self._checked(interaction)
            await self._show(interaction, await self._run_of(version))

        @group.command(name="compare", description="Two versions, figure by figure and genre by genre")
        @app_commands.describe(
            version="Its name", other="Another one; as it comes, the champion that it was measured by"
        )
        @app_commands.autocomplete(version=self._complete, other=self._complete)
        async def compare(
            interaction: discord.Interaction[discord.Client], version: Name, other: Name | None = None
        ) -> None:
            await self._checked(interaction)
            await interaction.edit_original_response(view=await self._compared(version, other))

        @group.command(name="promote", description="Let another version judge, in all servers")
        @app_commands.describe(version="Its name", reason="Why; it stays in the log of promotions")
        @app_commands.autocomplete(version=self._complete)
        async def promote(interaction: discord.Interaction[discord.Client], version: Name, reason: Reason = "") -> None:
            await self._checked(interaction)
            try:
                promotion = await self._promote(interaction, version, reason)
            except Doubtful as doubt:
                await interaction.edit_original_response(view=DoubtLayout(doubt))
                return
            await self._champion.tell(promotion, in_the_reply(interaction))

        @group.command(name="rollback", description="Let the champion before this one judge again")
        @app_commands.describe(reason="Why; it stays in the log of promotions")
        async def rollback(interaction: discord.Interaction[discord.Client], reason: Reason = "") -> None:
            await self._checked(interaction)
            with refusals():
                promotion = await roll_back(self._database, operator_of(interaction), reason)
            await self._champion.tell(promotion, in_the_reply(interaction))

    async def _show(self, interaction: discord.Interaction[Any], run: TrainingRun) -> None:
        news = News(run)
        if run.decision is Decision.PROMOTED and run.version is not None:
            engines = await serving_now(self._database, self._broker, run.version)
            news = News(run, serving=engines.sentences)
        layout, files = await message_of(self._database, news)
        await interaction.edit_original_response(view=layout, attachments=files)

    async def _promote(self, interaction: discord.Interaction[Any], version: str, reason: str) -> Promotion:
        if version not in await names(self._database):
            raise _unknown(version)
        with refusals():
            return await promote_version(self._database, version, operator_of(interaction), reason)

    async def _compared(self, version: str, other: str | None) -> discord.ui.LayoutView:
        try:
            found = await compared(self._database, version, other)
        except UnknownVersion as error:
            raise _unknown(error.version) from None
        except NotCompared as error:
            raise Refused(str(error)) from None
        return comparison(*found) if isinstance(found, tuple) else own_comparison(found)

    async def _run_of(self, version: str) -> TrainingRun:
        if (run := await run_of(self._database, version)) is not None:
            return run
        if version not in await names(self._database):
            raise _unknown(version)
        raise Refused(NO_REPORT.format(version=version))

    async def _complete(self, _interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        try:
            async with asyncio.timeout(PATIENCE):
                known = await names(self._database)
        except (SQLAlchemyError, TimeoutError) as error:
            log.info("versions.not_completed", error=type(error).__name__)
            return []
        fitting = [name for name in known if typed.strip().lower() in name.lower()]
        return [app_commands.Choice(name=name, value=name) for name in fitting[:MOST_CHOICES]]


def _unknown(version: str) -> Refused:
    return Refused(UNKNOWN.format(version=discord.utils.escape_markdown(version)))
