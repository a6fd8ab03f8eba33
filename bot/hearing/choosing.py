"""The buttons below "Which picture do you mean?"."""

from typing import Any, Final

import discord

from bot.components.deferring import keep_and_defer
from bot.components.pressable import Verb
from bot.components.presses import UNKNOWN, Presses
from bot.components.speaking import speaker_of
from bot.hearing.answering import Answer, Answering, on_behalf_of
from bot.tree import Refused

SOMEBODY_ELSES: Final = "That question is for whoever wrote the message above."
NOT_READ: Final = "Your message is gone, or I may not read it any more. Please write it once more."


class ChoosingPress:
    """Reads the member's message again, this time about the picture that was chosen."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def add_to(self, presses: Presses) -> None:
        """Registers it."""
        presses.on_press(Verb.WHICH, self.choose)

    async def choose(self, interaction: discord.Interaction[Any], prediction_id: str) -> None:
        """Turns the question into the answer."""
        answer = await keep_and_defer(interaction, self._take(interaction, prediction_id))
        if answer is None:
            await interaction.delete_original_response()
        else:
            await interaction.edit_original_response(view=answer.layout())

    async def _take(self, interaction: discord.Interaction[Any], prediction_id: str) -> Answer | None:
        question = interaction.message
        if question is None or question.reference is None or question.reference.message_id is None:
            raise Refused(UNKNOWN)
        channel = interaction.client.get_partial_messageable(question.channel.id, guild_id=interaction.guild_id)
        try:
            words = await channel.fetch_message(question.reference.message_id)
        except (discord.NotFound, discord.Forbidden):
            raise Refused(NOT_READ) from None
        if words.author.id != interaction.user.id:
            raise Refused(SOMEBODY_ELSES)
        speaker = on_behalf_of(words, speaker_of(interaction))
        return await self._answering.take(prediction_id, speaker, words.content)
