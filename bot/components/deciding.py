"""The buttons below a training run's message: cancel it, promote its version or reject it. For operators alone."""

import re
from typing import Any, Final

import discord

from bot.components.pressable import Verb
from bot.components.presses import UNKNOWN, Presses
from bot.components.telling_champion import ChampionTelling, in_a_new_message, in_the_reply
from bot.discord_run_messages import layout_of
from bot.layouts.judgement_layout import NoticeLayout
from bot.layouts.report_layout import DoubtLayout
from bot.layouts.run_layout import RUN_CANCELLED
from bot.operators import Operators, operator_of, refusals
from bot.tree import Refused
from bot.versions.deciding import Doubtful, promote_run, reject_run
from bot.versions.retraining import cancel
from bot.versions.telling import News, RunTelling
from broker.connection import Broker
from models.database import Database
from models.repositories import TrainingRunRepository
from models.tables import Promotion

NUMBER: Final = re.compile(r"[0-9]{1,15}")
"""Of a run."""

REJECTED: Final = "Rejected: the champion stays."
PRESSED: Final = "Promoted by a button; nothing spoke against it."
PRESSED_AGAIN: Final = "Promoted by a button."


class DecisionPresses:
    """Checks who presses, and decides by `bot.versions`; the run's message follows from the row."""

    def __init__(self, database: Database, broker: Broker, operators: Operators, telling: RunTelling) -> None:
        self._database = database
        self._operators = operators
        self._telling = telling
        self._champion = ChampionTelling(database, broker, telling)

    def add_to(self, presses: Presses) -> None:
        """Registers them."""
        presses.on_press(Verb.CANCELRUN, self._cancel)
        presses.on_press(Verb.PROMOTE, self._promote)
        presses.on_press(Verb.PROMOTEANYWAY, self._promote_anyway)
        presses.on_press(Verb.REJECT, self._reject)

    async def _cancel(self, interaction: discord.Interaction[Any], about: str) -> None:
        run_id = await self._checked(interaction, about)
        with refusals():
            await cancel(self._database, operator_of(interaction), run_id)
        await self._done(interaction, run_id, RUN_CANCELLED.format(id=run_id))

    async def _reject(self, interaction: discord.Interaction[Any], about: str) -> None:
        run_id = await self._checked(interaction, about)
        with refusals():
            await reject_run(self._database, run_id, operator_of(interaction))
        await self._done(interaction, run_id, REJECTED)

    async def _promote(self, interaction: discord.Interaction[Any], about: str) -> None:
        run_id = await self._checked(interaction, about)
        try:
            promotion = await self._make_champion(interaction, run_id, PRESSED)
        except Doubtful as doubt:
            await interaction.followup.send(view=DoubtLayout(doubt), ephemeral=True)
            return
        await self._refresh(interaction, run_id)
        await self._champion.tell(promotion, in_a_new_message(interaction))

    async def _promote_anyway(self, interaction: discord.Interaction[Any], about: str) -> None:
        number, _, seen = about.partition(":")
        run_id = await self._checked(interaction, number)
        try:
            promotion = await self._make_champion(interaction, run_id, PRESSED_AGAIN, seen)
        except Doubtful as doubt:  # Not what was shown above the button: somebody rejected it meanwhile, perhaps.
            await interaction.edit_original_response(view=DoubtLayout(doubt))
            return
        await self._champion.tell(promotion, in_the_reply(interaction))

    async def _make_champion(
        self, interaction: discord.Interaction[Any], run_id: int, reason: str, seen: str = ""
    ) -> Promotion:
        with refusals():
            return await promote_run(self._database, run_id, operator_of(interaction), reason, seen=seen)

    async def _checked(self, interaction: discord.Interaction[Any], about: str) -> int:
        if not NUMBER.fullmatch(about):
            raise Refused(UNKNOWN)
        # At once: to ask Discord who operates the bot may take longer than it waits for an answer.
        await interaction.response.defer()
        await self._operators.check(interaction)
        return int(about)

    async def _done(self, interaction: discord.Interaction[Any], run_id: int, sentence: str) -> None:
        """Tells who pressed; the message in the channel follows by itself."""
        self._telling.wake()
        await self._refresh(interaction, run_id)
        await interaction.followup.send(view=NoticeLayout(sentence), ephemeral=True)

    async def _refresh(self, interaction: discord.Interaction[Any], run_id: int) -> None:
        """Brings the message up to date below which the button is, where only who pressed sees it."""
        message = interaction.message
        if message is None or not message.flags.ephemeral:
            return
        async with self._database.reading() as session:
            run = await TrainingRunRepository(session).find(run_id)
        if run is not None:
            await interaction.edit_original_response(view=layout_of(News(run), with_plot=bool(message.attachments)))
