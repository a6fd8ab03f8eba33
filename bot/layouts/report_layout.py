"""The message of a training run that is done: the gate's verdict, champion against challenger, and the decision."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.components.pressable import Pressable, Verb, button, row
from bot.layouts.judgement_layout import ACCENT_GOOD, ACCENT_NONE, ACCENT_OPEN, NAME_WIDTH, Card
from bot.layouts.run_layout import asked_words, duration
from bot.layouts.words import one_line, shortened
from bot.versions.deciding import Doubtful
from models.run_reports import Check, Figure, RunReport
from models.tables import Decision, TrainingRun

PLOT_FILE: Final = "history.png"
MOST_GENRES: Final = 6
"""Genres that are shown one by one: those that moved most."""

MOST_FIGURES: Final = 10
LONGEST_NAME: Final = 28
"""Characters of a line of the table: it fits a phone."""

LONGEST_VERDICT: Final = 1_300
LONGEST_SERVING: Final = 600
"""Characters: all texts of a message share 4,000."""

PASSED: Final = "passed the gate"
REFUSED: Final = "did not pass the gate"
HOW_TO_READ: Final = (
    "-# Champion → challenger, and the change with 95 % confidence. ▲ better, ▼ worse, · not told apart."
)


class ReportLayout(discord.ui.LayoutView):
    """Works without the process that made it: its buttons name the run."""

    def __init__(self, run: TrainingRun, report: RunReport, *, with_plot: bool, serving: Sequence[str] = ()) -> None:
        """Builds the card.

        Args:
            run: that is done.
            report: of it.
            with_plot: whether `PLOT_FILE` goes along, or is there already.
            serving: after a promotion, which engines judge with its version.
        """
        super().__init__(timeout=None)
        accent = ACCENT_NONE if run.decision is Decision.REJECTED else ACCENT_GOOD if report.passed else ACCENT_OPEN
        card: Card = discord.ui.Container(accent_colour=accent)
        card.add_item(discord.ui.TextDisplay(_verdict(report)))
        card.add_item(discord.ui.Separator())
        card.add_item(discord.ui.TextDisplay(_figures(report)))
        if report.genres:
            card.add_item(discord.ui.TextDisplay(genre_table(report.genres)))
        if with_plot:
            gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery()
            card.add_item(gallery.add_item(media=f"attachment://{PLOT_FILE}", description="Loss by epoch."))
        card.add_item(discord.ui.TextDisplay(f"{_origin(report)}\n{asked_words(run)}"))
        card.add_item(discord.ui.Separator())
        if run.decision is None:
            card.add_item(row(buttons_of_report(run, report)))
        else:
            card.add_item(discord.ui.TextDisplay(_decided(run, serving)))
        self.add_item(card)


class DoubtLayout(discord.ui.LayoutView):
    """What speaks against a promotion, and the button of who wants it all the same."""

    def __init__(self, doubt: Doubtful) -> None:
        super().__init__(timeout=None)
        run = doubt.run
        listed = shortened(
            "\n".join(f"- {discord.utils.escape_mentions(sentence)}" for sentence in doubt.objections), LONGEST_VERDICT
        )
        card: Card = discord.ui.Container(accent_colour=ACCENT_OPEN)
        card.add_item(
            discord.ui.TextDisplay(f"## Promote {run.version} all the same?\nThis speaks against it:\n{listed}")
        )
        about = f"{run.id}:{doubt.digest}"
        card.add_item(row([button(Verb.PROMOTEANYWAY, about, "Promote all the same", discord.ButtonStyle.danger)]))
        self.add_item(card)


def buttons_of_report(run: TrainingRun, report: RunReport) -> list[Pressable]:
    """Promote, in green where nothing speaks against it, and Reject."""
    style = discord.ButtonStyle.success if report.passed else discord.ButtonStyle.secondary
    return [button(Verb.PROMOTE, run.id, "Promote", style), button(Verb.REJECT, run.id, "Reject")]


def table(figures: Sequence[Figure]) -> str:
    """Two lines a figure, narrow enough for a phone: its name, and what became of it."""
    lines = []
    for one in figures:
        lines.append(f"{_sign(one)} {one.name[:LONGEST_NAME]}")
        lines.append(f"  {one.before:.3f}→{one.after:.3f} {one.change_low:+.3f}…{one.change_high:+.3f}")
    return block(lines)


def genre_table(genres: Sequence[Figure], most: int = MOST_GENRES) -> str:
    """The genres that moved most, a line each, and the rest in numbers."""
    by_change = sorted(genres, key=lambda one: -abs(one.after - one.before))
    shown, rest = by_change[:most], by_change[most:]
    lines = [
        f"{_sign(one)} {one.name:{NAME_WIDTH}} {one.before:.2f}→{one.after:.2f} {one.posters:>5,}" for one in shown
    ]
    text = f"**Genres, ROC-AUC, and posters of each**\n{block(lines)}"
    if rest:
        better, worse = (sum(_sign(one) == sign for one in rest) for sign in "▲▼")
        far = max(abs(one.after - one.before) for one in rest)
        text += f"-# {len(rest)} more moved by at most {far:.3f}: {better} better, {worse} worse, the rest alike."
    return text


def block(lines: Sequence[str]) -> str:
    """Lines in letters of one width; a phone shows 31 of them."""
    return "```\n" + "\n".join(lines).replace("`", "'") + "\n```"


def _sign(figure: Figure) -> str:
    """Which way it went, where the interval leaves no doubt."""
    if figure.change_low <= 0.0 <= figure.change_high:
        return "·"
    return "▲" if (figure.change_low > 0.0) is figure.more_is_better else "▼"


def _verdict(report: RunReport) -> str:
    lines = [f"## {report.version} {PASSED if report.passed else REFUSED}", report.word]
    lines += [f"**✗** {_escaped(check)}" for check in report.checks if not check.passed]
    lines += [f"-# ✓ {_escaped(check)}" for check in report.checks if check.passed]
    # Where nothing could be measured, several checks say the same.
    return shortened("\n".join(dict.fromkeys(lines)), LONGEST_VERDICT)


def _escaped(check: Check) -> str:
    return discord.utils.escape_mentions(check.words)


def _figures(report: RunReport) -> str:
    posters = "the same held-out poster" if report.held_out == 1 else f"the same {report.held_out:,} held-out posters"
    heading = f"**{report.champion}** → **{report.version}** on {posters}"
    if not report.figures:
        return f"{heading}: nothing could be measured."
    return f"{heading}\n{table(report.figures[:MOST_FIGURES])}{HOW_TO_READ}"


def _origin(report: RunReport) -> str:
    return (
        f"-# Learnt from {report.learned_from:,} posters in {_took(report.seconds)} · "
        f"corrections {report.snapshot[:12]}"
    )


def _took(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else duration(seconds)


def _decided(run: TrainingRun, serving: Sequence[str]) -> str:
    who = discord.utils.escape_markdown(one_line(run.decided_by)) or "somebody"
    if run.decision is Decision.REJECTED:
        return f"**Rejected** by {who}. The champion stays; `/model promote` can still take {run.version}."
    sentences = "\n".join(discord.utils.escape_mentions(sentence) for sentence in serving)
    return shortened(f"**Promoted** by {who}.\n{sentences}".rstrip(), LONGEST_SERVING)
