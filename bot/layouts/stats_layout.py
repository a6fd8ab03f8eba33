"""What `/stats` shows."""

from typing import Final

import discord

from bot.layouts.judgement_layout import ACCENT_OPEN
from bot.layouts.words import percent
from bot.statistics.figures import LEAST, Figures, Share
from models.repositories.statistics import FEW, MOST_EVENTS, Totals

PLOT_FILE: Final = "agreement.png"

NOTHING_YET: Final = (
    "Nobody has corrected anything {where} yet. Press **Right** or **Fix genres** under a judgement, and I can say how "
    "often I am right."
)


class StatsLayout(discord.ui.LayoutView):
    """Counts, figures beside their baselines, and a plot where there is enough to draw."""

    def __init__(self, where: str, totals: Totals, figures: Figures, *, with_plot: bool) -> None:
        """Builds the card.

        Args:
            where: "in this server" or "everywhere".
            totals: of all that is stored.
            figures: of what was corrected.
            with_plot: whether `PLOT_FILE` goes along.
        """
        super().__init__(timeout=None)
        card: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=ACCENT_OPEN)
        card.add_item(discord.ui.TextDisplay(f"## How often I am right {where}\n{_counts(totals)}"))
        if not totals.corrections:
            card.add_item(discord.ui.TextDisplay(NOTHING_YET.format(where=where)))
        else:
            card.add_item(discord.ui.Separator())
            card.add_item(discord.ui.TextDisplay(f"{_genres(figures)}\n{_verdict(figures)}"))
        if with_plot:
            gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery()
            card.add_item(gallery.add_item(media=f"attachment://{PLOT_FILE}", description=alt_text(figures)))
        card.add_item(discord.ui.TextDisplay(FOOTNOTE.format(few=FEW, most=MOST_EVENTS)))
        self.add_item(card)


FOOTNOTE: Final = (
    "-# In brackets: what saying the same of every poster would get. Posters that look the same count once for each "
    "version of mine that judged them. "
    "What was corrected in private is only in sums of {few} posters or more. The newest {most:,} corrections count."
)


def alt_text(figures: Figures) -> str:
    """The plot in words, at most 1,024 characters."""
    genres = ", ".join(f"{one.genre} {one.agreement:.2f} ({one.constant:.2f})" for one in figures.genres[:12])
    bands = ", ".join(f"{percent(said)} told, {percent(so)} so" for said, so, _ in figures.score.bands)
    parts = [f"Agreement by genre, F1, with the constant answer's in brackets: {genres}."] if genres else []
    parts += [f"Chance of IMDb 7 or better: {bands}."] if bands else []
    return " ".join(parts)


def _counts(totals: Totals) -> str:
    return (
        f"{_some(totals.judged, 'poster')} judged · {_some(totals.corrections, 'correction')} "
        f"by {_some(totals.members, 'member')}"
    )


def _some(count: int, thing: str) -> str:
    return f"**{count:,}** {thing if count == 1 else f'{thing}s'}"


def _genres(figures: Figures) -> str:
    if not figures.hit_1.enough:
        return f"**Genres:** {_too_few(figures.hit_1.posters)}"
    return (
        f"**My likeliest genre is right:** {_beside(figures.hit_1, figures.hit_1_constant)}\n"
        f"**One of my three likeliest is:** {_beside(figures.hit_3, figures.hit_3_constant)}"
    )


def _verdict(figures: Figures) -> str:
    if not figures.score.verdict.enough:
        return f"**IMDb 7 or better:** {_too_few(figures.score.verdict.posters)}"
    return (
        f"**IMDb 7 or better, right:** {_beside(figures.score.verdict, figures.score.verdict_constant)}\n"
        f"**Error of its chance (Brier, 0 is best):** {figures.score.brier:.3f} ({figures.score.brier_constant:.3f})"
    )


def _beside(share: Share, constant: Share) -> str:
    low, high = share.interval
    return (
        f"{percent(share.value)} ({percent(constant.value)}) of {share.posters:,} posters; "
        f"with 95 % confidence between {percent(low)} and {percent(high)}"
    )


def _too_few(count: int) -> str:
    posters = "poster" if count == 1 else "posters"
    return f"too few to say: {count} corrected {posters}, {LEAST} are needed"
