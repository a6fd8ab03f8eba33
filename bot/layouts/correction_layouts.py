"""What a member reads and fills in while correcting a judgement."""

from collections.abc import Collection, Sequence
from typing import Final

import discord

from bot.components.pressable import Pressable, Verb, button, custom_id, genre_menu, row
from bot.layouts.judgement_layout import ACCENT_GOOD, ACCENT_NONE
from bot.layouts.words import one_line
from models.tables import Prediction

MENU_TEXT: Final = "**Which genres does the film have?** Tick all that fit, take away those that do not."

SCORE_FIELD: Final = "score"
TITLE_FIELD: Final = "title"


class NotedLayout(discord.ui.LayoutView):
    """What was noted, with a way to undo it."""

    def __init__(self, sentences: Sequence[str], event_ids: Sequence[int], more: Sequence[Pressable] = ()) -> None:
        """Builds the card.

        Args:
            sentences: each on a line of its own.
            event_ids: what Undo takes back.
            more: buttons before Undo.
        """
        super().__init__(timeout=None)
        card: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=ACCENT_GOOD)
        card.add_item(discord.ui.TextDisplay("\n".join(sentences)))
        buttons = list(more)
        if event_ids:
            buttons.append(button(Verb.UNDO, ",".join(str(event_id) for event_id in event_ids), "Undo"))
        if buttons:
            card.add_item(row(buttons))
        self.add_item(card)


class GenreMenuLayout(discord.ui.LayoutView):
    """All genres to tick."""

    def __init__(self, prediction: Prediction, ticked: Collection[str]) -> None:
        super().__init__(timeout=None)
        title = one_line(prediction.title or "")
        text = f"{MENU_TEXT}\n-# {discord.utils.escape_markdown(title)}" if title else MENU_TEXT
        self.add_item(
            discord.ui.Container(
                discord.ui.TextDisplay(text), row([genre_menu(prediction.id, ticked)]), accent_colour=ACCENT_NONE
            )
        )


class ScoreModal(discord.ui.Modal, title="IMDb score"):
    """The film's score, and which film it is. What is filled in comes back to `bot.components.submission`."""

    def __init__(self, prediction: Prediction) -> None:
        super().__init__(custom_id=custom_id(Verb.SCORE, prediction.id), timeout=None)
        self.add_item(
            discord.ui.Label(
                text="IMDb score",
                description="The score, or the film's address or number at IMDb",
                component=discord.ui.TextInput(
                    custom_id=SCORE_FIELD, placeholder="7.3, or tt0114369", required=False, max_length=200
                ),
            )
        )
        self.add_item(
            discord.ui.Label(
                text="Title",
                description="If you like, so that I know the film",
                component=discord.ui.TextInput(
                    custom_id=TITLE_FIELD, default=prediction.title, required=False, max_length=200
                ),
            )
        )
