"""Where every press and every filled-in form arrives, and goes to whoever answers its kind."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import discord

from bot.components.pressable import TEMPLATE, Verb
from bot.in_hand import InHand
from bot.tree import Refused, answer_fault

UNKNOWN: Final = "I do not know this button any more. Please use a newer message of mine."

Handler = Callable[[discord.Interaction[Any], str], Awaitable[None]]
"""Answers a press, given what it is about; what it raises becomes a reply (`bot.tree.answer_fault`)."""


class Presses:
    """The handlers of all verbs, by which nothing is kept in memory from one press to the next."""

    def __init__(self, in_hand: InHand) -> None:
        self._in_hand = in_hand
        self._pressed: dict[str, Handler] = {}
        self._filled_in: dict[str, Handler] = {}

    def on_press(self, verb: Verb, handler: Handler) -> None:
        """Lets a handler answer the buttons and menus of a verb."""
        self._pressed[verb] = handler

    def on_form(self, verb: Verb, handler: Handler) -> None:
        """Lets a handler answer the modals of a verb."""
        self._filled_in[verb] = handler

    async def press(self, interaction: discord.Interaction[Any], verb: str, about: str) -> None:
        """Answers a press on a `Pressable`."""
        await self._answer(interaction, self._pressed.get(verb), about)

    async def hear(self, interaction: discord.Interaction[Any]) -> None:
        """Answers what discord.py hands to nobody; to be called of every interaction.

        That is every modal, which discord.py would only know until the bot restarts, and presses with custom ids that
        are not of this version's making, or not on the message that they claim to come from.
        """
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        match = TEMPLATE.fullmatch(custom_id)
        if interaction.type is discord.InteractionType.modal_submit:
            handler = self._filled_in.get(match["verb"]) if match else None
            await self._answer(interaction, handler, match["about"] if match else "")
        elif interaction.type is discord.InteractionType.component and (
            match is None or interaction.message is None or not _is_on(interaction.message, custom_id)
        ):
            await self._answer(interaction, None, "")

    async def _answer(self, interaction: discord.Interaction[Any], handler: Handler | None, about: str) -> None:
        with self._in_hand.answering():
            try:
                if handler is None:
                    raise Refused(UNKNOWN)
                await handler(interaction, about)
            except Exception as fault:
                await answer_fault(interaction, fault)


def _is_on(message: discord.Message, custom_id: str) -> bool:
    shown = discord.ui.LayoutView.from_message(message, timeout=None).walk_children()
    return any(getattr(part, "custom_id", None) == custom_id for part in shown)
