"""`/model`: retraining, and which version judges; for operators."""

from typing import Any, Final

import discord
from discord import app_commands

from bot.commands.model_versions import VersionCommands
from bot.commands.setup import MANAGERS_COMMAND
from bot.discord_run_messages import DiscordRunMessages
from bot.layouts.judgement_layout import NoticeLayout
from bot.layouts.run_layout import RUN_CANCELLED
from bot.operators import Operators, operator_of, refusals
from bot.versions.retraining import MOST_EPOCHS, Wish, ask, cancel, request
from bot.versions.telling import RunTelling
from broker.connection import Broker
from models.database import Database
from models.learning_recipes import IN_WORDS, LearningRecipe
from models.tables import RunState, TrainingRun

MOST_NUMBER: Final = 2**53 - 1
"""The largest number that Discord takes as an option."""

RECIPES: Final = [app_commands.Choice(name=words, value=recipe.value) for recipe, words in IN_WORDS.items()]

ASKED: Final = "Run {id} is asked for. Its news is in <#{channel}>."
IN_LINE: Final = "Run {id} waits until the one under way has ended. Its news is in <#{channel}>."


class ModelCommands:
    """Parses what an operator asked for and hands it to `bot.versions`."""

    def __init__(
        self,
        database: Database,
        broker: Broker,
        operators: Operators,
        telling: RunTelling,
        messages: DiscordRunMessages,
    ) -> None:
        self._database = database
        self._broker = broker
        self._operators = operators
        self._telling = telling
        self._messages = messages

    def add_to(self, tree: app_commands.CommandTree[discord.Client]) -> None:
        """Registers the commands in the home guild alone; where there is none, everywhere, shown to administrators."""
        home = self._operators.home
        everywhere = MANAGERS_COMMAND if home is None else {}
        group = app_commands.Group(
            name="model",
            description="The model that judges in all servers: retrain it, and say which version judges",
            default_permissions=discord.Permissions(administrator=True),
            **everywhere,
        )

        @group.command(name="retrain", description="Train a version on the corrections, beside the one that judges")
        @app_commands.describe(
            recipe="How; as it comes, heads",
            epochs="Passes over the posters; as it comes, what the recipe says",
            note="What for, in your own words",
            wait="Stand in line if another run is under way",
        )
        @app_commands.choices(recipe=RECIPES)
        async def retrain(
            interaction: discord.Interaction[discord.Client],
            recipe: app_commands.Choice[str] | None = None,
            epochs: app_commands.Range[int, 1, MOST_EPOCHS] | None = None,
            note: app_commands.Range[str, 1, 500] = "",
            wait: bool = False,
        ) -> None:
            await self.checked(interaction)
            channel_id = interaction.channel_id if may_write(interaction) else None
            chosen = LearningRecipe.HEADS if recipe is None else LearningRecipe(recipe.value)
            wish = Wish(operator_of(interaction), chosen, epochs, note, interaction.guild_id, channel_id)
            with refusals():
                run = await ask(self._database, wish, wait=wait)
            await request(self._broker, run)
            await self._answer(interaction, run)

        @group.command(name="cancel", description="End a run; the champion stays")
        @app_commands.describe(run="Its number; as it comes, the one under way")
        async def end(
            interaction: discord.Interaction[discord.Client],
            run: app_commands.Range[int, 1, MOST_NUMBER] | None = None,
        ) -> None:
            await self.checked(interaction)
            with refusals():
                ended = await cancel(self._database, operator_of(interaction), run)
            self._telling.wake()
            await interaction.edit_original_response(view=NoticeLayout(RUN_CANCELLED.format(id=ended.id)))

        VersionCommands(self._database, self._broker, self._telling, self.checked).add_to(group)
        tree.add_command(group, guild=home) if home is not None else tree.add_command(group)

    async def checked(self, interaction: discord.Interaction[Any]) -> None:
        """Defers privately and lets an operator pass.

        Raises:
            Refused: the member is none.
        """
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._operators.check(interaction)

    async def _answer(self, interaction: discord.Interaction[Any], run: TrainingRun) -> None:
        if run.channel_id is None:
            self._messages.remember(run.id, interaction)
            self._telling.follow_reply(run.id)
            return
        self._telling.wake()
        sentence = IN_LINE if run.state is RunState.WAITING else ASKED
        await interaction.edit_original_response(view=NoticeLayout(sentence.format(id=run.id, channel=run.channel_id)))


def may_write(interaction: discord.Interaction[Any]) -> bool:
    """Whether the bot may write messages with files where the interaction is."""
    mine = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    speaks = mine.send_messages_in_threads if in_thread else mine.send_messages
    return mine.view_channel and speaks and mine.attach_files
