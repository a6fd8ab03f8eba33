"""The card of a version that was learnt from corrections."""

from typing import Final

from model_engine.learning.task import Task
from models.run_reports import Figure, RunReport

CARD: Final = """\
# {version}

Judges a film by its poster, as {champion} does, and learnt from what members said of its judgements.

## What it is
{what}
It learnt from {learned_from:,} corrected posters. {rehearsal}
Weights are stored as float16. Calibration, thresholds and labels are {champion}'s.

## What it learnt from
Corrections that members made in the open, frozen for this run: sha256 `{snapshot}`. `snapshot.json` has each poster's
group, labels and weights; who said what is kept nowhere in this version.{left_out}

## Against {champion}
On held-out posters that taught neither of the two, {held_out:,} of them. {word}

| | {champion} | {version} | change, 95 % |
|---|---|---|---|
{figures}

ROC-AUC by genre:

| genre | {champion} | {version} | change, 95 % | posters |
|---|---|---|---|---|
{genres}

The gate:

{checks}

![history](history.png)

What {champion}'s card says of use, rights and limits holds for this version too.
"""


HEADS: Final = """\
The network of {champion} with other heads; its features are the same ({backbone}). The heads were moved from
{champion}'s by the recipe `heads` of docs/learning.md."""
DEEPER: Final = """\
The network of {champion}, of which the last stage and the heads were moved by the recipe `deeper` of
docs/learning.md; so its features are its own, and it remembers no posters."""
REHEARSED: Final = "They were held to what it says of the posters that it remembers."
NOT_REHEARSED: Final = "It remembers no posters, so that its heads were only held near where they were."
HELD: Final = "Its last stage was held to what {champion} says of the same posters."


def learnt_card(report: RunReport, task: Task) -> str:
    """The card as Markdown."""
    left_out = "; ".join(f"{count:,} ({reason})" for reason, count in sorted(task.snapshot.left_out.items()))
    champion = task.champion
    what = HEADS if task.deeper is None else DEEPER
    held = [NOT_REHEARSED if champion.rehearsal() is None else REHEARSED]
    if task.deeper is not None:
        held.append(HELD.format(champion=champion.name))
    return CARD.format(
        version=report.version,
        champion=report.champion,
        what=what.format(champion=champion.name, backbone=champion.manifest.backbone),
        learned_from=report.learned_from,
        held_out=report.held_out,
        snapshot=report.snapshot,
        word=report.word,
        rehearsal=" ".join(held),
        left_out=f" Left out of it: {left_out}." if left_out else "",
        figures="\n".join(f"| {_row(one)} |" for one in report.figures) or "| nothing could be measured | | | |",
        genres="\n".join(f"| {_row(one)} | {one.posters:,} |" for one in report.genres) or "| none | | | | |",
        checks="\n".join(
            f"- {'passed' if one.passed else 'REFUSED'}, {one.name}: {one.words}" for one in report.checks
        ),
    )


def _row(figure: Figure) -> str:
    change = f"{figure.change_low:+.4f} to {figure.change_high:+.4f}"
    return f"{figure.name} | {figure.before:.4f} | {figure.after:.4f} | {change}"
