"""The pages of `/feedback review`."""

import re
from dataclasses import dataclass
from typing import Final, Self

import discord

from bot.components.pressable import Verb, button, row
from bot.feedback.noting import said_phrase
from bot.feedback.reviewing import Line, Page
from bot.layouts.judgement_layout import ACCENT_NONE, Card

NOTHING: Final = "Nothing stands out among the newest {count} corrections of this server."
NONE_YET: Final = "Nobody has corrected me in this server yet."
HOW_TO: Final = (
    "-# Take one back with `/feedback remove`, or keep a member's from counting here with `/feedback block`. "
    "Of private judgements nothing is shown but that somebody corrected one."
)


@dataclass(frozen=True)
class View:
    """Which page of which corrections: all that its buttons need to know."""

    page: int = 0
    suspicious: bool = True
    user_id: int | None = None
    """Of one member alone."""

    def __str__(self) -> str:
        """As in a custom id."""
        return f"{'odd' if self.suspicious else 'all'}:{self.page}:{self.user_id or ''}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `str` gave; None for anything else."""
        match = re.fullmatch(r"(odd|all):(\d{1,6}):(\d{1,19})?", text, re.ASCII)
        if match is None:
            return None
        return cls(int(match[2]), match[1] == "odd", int(match[3]) if match[3] else None)


class ReviewLayout(discord.ui.LayoutView):
    """One page, with buttons to the others."""

    def __init__(self, page: Page, view: View, guild_id: int) -> None:
        super().__init__(timeout=None)
        card: Card = discord.ui.Container(accent_colour=ACCENT_NONE)
        card.add_item(discord.ui.TextDisplay(_heading(page, view)))
        for line in page.lines:
            card.add_item(discord.ui.TextDisplay(_line(line, guild_id)))
        card.add_item(discord.ui.Separator())
        card.add_item(discord.ui.TextDisplay(HOW_TO))
        newer = button(Verb.REVIEW, View(page.number - 1, view.suspicious, view.user_id), "Newer")
        older = button(Verb.REVIEW, View(page.number + 1, view.suspicious, view.user_id), "Older")
        newer.item.disabled, older.item.disabled = page.number == 0, page.number + 1 == page.count  # type: ignore[attr-defined]
        other = button(
            Verb.REVIEW,
            View(0, not view.suspicious, view.user_id),
            "Show all" if view.suspicious else "Show what stands out",
        )
        card.add_item(row([newer, older, other] if page.count > 1 else [other]))
        self.add_item(card)


def _heading(page: Page, view: View) -> str:
    what = "Corrections that stand out" if view.suspicious else "Corrections"
    by = f" by <@{view.user_id}>" if view.user_id else ""
    heading = f"## {what}{by}"
    if page.count > 1:
        heading += f"\n-# Page {page.number + 1} of {page.count}"
    if not page.lines:
        heading += f"\n{NOTHING.format(count=page.looked_at) if page.looked_at else NONE_YET}"
    return heading


def _line(line: Line, guild_id: int) -> str:
    """Who, what, which judgement, when; and below, why it is shown and what became of it."""
    where = "a private judgement"
    if line.said is not None:
        where = "a judgement"
        if line.message_id is not None:
            where = f"[this judgement](https://discord.com/channels/{guild_id}/{line.channel_id}/{line.message_id})"
        where += f": {said_phrase(*line.said)}"
    text = f"**{line.number}** · <@{line.user_id}> on {where}, {discord.utils.format_dt(line.at, 'R')}"
    notes = [*map(str, line.reasons)]
    if line.taken_back:
        notes.append("taken back")
    if line.blocked:
        notes.append("member blocked")
    return text + (f"\n-# {' · '.join(notes)}" if notes else "")
