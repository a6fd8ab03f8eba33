"""What `/privacy` shows."""

from typing import Final

import discord

from bot.layouts.judgement_layout import ACCENT_NONE, Card
from bot.members.personal_data import PICTURES, PersonalData

EXPORTED: Final = (
    "## All that I keep of you\n"
    "What you had judged, what you said of judgements, your choices, and what I noted so as not to ask or tell you "
    "twice. Left out: the secrets by which I answer, and the numbers that the model computed from a poster."
)
NO_PICTURES: Final = "-# There are no pictures of yours."
TOO_MANY_PICTURES: Final = (
    "-# Your {count} pictures are too large for a message: the file lists their ids, under “posters”."
)


class ExportLayout(discord.ui.LayoutView):
    """The files, which go along with it."""

    def __init__(self, data: PersonalData) -> None:
        super().__init__(timeout=None)
        card: Card = discord.ui.Container(discord.ui.TextDisplay(EXPORTED), accent_colour=ACCENT_NONE)
        card.add_item(discord.ui.File(f"attachment://{data.name}"))
        if data.pictures is not None:
            card.add_item(discord.ui.File(f"attachment://{PICTURES}"))
        elif data.posters:
            card.add_item(discord.ui.TextDisplay(TOO_MANY_PICTURES.format(count=data.posters)))
        else:
            card.add_item(discord.ui.TextDisplay(NO_PICTURES))
        self.add_item(card)
