"""The message of a training run, as long as it has no report: in line, under way, failed or cancelled."""

import math
from typing import Final

import discord

from bot.components.pressable import Verb, button, row
from bot.layouts.judgement_layout import ACCENT_BAD, ACCENT_NONE, ACCENT_OPEN, Card
from bot.layouts.words import bar, one_line, shortened
from bot.versions.steps import in_words
from models.tables import RunState, TrainingRun

IN_LINE: Final = "It waits until the run before it has ended."
NOT_TAKEN_YET: Final = "It waits for a trainer. If none is running, start one: `poster-judge trainer`."
RUN_CANCELLED: Final = "Run {id} is cancelled."
STARTING: Final = "A trainer has taken it up."
RESUMED: Final = "-# Trainer {number}: the ones before ended on the way."
LONGEST_NOTE: Final = 200

RUN: Final = "-# Run {id} · "
"""How the small print of every run's message begins."""

HEADINGS: Final = {
    RunState.WAITING: "Retraining waits in line",
    RunState.REQUESTED: "Retraining is asked for",
    RunState.RUNNING: "Retraining",
    RunState.FAILED: "Retraining failed",
    RunState.CANCELLED: "Retraining cancelled",
}


class RunLayout(discord.ui.LayoutView):
    """What it is at, how far, and how long yet; or why it ended."""

    def __init__(self, run: TrainingRun, left: float | None = None) -> None:
        """Builds the card.

        Args:
            run: in any state but done.
            left: seconds until its step is through; None where that cannot be told.
        """
        super().__init__(timeout=None)
        card: Card = discord.ui.Container(accent_colour=ACCENTS.get(run.state, ACCENT_OPEN))
        card.add_item(discord.ui.TextDisplay(f"## {HEADINGS[run.state]}\n{_state(run, left)}"))
        card.add_item(discord.ui.TextDisplay(asked_words(run)))
        if run.finished_at is None:
            card.add_item(row([button(Verb.CANCELRUN, run.id, "Cancel")]))
        self.add_item(card)


ACCENTS: Final = {
    RunState.WAITING: ACCENT_NONE,
    RunState.FAILED: ACCENT_BAD,
    RunState.CANCELLED: ACCENT_NONE,
}


def asked_words(run: TrainingRun) -> str:
    """Who asked for what and when, in small print."""
    asked = discord.utils.escape_markdown(one_line(run.operator)) or "somebody"
    parts = [f"recipe {discord.utils.escape_markdown(run.recipe)}"]
    if run.epochs is not None:
        parts.append(f"{run.epochs} epochs")
    parts.append(f"asked for by {asked} {discord.utils.format_dt(run.created_at, 'R')}")
    lines = [f"{RUN.format(id=run.id)}{' · '.join(parts)}"]
    if run.note:
        lines.append(f"-# “{discord.utils.escape_markdown(shortened(one_line(run.note), LONGEST_NOTE))}”")
    return "\n".join(lines)


def names_run(text: str, run_id: int) -> bool:
    """Whether a text of a message is the small print of a run."""
    return RUN.format(id=run_id) in text


def duration(seconds: float) -> str:
    """A length of time as people say it, coarse enough not to change with every look."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"{10 * math.ceil(seconds / 10)} seconds"
    if seconds < 90 * 60:
        return f"{math.ceil(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def _state(run: TrainingRun, left: float | None) -> str:
    if run.state is RunState.WAITING:
        return IN_LINE
    if run.state is RunState.REQUESTED:
        return NOT_TAKEN_YET
    if run.finished_at is not None:
        return discord.utils.escape_mentions(run.explanation)
    lines = [_progress(run, left) if run.step else STARTING]
    if run.deliveries > 1:
        lines.append(RESUMED.format(number=run.deliveries))
    return "\n".join(lines)


def _progress(run: TrainingRun, left: float | None) -> str:
    step = f"**{discord.utils.escape_markdown(in_words(run.step))}**"
    if not run.total:
        return f"{step} …"
    share = min(run.done / run.total, 1.0)
    yet = f" · about {duration(left)} left" if left is not None else ""
    return f"{step} · {run.done:,} of {run.total:,}{yet}\n`{bar(share)}` {math.floor(100 * share)} %"
