"""The pictures of the report."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bench.learning.curves import CROWDS, SIZES, Row
from model_engine.learning.gate import MOST_ANCHOR_LOSS
from model_engine.reports.figures import ACCENT, QUIET, SECOND, blank_figure, plain, write_png

Found = Mapping[str, Sequence[Row]]
"""Rows of what was measured, by its name."""

Drawing = Callable[[Axes, Sequence[Row], str], None]
"""Draws one measure of rows into axes."""

THIRD: Final = "#4b9b5f"
COLOURS: Final = (ACCENT, SECOND, THIRD)

GROUNDS: Final = {"": "champion of all years", "-newer": "champion of films before 2000, asked about later ones"}
"""By what the names of their measurements end in."""

MEMORIES: Final = {"": "a fifth malicious; 2,000 posters remembered", "-alone": "a fifth malicious; none remembered"}
"""Likewise."""


def draw(found: Found, out: Path) -> None:
    """Writes a PNG of each measurement that was made."""
    _by_ground(found, "curves", out / "learning-curves.png", {"genres": "macro ROC-AUC of genres",
                                                             "verdict": "ROC-AUC of the verdict"}, _curves)  # fmt: skip
    _by_ground(found, "asking", out / "learning-asking.png", {"loss": "change of log loss"}, _asking)
    _by_ground(found, "passing", out / "learning-gate.png", {"passed": "share that passes"}, _passing)
    _by_ground(found, "attacked", out / "learning-attacks.png", {"rise": "rise of the anchors' log loss"}, _attacks)


def _by_ground(found: Found, name: str, path: Path, measures: Mapping[str, str], drawing: Drawing) -> None:
    """One row of axes for each ground, one column for each measure."""
    names = MEMORIES if name == "attacked" else GROUNDS
    grounds = [ending for ending in names if name + ending in found]
    if not grounds:
        return
    figure, pages = _page(len(grounds), len(measures)) if len(measures) > 1 else _page(1, len(grounds))
    for axis, (ending, measure) in zip(pages.flat, ((e, m) for e in grounds for m in measures), strict=True):
        drawing(axis, found[name + ending], measure)
        axis.set(ylabel=measures[measure])
        axis.set_title(names[ending], fontsize=9)
        plain(axis)
    pages.flat[0].legend(frameon=False, fontsize=8)
    write_png(figure, path)


def _curves(axis: Axes, rows: Sequence[Row], measure: str) -> None:
    (champion,) = (row[measure] for row in rows if row["crowd"] == "champion")
    full = [row[measure] for row in rows if row["crowd"] == "full"]
    places = range(len(SIZES) + 1)
    for crowd, colour in zip(CROWDS, COLOURS, strict=True):
        values = [[row[measure] for row in rows if row["crowd"] == crowd and row["size"] == size] for size in SIZES]
        means = [champion, *(float(np.mean(some)) for some in values)]
        spreads = [0.0, *(float(np.std(some)) for some in values)]
        axis.errorbar(places, means, spreads, color=colour, marker="o", markersize=4, capsize=3, label=crowd)
    axis.axhline(champion, color=QUIET, linestyle=":", label="champion")
    if full:
        axis.axhline(float(np.mean(full)), color=QUIET, linestyle="--", label="trained anew on 4,000 true ones too")
    axis.set_xticks(places, [f"{size:,}" for size in (0, *SIZES)])
    axis.set(xlabel="corrected posters")


def _asking(axis: Axes, rows: Sequence[Row], measure: str) -> None:
    for wish, colour in zip(dict.fromkeys(row["wish"] for row in rows), COLOURS, strict=True):
        labels = sorted({row["labels"] for row in rows})
        values = [[row[measure] for row in rows if row["wish"] == wish and row["labels"] == n] for n in labels]
        means, spreads = [float(np.mean(some)) for some in values], [float(np.std(some)) for some in values]
        axis.errorbar(labels, means, spreads, color=colour, marker="o", markersize=4, capsize=3, label=wish)
    axis.axhline(0.0, color=QUIET, linestyle=":")
    axis.set(xlabel="posters asked about")


def _passing(axis: Axes, rows: Sequence[Row], measure: str) -> None:
    counts = [row["posters"] for row in rows]
    for name, colour in (("better", ACCENT), ("no better", SECOND)):
        axis.plot(counts, [row[name] for row in rows], color=colour, marker="o", markersize=4, label=name)
    axis.axhline(rows[0]["level"], color=QUIET, linestyle=":", label=f"its level, {rows[0]['level']:.1%}")
    axis.set(xlabel="held-out posters", ylim=(0, 1.03))
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _attacks(axis: Axes, rows: Sequence[Row], measure: str) -> None:
    names = list(dict.fromkeys(row["attack"] for row in rows))
    for place, name in enumerate(names):
        own = [row for row in rows if row["attack"] == name]
        for offset, bound, colour in ((-0.1, "mean", ACCENT), (0.1, "upper", SECOND)):
            across = place + offset + np.linspace(-0.06, 0.06, len(own))
            label = {"mean": "mean", "upper": "95 % lie below"}[bound] if place == 0 else None
            axis.plot(across, [row[bound] for row in own], "o", markersize=3, color=colour, label=label)
    axis.axhline(MOST_ANCHOR_LOSS, color=QUIET, linestyle="--", label="most that may be")
    axis.axhline(0.0, color=QUIET, linestyle=":")
    axis.set_xticks(range(len(names)), names)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=1))


def _page(rows: int, columns: int) -> tuple[Figure, np.ndarray]:
    figure, _ = blank_figure(4.6 * columns, 3.3 * rows, rows=rows, heights=(1,) * rows)
    if columns > 1:
        figure.clear()
        return figure, figure.subplots(rows, columns, squeeze=False)
    return figure, np.array(figure.axes)[:, np.newaxis]
