"""The button by which a member says which film a poster is of."""

import re
from typing import Any, Final

import discord

from bot.components.correcting import CorrectionPresses
from bot.components.pressable import Pressable, Verb, button
from bot.components.presses import UNKNOWN, Presses
from bot.feedback.corrections import Saying
from bot.layouts.correction_layouts import NotedLayout
from bot.tree import Refused
from models.tables import FeedbackKind, FeedbackWay, Film

ABOUT: Final = re.compile(r"([0-9a-f]{32}):(tt\d{7,8})")


class FilmPress:
    """Yes, it is that film."""

    def __init__(self, presses: CorrectionPresses) -> None:
        self._presses = presses

    def add_to(self, presses: Presses) -> None:
        """Registers it."""
        presses.on_press(Verb.FILM, self.take)

    async def take(self, interaction: discord.Interaction[Any], about: str) -> None:
        """Stores the film; the question becomes what was noted."""
        match = ABOUT.fullmatch(about)
        if match is None:
            raise Refused(UNKNOWN)
        saying = Saying(kind=FeedbackKind.IMDB, value=match[2])
        noted = await self._presses.say(interaction, match[1], [saying], FeedbackWay.BUTTON)
        await interaction.edit_original_response(view=NotedLayout([noted.sentence], noted.event_ids))


def film_button(prediction_id: str, film: Film) -> Pressable:
    """The button that says so."""
    return button(Verb.FILM, f"{prediction_id}:{film.id}", "Yes, that film", discord.ButtonStyle.primary)
