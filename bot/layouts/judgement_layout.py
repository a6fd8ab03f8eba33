"""The reply to `/judge`: one card a picture."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import discord
import msgspec

from bot.layouts.words import (
    LIKED_MORE_FROM,
    SELDOM_LIKED_BELOW,
    bar,
    frequency,
    likeliest_genres,
    one_line,
    percent,
    verdict,
)
from models.judgements import Judgement
from models.tables import Prediction, PredictionState

Card = discord.ui.Container[discord.ui.LayoutView]

GENRES_SHOWN: Final = 5
FOOTER: Final = "-# Model "
"""How the last line of every judgement begins."""

NAME_WIDTH: Final = 11
"""Characters of "Documentary", the longest genre."""

ACCENT_GOOD: Final = discord.Colour(0x3BA55D)
ACCENT_OPEN: Final = discord.Colour(0xF0B232)
ACCENT_BAD: Final = discord.Colour(0xB5585A)
ACCENT_NONE: Final = discord.Colour(0x5C6370)


class Picture(NamedTuple):
    """A poster that goes along with the reply."""

    address: str
    alt_text: str
    """At most 1,024 characters: Discord's limit, far above the 200 of a title."""


def poster_filename(prediction: Prediction) -> str:
    """Name of the picture's file in the reply; never the member's own."""
    return f"poster-{prediction.position + 1}.jpg"


class JudgementLayout(discord.ui.LayoutView):
    """Cards of one to four pictures, judged or not. Works without the bot's process: it has nothing to press."""

    def __init__(self, predictions: Sequence[Prediction], with_poster: set[str]) -> None:
        """Builds the cards.

        Args:
            predictions: in the order of the pictures, all decided.
            with_poster: ids of the predictions whose picture goes along as `poster_filename`.
        """
        super().__init__(timeout=None)
        several = len(predictions) > 1
        for prediction in predictions:
            if prediction.outcome is PredictionState.ANSWERED and prediction.judgement is not None:
                judgement = msgspec.convert(prediction.judgement, Judgement)
                self.add_item(_judged(prediction, judgement, prediction.id in with_poster, several))
            else:
                self.add_item(_not_judged(prediction, several))


class NoticeLayout(discord.ui.LayoutView):
    """One or more sentences in the same frame."""

    def __init__(self, *sentences: str, accent: discord.Colour = ACCENT_NONE) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Container(discord.ui.TextDisplay("\n".join(sentences)), accent_colour=accent))


def shows_judgement(message: discord.Message) -> bool:
    """Whether a message of the bot's is a `JudgementLayout` with a judgement, and not a word about the wait."""
    parts = [part for card in message.components for part in getattr(card, "children", ())]
    return any(isinstance(part, discord.TextDisplay) and part.content.startswith(FOOTER) for part in parts)


def _judged(prediction: Prediction, judgement: Judgement, with_poster: bool, several: bool) -> Card:
    top = judgement.top_genres(GENRES_SHOWN)
    headline = f"## {likeliest_genres(judgement)}\n{verdict(judgement.score)}"
    if title := one_line(prediction.title or ""):
        headline = f"-# {discord.utils.escape_markdown(title)}\n{headline}"
    container: Card = discord.ui.Container(accent_colour=_accent(judgement.score.p_good))
    _add_headline(container, headline, _picture(prediction, top) if with_poster else None, several)
    container.add_item(discord.ui.TextDisplay(_bars(top)))
    container.add_item(discord.ui.Separator())
    container.add_item(discord.ui.TextDisplay(_score(judgement)))
    container.add_item(discord.ui.TextDisplay(_footer(judgement)))
    return container


def _add_headline(container: Card, headline: str, picture: Picture | None, several: bool) -> None:
    """The headline with the poster: large below it, or, where several share the reply, small beside it."""
    if picture is None:
        container.add_item(discord.ui.TextDisplay(headline))
    elif several:
        thumbnail: discord.ui.Thumbnail[discord.ui.LayoutView] = discord.ui.Thumbnail(
            picture.address, description=picture.alt_text
        )
        container.add_item(discord.ui.Section(discord.ui.TextDisplay(headline), accessory=thumbnail))
    else:
        container.add_item(discord.ui.TextDisplay(headline))
        gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery()
        container.add_item(gallery.add_item(media=picture.address, description=picture.alt_text))


def _not_judged(prediction: Prediction, several: bool) -> Card:
    prefix = f"**Picture {prediction.position + 1}:** " if several else ""
    return discord.ui.Container(discord.ui.TextDisplay(prefix + prediction.explanation), accent_colour=ACCENT_NONE)


def _bars(top: list[tuple[str, float]]) -> str:
    lines = [f"{name:<{NAME_WIDTH}} {bar(probability)} {percent(probability):>5}" for name, probability in top]
    return "```\n" + "\n".join(lines) + "\n```"


def _score(judgement: Judgement) -> str:
    score = judgement.score
    likeliest = max(score.classes, key=lambda name: score.classes[name])
    return (
        f"**IMDb {score.threshold:.1f} or better:** {percent(score.p_good)} ({frequency(score.p_good)})\n"
        f"**Expected score:** {score.expected:.1f} ± {score.sd:.1f}, likeliest class: {likeliest}"
    )


def _footer(judgement: Judgement) -> str:
    parts = [f"{FOOTER}{judgement.model_version}", "a guess from the picture alone, see /about"]
    if judgement.too_rare:
        rare = [name for name, _ in judgement.top_genres(GENRES_SHOWN) if name in judgement.too_rare]
        if rare:
            parts.append(f"too rare to judge well: {', '.join(rare)}")
    return " · ".join(parts)


def _picture(prediction: Prediction, top: list[tuple[str, float]]) -> Picture:
    title = one_line(prediction.title or "")
    subject = f"Poster of {title}" if title else "The judged poster"
    return Picture(
        address=f"attachment://{poster_filename(prediction)}",
        alt_text=f"{subject}; looks like {top[0][0]} ({percent(top[0][1])})",
    )


def _accent(p_good: float) -> discord.Colour:
    if p_good >= LIKED_MORE_FROM:
        return ACCENT_GOOD
    return ACCENT_OPEN if p_good >= SELDOM_LIKED_BELOW else ACCENT_BAD
