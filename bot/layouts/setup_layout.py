"""The panel of `/setup`: how the bot is set up in a server, with menus and buttons that change it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import discord

from bot.components.pressable import Item, Pressable, Verb, button, custom_id, row
from bot.layouts.judgement_layout import ACCENT_NONE, Card
from models.tables import GuildSetup

MOST_CHANNELS: Final = 25
"""What one of Discord's menus holds."""

CHANNEL_TYPES: Final = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]
"""Where members write; a thread counts as the channel that it is in."""

AS_OPERATOR: Final = "operator"
"""What the menus of limits call no limit of the server's own."""

STEPS: Final = (1, 2, 3, 5, 10, 15, 20, 30, 60, 120)
"""Limits a minute that the menus offer, as far as they are below the operator's."""

NEEDS_CONTENT: Final = (
    "Judging without a command needs whoever runs this bot: set `POSTER_JUDGE_MESSAGE_CONTENT=true`, and switch on "
    "*Message Content Intent* in Discord's developer portal (Bot)."
)


class Part(StrEnum):
    """What a menu or button of the panel changes."""

    CHANNELS = "channels"
    ROLE = "role"
    POSTERS = "posters"
    CORRECTIONS = "corrections"
    PRIVATE = "private"
    OPEN = "open"
    AUTO_JUDGE = "auto-judge"
    RESET = "reset"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What the operator's settings leave to servers."""

    posters_per_minute: int
    """Of one member; 0 for no limit."""
    corrections_per_minute: int
    """Of one member; 0 for no limit."""
    message_content: bool
    """Whether the bot reads what members write."""

    def limits(self, part: Part) -> list[int]:
        """Limits a minute that a server may choose."""
        bound = self.posters_per_minute if part is Part.POSTERS else self.corrections_per_minute
        return [step for step in STEPS if step < bound or not bound]


class SetupLayout(discord.ui.LayoutView):
    """One panel; each press changes the server's settings and shows the panel anew."""

    def __init__(self, setup: GuildSetup, bounds: Bounds, exists: Callable[[int], bool], changed: str = "") -> None:
        """Builds the panel.

        Args:
            setup: the server's settings.
            bounds: of the operator.
            exists: whether a channel or role of this id is there: a menu may not start with others.
            changed: one sentence on what was just done.
        """
        super().__init__(timeout=None)
        card: Card = discord.ui.Container(accent_colour=ACCENT_NONE)
        _say(
            card, "## How I am set up in this server\nEach choice counts at once." + (f"\n{changed}" if changed else "")
        )
        _say(card, f"**Where I may be used:** {_channels(setup.channels, exists, 'everywhere')}")
        card.add_item(row([_channel_menu(Part.CHANNELS, "Everywhere", setup.channels, exists)]))
        _say(card, f"**Who may correct me:** {_role(setup.corrector_role_id, exists)}")
        card.add_item(row([_role_menu(setup.corrector_role_id, exists)]))
        _say(card, "**Posters a minute** that one member may send here")
        card.add_item(row([_limit_menu(Part.POSTERS, setup.posters_per_minute, bounds)]))
        _say(card, "**Corrections a minute** that one member may make here")
        card.add_item(row([_limit_menu(Part.CORRECTIONS, setup.corrections_per_minute, bounds)]))
        judged = _channels(setup.auto_judge_channels, exists, "nowhere")
        _say(card, f"**Where I judge every picture, without a command:** {judged}")
        if bounds.message_content:
            card.add_item(row([_channel_menu(Part.AUTO_JUDGE, "Nowhere", setup.auto_judge_channels, exists)]))
            if setup.auto_judge_channels and setup.private_replies:
                _say(card, "-# There everybody sees my answers: a reply to a message cannot be private.")
        else:
            _say(card, f"-# {NEEDS_CONTENT}")
        _say(
            card,
            f"**My replies:** {'only whoever asked sees them' if setup.private_replies else 'everybody sees them'}",
        )
        open_or_not = (
            button(Verb.SETUP, Part.OPEN, "Let everybody see them")
            if setup.private_replies
            else button(Verb.SETUP, Part.PRIVATE, "Make them private")
        )
        card.add_item(
            row([open_or_not, button(Verb.SETUP, Part.RESET, "Reset everything", discord.ButtonStyle.danger)])
        )
        self.add_item(card)


def _say(card: Card, text: str) -> None:
    card.add_item(discord.ui.TextDisplay(text))


def _channels(ids: Sequence[int], exists: Callable[[int], bool], none: str) -> str:
    return _named([f"<#{channel}>" if exists(channel) else "a channel that is gone" for channel in ids]) or none


def _role(role_id: int | None, exists: Callable[[int], bool]) -> str:
    if role_id is None:
        return "everybody"
    return f"members with <@&{role_id}>" if exists(role_id) else "members with a role that is gone, so nobody"


def _named(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _channel_menu(part: Part, none: str, chosen: Sequence[int], exists: Callable[[int], bool]) -> Pressable:
    return _menu(
        part,
        discord.ui.ChannelSelect(
            custom_id=custom_id(Verb.SETUP, part),
            placeholder=none,
            min_values=0,
            max_values=MOST_CHANNELS,
            channel_types=CHANNEL_TYPES,
            default_values=_ticked(chosen, exists, discord.SelectDefaultValueType.channel),
        ),
    )


def _role_menu(chosen: int | None, exists: Callable[[int], bool]) -> Pressable:
    return _menu(
        Part.ROLE,
        discord.ui.RoleSelect(
            custom_id=custom_id(Verb.SETUP, Part.ROLE),
            placeholder="Everybody",
            min_values=0,
            max_values=1,
            default_values=_ticked([chosen] if chosen else [], exists, discord.SelectDefaultValueType.role),
        ),
    )


def _ticked(
    ids: Collection[int], exists: Callable[[int], bool], kind: discord.SelectDefaultValueType
) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=one, type=kind) for one in ids if exists(one)]


def _limit_menu(part: Part, chosen: int | None, bounds: Bounds) -> Pressable:
    bound = bounds.posters_per_minute if part is Part.POSTERS else bounds.corrections_per_minute
    usual = f"{bound} (as for every server)" if bound else "No limit"
    # What was chosen under other settings of the operator's stays in sight, below the operator's bound.
    limits = sorted({*bounds.limits(part), *([chosen] if chosen and (chosen < bound or not bound) else [])})
    own = chosen if chosen in limits else None
    options = [discord.SelectOption(label=usual, value=AS_OPERATOR, default=own is None)]
    options += [discord.SelectOption(label=str(limit), value=str(limit), default=limit == own) for limit in limits]
    return _menu(part, discord.ui.Select(custom_id=custom_id(Verb.SETUP, part), options=options))


def _menu(part: Part, select: Item) -> Pressable:
    return Pressable(select, Verb.SETUP, part)
