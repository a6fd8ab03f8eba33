"""What whoever has just changed the champion reads: at once, and again when the engines judge with it."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.layouts.model_layouts import champion_layout
from bot.versions.promoting import tell_engines_now
from bot.versions.serving import when_serving
from bot.versions.telling import RunTelling
from broker.connection import Broker
from models.database import Database
from models.tables import Promotion

Show = Callable[[discord.ui.LayoutView], Awaitable[None]]
"""Writes the answer, and writes over it."""


class ChampionTelling:
    """Tells engines, the run's message and the operator alike, whatever way the champion was changed."""

    def __init__(self, database: Database, broker: Broker, telling: RunTelling) -> None:
        self._database = database
        self._broker = broker
        self._telling = telling

    async def tell(self, promotion: Promotion, show: Show) -> None:
        """Tells of a promotion or a rollback that has just been written."""
        await tell_engines_now(self._database, self._broker)
        self._telling.wake()
        await show(champion_layout(promotion))
        found = await when_serving(self._broker, promotion.version)
        await show(champion_layout(promotion, found.sentences))


def in_the_reply(interaction: discord.Interaction[Any]) -> Show:
    """Shows in the reply to a command, or in the message below which a button was pressed."""

    async def show(layout: discord.ui.LayoutView) -> None:
        await interaction.edit_original_response(view=layout)

    return show


def in_a_new_message(interaction: discord.Interaction[Any]) -> Show:
    """Shows in one more message, for the operator alone."""
    sent: discord.WebhookMessage | None = None

    async def show(layout: discord.ui.LayoutView) -> None:
        nonlocal sent
        if sent is None:
            sent = await interaction.followup.send(view=layout, ephemeral=True, wait=True)
        else:
            await sent.edit(view=layout)

    return show
