"""What `/model status`, `list` and `compare` show."""

from collections.abc import Iterable, Sequence
from typing import Final

import discord

from bot.layouts.judgement_layout import ACCENT_NONE, NAME_WIDTH, Card
from bot.layouts.report_layout import HOW_TO_READ, LONGEST_NAME, block, genre_table, table
from bot.layouts.words import one_line, shortened
from bot.versions.deciding import report_of
from bot.versions.overview import Known, Overview
from bot.versions.steps import in_words
from models.run_reports import Figure, RunReport
from models.tables import Promotion, TrainingRun

LIST: Final = "## Versions, the latest first"
MOST_VERSIONS: Final = 15
LONGEST_ENGINES: Final = 1_200
"""Characters of what all engines say."""

NEVER_PROMOTED: Final = "It came with the program; none was ever promoted."
SAME_POSTERS: Final = "Both were measured on the same posters."
OTHER_POSTERS: Final = (
    "Each was measured on the held-out posters of its own run, so small differences may be the posters'. On one "
    "labelled set, `poster-judge compare {first} {second} --data DIR` compares them."
)


def status_layout(view: Overview, engines: Sequence[str]) -> discord.ui.LayoutView:
    """The champion, who judges with it, the runs, and what has come in since."""
    newest = _promotion(view.promotions[0]) if view.promotions else NEVER_PROMOTED
    lines = [f"## {view.champion} is champion", f"-# {newest}", _said(engines)]
    runs = [_active(view.active)] + [f"Run {run.id} waits for it." for run in view.waiting]
    posters = "1 poster was" if view.corrected == 1 else f"{view.corrected:,} posters were"
    runs.append(f"-# {posters} corrected since the latest run was asked for.")
    earlier = [_promotion(one) for one in view.promotions[1:]]
    return _card("\n".join(lines), "\n".join(runs), *(["**Before**\n" + "\n".join(earlier)] if earlier else []))


def champion_layout(promotion: Promotion, engines: Sequence[str] = ()) -> discord.ui.LayoutView:
    """The answer to whoever has just changed the champion, with what the engines say to it as soon as they do."""
    heading = f"## {promotion.version} is champion {'again' if promotion.rollback else 'now'}"
    return _card(f"{heading}\n{_said(engines)}".rstrip())


def list_layout(versions: Sequence[Known]) -> discord.ui.LayoutView:
    """A line a version."""
    lines = [_version(known) for known in versions[:MOST_VERSIONS]]
    if len(versions) > MOST_VERSIONS:
        lines.append(f"-# and {len(versions) - MOST_VERSIONS} earlier ones")
    return _card(LIST + "\n" + "\n".join(lines))


def own_comparison(report: RunReport) -> discord.ui.LayoutView:
    """A version beside the champion that it was measured against, with every genre."""
    heading = f"## {report.champion} → {report.version}\nOn the same {report.held_out:,} held-out posters."
    parts = [heading, table(report.figures) + HOW_TO_READ]
    if report.genres:
        parts.append(genre_table(report.genres, most=len(report.genres)))
    return _card(*parts)


def comparison(first: RunReport, second: RunReport) -> discord.ui.LayoutView:
    """Two versions of two runs, figure by figure."""
    same = first.snapshot == second.snapshot
    word = SAME_POSTERS if same else OTHER_POSTERS.format(first=first.version, second=second.version)
    heading = f"## {first.version} and {second.version}\n{word}"
    return _card(
        heading,
        _beside(first.figures, second.figures, "Together"),
        _beside(first.genres, second.genres, "Genres, ROC-AUC"),
    )


def _said(engines: Iterable[str]) -> str:
    return shortened("\n".join(map(discord.utils.escape_mentions, engines)), LONGEST_ENGINES)


def _beside(first: Iterable[Figure], second: Iterable[Figure], title: str) -> str:
    others = {figure.name: figure for figure in second}
    pairs = [(one, others[one.name]) for one in first if one.name in others]
    lines = []
    for one, other in pairs:
        posters = f"{one.posters:,}/{other.posters:,}"
        if len(one.name) <= NAME_WIDTH:
            lines.append(f"{one.name:{NAME_WIDTH}} {one.after:.2f} {other.after:.2f} {posters}")
        else:
            lines += [one.name[:LONGEST_NAME], f"  {one.after:.3f} {other.after:.3f} {posters}"]
    return f"**{title}, and posters of each**\n{block(lines or ['nothing was measured of both'])}"


def _version(known: Known) -> str:
    parts = [f"**{known.name}**"]
    if known.champion:
        parts.append("champion")
    if known.run is None:
        return " · ".join(parts)
    report = report_of(known.run)
    parts.append("passed the gate" if report.passed else "did not pass")
    if known.run.decision is not None:
        parts.append(str(known.run.decision))
    if known.run.finished_at is not None:
        parts.append(discord.utils.format_dt(known.run.finished_at, "R"))
    if known.run.note:
        parts.append(f"“{discord.utils.escape_markdown(shortened(one_line(known.run.note), 60))}”")
    return " · ".join(parts)


def _active(run: TrainingRun | None) -> str:
    if run is None:
        return "No run is under way."
    if not run.step:
        return f"Run {run.id} is {run.state}."
    far = f", {run.done:,} of {run.total:,}" if run.total else ""
    return f"Run {run.id} is {run.state}: {discord.utils.escape_markdown(in_words(run.step))}{far}."


def _promotion(promotion: Promotion) -> str:
    what = "back to" if promotion.rollback else "promoted"
    by = discord.utils.escape_markdown(one_line(promotion.operator)) or "somebody"
    reason = f": {discord.utils.escape_markdown(one_line(promotion.reason))}" if promotion.reason else ""
    when = discord.utils.format_dt(promotion.created_at, "R")
    return shortened(f"{when} {what} {promotion.version} by {by}{reason}", 300)


def _card(*texts: str) -> discord.ui.LayoutView:
    layout = discord.ui.LayoutView(timeout=None)
    card: Card = discord.ui.Container(accent_colour=ACCENT_NONE)
    for text in texts:
        card.add_item(discord.ui.TextDisplay(text))
    layout.add_item(card)
    return layout
