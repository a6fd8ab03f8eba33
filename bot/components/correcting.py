"""The buttons and the menu by which a member corrects a judgement."""

import re
from collections.abc import Sequence
from typing import Any, Final

import discord

from bot.components.deferring import keep_and_defer
from bot.components.pressable import Verb
from bot.components.presses import UNKNOWN, Presses
from bot.components.speaking import speaker_of
from bot.discord_refresher import DiscordRefresher
from bot.feedback.corrections import Corrections, Noted, Saying
from bot.feedback.refreshing import Refreshing
from bot.layouts.correction_layouts import GenreMenuLayout, NotedLayout
from bot.layouts.judgement_layout import NoticeLayout
from bot.tree import Refused
from models.consensus import Slot
from models.genres import GENRES
from models.tables import FeedbackKind, FeedbackWay

EVENT_IDS: Final = re.compile(r"[0-9]{1,18}(,[0-9]{1,18}){0,3}")
"""One of each kind, as large as the database takes."""

Interaction = discord.Interaction[Any]


class CorrectionPresses:
    """Stores what a press says, tells the member alone, and lets everybody see the new consensus."""

    def __init__(self, corrections: Corrections, refreshing: Refreshing, refresher: DiscordRefresher) -> None:
        self._corrections = corrections
        self._refreshing = refreshing
        self._refresher = refresher

    def add_to(self, presses: Presses) -> None:
        """Registers all of them."""
        presses.on_press(Verb.RIGHT, self.agree)
        presses.on_press(Verb.GENRES, self.offer_genres)
        presses.on_press(Verb.MENU, self.take_genres)
        presses.on_press(Verb.UNDO, self.undo)

    async def agree(self, interaction: Interaction, prediction_id: str) -> None:
        """Right: the genres of the headline are the film's."""
        noted = await self.say(interaction, prediction_id, [Saying(kind=FeedbackKind.AGREE)], FeedbackWay.BUTTON)
        await interaction.followup.send(view=NotedLayout([noted.sentence], noted.event_ids), ephemeral=True)

    async def offer_genres(self, interaction: Interaction, prediction_id: str) -> None:
        """Fix genres: a menu of all of them, with what the member said, or else the model, ticked."""
        judged = await keep_and_defer(interaction, self._corrections.look_at(prediction_id, speaker_of(interaction)))
        self._refresher.remember(judged.reply.id, interaction)
        ticked = judged.said.get(Slot.GENRES, judged.named)
        await interaction.followup.send(view=GenreMenuLayout(judged.prediction, ticked), ephemeral=True)

    async def take_genres(self, interaction: Interaction, prediction_id: str) -> None:
        """What the member ticked; the menu becomes what was noted."""
        chosen = _values(interaction)
        genres = [name for name in GENRES if name in chosen]
        if not genres or len(genres) != len(chosen):
            raise Refused(UNKNOWN)
        saying = Saying(kind=FeedbackKind.GENRES, value=genres)
        noted = await self.say(interaction, prediction_id, [saying], FeedbackWay.MENU)
        await interaction.edit_original_response(view=NotedLayout([noted.sentence], noted.event_ids))

    async def undo(self, interaction: Interaction, about: str) -> None:
        """Undo: what the member said before counts again; the note becomes a word on that."""
        if not EVENT_IDS.fullmatch(about):
            raise Refused(UNKNOWN)
        event_ids = [int(one) for one in about.split(",")]
        noted = await keep_and_defer(interaction, self._corrections.undo(event_ids, speaker_of(interaction)))
        self._refreshing.request(noted.reply_id)
        await interaction.edit_original_response(view=NoticeLayout(noted.sentence))

    async def say(
        self, interaction: Interaction, prediction_id: str, sayings: Sequence[Saying], way: FeedbackWay
    ) -> Noted:
        """Stores what a press says and acknowledges it; everybody soon sees the new consensus.

        Raises:
            NotAccepted: the member cannot correct it.
        """
        speaker = speaker_of(interaction)
        noted = await keep_and_defer(interaction, self._corrections.say(prediction_id, speaker, sayings, way))
        self._refresher.remember(noted.reply_id, interaction)
        self._refreshing.request(noted.reply_id)
        return noted


def _values(interaction: Interaction) -> list[str]:
    data: dict[str, Any] = {**(interaction.data or {})}
    return list(data.get("values", ()))
