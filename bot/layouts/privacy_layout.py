"""What `/privacy` shows."""

from typing import Final

import discord

from bot.components.pressable import Verb, button, row
from bot.layouts.judgement_layout import ACCENT_BAD, ACCENT_NONE, Card
from bot.members.erasing import Erased
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

CONFIRM: Final = """\
## Erase all that I keep of you?
**What goes, for good:** what you had judged, in servers and in direct messages, also what is being judged right now; \
your pictures, except those that somebody else had judged too; what you said of judgements, and what others said of \
pictures that only you had judged; your place on leaderboards, and what I noted so as not to tell you twice."""

WHAT_STAYS: Final = """\
**What stays:** what a version of the model that was trained before has learnt cannot be taken out of it; only later \
versions go without. Backups that those who run me made still hold it. My messages on Discord stay until you press \
*Delete* below them, or those who manage messages there delete them; their other buttons will say that the judgement \
is gone. If you manage a server, your decisions on others' corrections hold on without your name."""

NOTHING_KEPT: Final = "Nothing is kept of you any more."


class ConfirmLayout(discord.ui.LayoutView):
    """What would go and what would stay, with the button that does it."""

    def __init__(self, user_id: int) -> None:
        super().__init__(timeout=None)
        card: Card = discord.ui.Container(discord.ui.TextDisplay(CONFIRM), accent_colour=ACCENT_BAD)
        card.add_item(discord.ui.TextDisplay(WHAT_STAYS))
        card.add_item(row([button(Verb.ERASE, user_id, "Erase everything", discord.ButtonStyle.danger)]))
        self.add_item(card)


def erased_text(erased: Erased) -> str:
    """What was erased, and what stays all the same."""
    counts = f"Erased: judgements {erased.judgements}, corrections {erased.corrections}, and all else. {NOTHING_KEPT}"
    return f"## Erased\n{counts if any(erased) else NOTHING_KEPT}\n{WHAT_STAYS}"


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
