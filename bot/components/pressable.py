"""Buttons and menus: all their state is in their custom ids and in the database, so any process answers them, for ever.

A custom id is `pj:<verb>:<what it is about>`, at most 100 characters. None of it is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

import discord

from models.genres import GENRES

if TYPE_CHECKING:
    from bot.client import PosterJudge

Item = discord.ui.Item[Any]
Row = discord.ui.ActionRow[discord.ui.LayoutView]

TEMPLATE: Final = re.compile(r"pj:(?P<verb>[a-z]+):(?P<about>.+)")


class Verb(StrEnum):
    """What a press asks for; beside each, what its custom id is about."""

    RIGHT = "right"
    """A prediction."""
    GENRES = "genres"
    """A prediction."""
    SCORE = "score"
    """A prediction; also of the modal that the button opens."""
    DELETE = "delete"
    """A reply."""
    MENU = "menu"
    """A prediction."""
    WHICH = "which"
    """A prediction; below a question that replies to the member's words on one of several pictures."""
    UNDO = "undo"
    """Events, between commas."""
    FILM = "film"
    """A prediction and a film, with a colon between."""
    SETUP = "setup"
    """A part of the panel of `/setup`."""
    REVIEW = "review"
    """A page of `/feedback review`."""
    RESTORE = "restore"
    """A manager's removal."""
    ERASE = "erase"
    """A member, who alone may press it."""
    HISTORY = "history"
    """The page before or after one of the member's own judgements."""
    CANCELRUN = "cancelrun"
    """A training run, as of the next two."""
    PROMOTE = "promote"
    REJECT = "reject"
    PROMOTEANYWAY = "promoteanyway"
    """A training run and the digest of the doubts above the button, with a colon between."""


class Pressable(discord.ui.DynamicItem[Item], template=TEMPLATE):
    """Any button or menu of the bot's. What a press does is told by `bot.components.presses`."""

    def __init__(self, item: Item, verb: str, about: str) -> None:
        super().__init__(item)
        self._verb = verb
        self._about = about

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction[Any], item: Item, match: re.Match[str], /) -> Self:
        """Makes it from what Discord sends of a press."""
        return cls(item, match["verb"], match["about"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hands the press on."""
        client: PosterJudge = interaction.client
        await client.presses.press(interaction, self._verb, self._about)


def custom_id(verb: Verb, about: object) -> str:
    """The custom id of a button, a menu or a modal."""
    return f"pj:{verb}:{about}"


def button(
    verb: Verb, about: object, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> Pressable:
    """A button."""
    pressed: discord.ui.Button[Any] = discord.ui.Button(label=label, style=style, custom_id=custom_id(verb, about))
    return Pressable(pressed, verb, str(about))


def buttons_of_judgement(prediction_id: str) -> list[Pressable]:
    """The buttons by which a member corrects a judgement."""
    return [
        button(Verb.RIGHT, prediction_id, "Right", discord.ButtonStyle.success),
        button(Verb.GENRES, prediction_id, "Fix genres"),
        button(Verb.SCORE, prediction_id, "IMDb score"),
    ]


def genre_menu(prediction_id: str, ticked: Collection[str]) -> Pressable:
    """A menu of all genres, some of them ticked."""
    menu: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=custom_id(Verb.MENU, prediction_id),
        placeholder="The film's genres",
        min_values=1,
        max_values=len(GENRES),
        options=[discord.SelectOption(label=name, default=name in ticked) for name in GENRES],
    )
    return Pressable(menu, Verb.MENU, prediction_id)


def row(items: Sequence[Pressable]) -> Row:
    """Up to five buttons, or one menu, side by side."""
    made: Row = discord.ui.ActionRow()
    for item in items:
        made.add_item(item)
    return made
