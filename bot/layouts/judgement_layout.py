"""The reply to `/judge`: one card a picture."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

import discord
import msgspec

from bot.components.pressable import Verb, button, buttons_of_judgement, row
from bot.feedback.crowds import Crowd
from bot.layouts.crowd_words import crowd_words
from bot.layouts.words import (
    LIKED_MORE_FROM,
    SELDOM_LIKED_BELOW,
    bar,
    frequency,
    headline,
    one_line,
    percent,
    shortened,
)
from models.consensus import Consensus
from models.judgements import Judgement
from models.tables import Prediction, PredictionState

Card = discord.ui.Container[discord.ui.LayoutView]

GENRES_SHOWN: Final = 5
FOOTER: Final = "-# Model "
"""How the last line of every judgement begins."""

LONGEST_VERSION: Final = 40
"""Characters of a version's name that are shown."""

DELETE: Final = "Delete"
ASK: Final = "-# **Is this right?** Of this one your correction would teach me more than of most."

NO_CROWD: Final = Crowd(Consensus(), None)

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
    """Cards of one to four pictures, judged or not. Works without the bot's process: see `bot.components.pressable`."""

    def __init__(
        self,
        predictions: Sequence[Prediction],
        with_poster: Collection[str],
        crowds: Mapping[str, Crowd] | None = None,
        tip: str = "",
    ) -> None:
        """Builds the cards.

        Four judged pictures come to 39 of the 40 components that Discord allows.

        Args:
            predictions: in the order of the pictures, all decided.
            with_poster: names, as of `poster_filename`, of the pictures that go along or are there already.
            crowds: by the predictions' ids.
            tip: a line on how else to correct, below everything.
        """
        super().__init__(timeout=None)
        several = len(predictions) > 1
        judged = False
        for prediction in predictions:
            if prediction.outcome is PredictionState.ANSWERED and prediction.judgement is not None:
                crowd = (crowds or {}).get(prediction.id, NO_CROWD)
                card = _Card(prediction, crowd, poster_filename(prediction) in with_poster)
                self.add_item(card.beside_others() if several else card.alone(tip))
                judged = True
            else:
                self.add_item(_not_judged(prediction, several))
        if several and judged:
            if tip:
                self.add_item(discord.ui.TextDisplay(tip))
            self.add_item(row([button(Verb.DELETE, predictions[0].reply_id, DELETE)]))


class NoticeLayout(discord.ui.LayoutView):
    """One or more sentences in the same frame."""

    def __init__(self, *sentences: str, accent: discord.Colour = ACCENT_NONE) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Container(discord.ui.TextDisplay("\n".join(sentences)), accent_colour=accent))


def shows_judgement(message: discord.Message) -> bool:
    """Whether a message of the bot's is a `JudgementLayout` with a judgement, and not a word about the wait."""
    parts = [part for card in message.components for part in getattr(card, "children", ())]
    return any(
        line.startswith(FOOTER)
        for part in parts
        if isinstance(part, discord.TextDisplay)
        for line in part.content.splitlines()
    )


class _Card:
    """One judged picture."""

    def __init__(self, prediction: Prediction, crowd: Crowd, with_poster: bool) -> None:
        self._prediction = prediction
        self._judgement = judgement = msgspec.convert(prediction.judgement, Judgement)
        self._crowd = crowd_words(crowd)
        self._below = _footer(judgement)
        if judgement.worth_asking and crowd.may_ask:
            self._below = f"{ASK}\n{self._below}"
        self._top = judgement.top_genres(GENRES_SHOWN)
        self._picture = _picture(prediction, judgement) if with_poster else None
        self._headline = headline(judgement)
        if title := one_line(prediction.title or ""):
            self._headline = f"-# {discord.utils.escape_markdown(title)}\n{self._headline}"
        self._container: Card = discord.ui.Container(accent_colour=_accent(judgement))

    def alone(self, tip: str) -> Card:
        """The picture large below the headline, and every part apart from the next."""
        container = self._container
        container.add_item(discord.ui.TextDisplay(self._headline))
        if self._picture is not None:
            gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery()
            container.add_item(gallery.add_item(media=self._picture.address, description=self._picture.alt_text))
        container.add_item(discord.ui.TextDisplay(_bars(self._top)))
        for text in (_score(self._judgement), self._crowd):
            if text:
                container.add_item(discord.ui.Separator())
                container.add_item(discord.ui.TextDisplay(text))
        container.add_item(discord.ui.TextDisplay(f"{self._below}\n{tip}" if tip else self._below))
        buttons = buttons_of_judgement(self._prediction.id)
        return container.add_item(row([*buttons, button(Verb.DELETE, self._prediction.reply_id, DELETE)]))

    def beside_others(self) -> Card:
        """The picture small beside the headline, and all text below in one part: components are few."""
        container, headline = self._container, discord.ui.TextDisplay[discord.ui.LayoutView](self._headline)
        if self._picture is None:
            container.add_item(headline)
        else:
            thumbnail: discord.ui.Thumbnail[discord.ui.LayoutView] = discord.ui.Thumbnail(
                self._picture.address, description=self._picture.alt_text
            )
            container.add_item(discord.ui.Section(headline, accessory=thumbnail))
        parts = (_bars(self._top), _score(self._judgement), self._crowd, self._below)
        container.add_item(discord.ui.TextDisplay("\n".join(part for part in parts if part)))
        return container.add_item(row(buttons_of_judgement(self._prediction.id)))


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
    parts = [
        f"{FOOTER}{shortened(judgement.model_version, LONGEST_VERSION)}",
        "a guess from the picture alone, see /about",
    ]
    if judgement.too_rare:
        rare = [name for name, _ in judgement.top_genres(GENRES_SHOWN) if name in judgement.too_rare]
        if rare:
            parts.append(f"too rare to judge well: {', '.join(rare)}")
    return " · ".join(parts)


def _picture(prediction: Prediction, judgement: Judgement) -> Picture:
    genre, probability = judgement.top_genres(1)[0]
    says = f"looks like {genre} ({percent(probability)})"
    title = one_line(prediction.title or "")
    subject = f"Poster of {title}" if title else "The judged poster"
    return Picture(
        address=f"attachment://{poster_filename(prediction)}",
        alt_text=f"{subject}; {says if judgement.looks_like_poster else 'it does not look like a film poster'}",
    )


def _accent(judgement: Judgement) -> discord.Colour:
    p_good = judgement.score.p_good
    if not judgement.looks_like_poster:
        return ACCENT_NONE
    if p_good >= LIKED_MORE_FROM:
        return ACCENT_GOOD
    return ACCENT_OPEN if p_good >= SELDOM_LIKED_BELOW else ACCENT_BAD
