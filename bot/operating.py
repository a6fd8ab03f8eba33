"""What operators see and do with the model, put together: commands, buttons, and the loops behind them."""

from collections.abc import Coroutine
from typing import Any, Final

import discord

from bot.commands.model import ModelCommands
from bot.components.deciding import DecisionPresses
from bot.components.presses import Presses
from bot.discord_run_messages import DiscordRunMessages
from bot.operators import Operators
from bot.settings import BotSettings
from bot.tree import Tree
from bot.versions.keeping_runs import RunKeeper
from bot.versions.mirroring import mirror_champions
from bot.versions.scheduling import Schedule
from bot.versions.telling import RunTelling
from broker.connection import Broker
from models.database import Database

LOOK_AT_RUNS: Final = 2.0
"""Seconds between two looks at the training runs."""


class Operating:
    """The learning loop's face on Discord."""

    def __init__(
        self, client: discord.Client, database: Database, broker: Broker, operators: Operators, settings: BotSettings
    ) -> None:
        """Puts the parts together; nothing is started yet."""
        pause = min(LOOK_AT_RUNS, settings.resume_after)
        messages = DiscordRunMessages(client, database)
        self._database = database
        self._broker = broker
        self._telling = RunTelling(database, broker, messages, interval=pause)
        self._commands = ModelCommands(database, broker, operators, self._telling, messages)
        self._presses = DecisionPresses(database, broker, operators, self._telling)
        schedule = Schedule(
            database, after=settings.retrain_after, at=settings.retrain_at, channel_id=settings.news_channel
        )
        self._keeper = RunKeeper(database, broker, schedule, auto_promote=settings.auto_promote, interval=pause)

    def add_to(self, tree: Tree, presses: Presses) -> None:
        """Registers commands and buttons."""
        self._commands.add_to(tree)
        self._presses.add_to(presses)

    def loops(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs as long as the bot."""
        return self._keeper.run(), self._telling.run(), mirror_champions(self._database, self._broker)
