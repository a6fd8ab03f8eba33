"""A page of `/history`."""

from typing import Final

import discord
import msgspec

from bot.components.pressable import Verb, button, row
from bot.feedback.noting import counting_phrase
from bot.layouts.judgement_layout import ACCENT_NONE, Card
from bot.layouts.words import likeliest_genres, one_line, percent
from bot.members.history import Entry, HistoryPage
from models.judgements import Judgement

HEADING: Final = "## What you had judged"
NOTHING: Final = "Nothing yet. Give `/judge` a film's poster, or **Apps → Judge this poster** a message with one."
UNTITLED: Final = "untitled"


class HistoryLayout(discord.ui.LayoutView):
    """One page, with buttons to the next ones."""

    def __init__(self, page: HistoryPage) -> None:
        super().__init__(timeout=None)
        card: Card = discord.ui.Container(discord.ui.TextDisplay(HEADING), accent_colour=ACCENT_NONE)
        for entry in page.entries:
            card.add_item(discord.ui.TextDisplay(_lines(entry)))
        if not page.entries:
            card.add_item(discord.ui.TextDisplay(NOTHING))
        turns = [(page.newer, "Newer"), (page.older, "Older")]
        if buttons := [button(Verb.HISTORY, turn, label) for turn, label in turns if turn is not None]:
            card.add_item(row(buttons))
        self.add_item(card)


def _lines(entry: Entry) -> str:
    past = entry.past
    judgement = msgspec.convert(past.judgement, Judgement)
    title = discord.utils.escape_markdown(one_line(past.title or "")) or UNTITLED
    good = f"IMDb {judgement.score.threshold:.1f} or better: {percent(judgement.score.p_good)}"
    where = discord.utils.format_dt(past.received_at, "R")
    if past.private:
        where += " · only you saw it"
    elif past.guild_id is not None and past.message_id is not None:
        link = f"https://discord.com/channels/{past.guild_id}/{past.channel_id}/{past.message_id}"
        where += f" · [look at it]({link})"
    lines = f"**{title}**: {likeliest_genres(judgement)}\n{good} · {where}"
    return f"{lines}\n-# You said: {counting_phrase(entry.said)}" if entry.said else lines
