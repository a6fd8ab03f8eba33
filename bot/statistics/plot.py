"""The picture of `/stats`, for Discord's dark background: figures as JSON come in, a PNG goes out.

A program of its own (`bot.statistics.plotting` runs it): matplotlib is large, and holds the bot's loop while it loads.
"""

import io
import sys
from typing import Final

import msgspec
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bot.statistics.figures import Figures

WIDTH, DOTS_PER_INCH = 8.0, 140
"""Inches, and pixels an inch: twice the 550 pixels that Discord shows, for sharp letters."""

MOST_GENRES: Final = 12
FEWEST_ROWS: Final = 6
BACKGROUND, TEXT, QUIET = "#2b2d31", "#f2f3f5", "#80848e"
MODEL, CONSTANT = "#3ba55d", "#5c6370"


def draw(figures: Figures) -> bytes:
    """A PNG of the genres' agreement and of the verdict's reliability, whichever there is enough of.

    Raises:
        ValueError: there is enough of neither.
    """
    panels = [panel for panel, there in ((_genres, figures.genres), (_reliability, figures.score.bands)) if there]
    if not panels:
        raise ValueError("Nothing to draw.")
    figure = Figure(figsize=(WIDTH, 3.8), dpi=DOTS_PER_INCH, facecolor=BACKGROUND, layout="constrained")
    FigureCanvasAgg(figure)
    ratios = [1.4, 1.0] if len(panels) == 2 else [1.0]
    axes = figure.subplots(1, len(panels), squeeze=False, width_ratios=ratios)[0]
    for axis, panel in zip(axes, panels, strict=True):
        _dress(axis)
        panel(axis, figures)
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor=BACKGROUND, metadata={"Software": None})
    return file.getvalue()


def _genres(axis: Axes, figures: Figures) -> None:
    shown = figures.genres[:MOST_GENRES][::-1]
    rows = range(len(shown))
    axis.barh([row + 0.2 for row in rows], [one.agreement for one in shown], 0.4, color=MODEL, label="model")
    axis.barh(
        [row - 0.2 for row in rows], [one.constant for one in shown], 0.4, color=CONSTANT, label="always naming it"
    )
    axis.set_yticks(list(rows), [f"{one.genre} ({one.posters})" for one in shown])
    # Few genres get no thicker bars, and stand at the top.
    axis.set(xlim=(0, 1), ylim=(len(shown) - max(len(shown), FEWEST_ROWS) - 0.6, len(shown) - 0.4))
    axis.xaxis.set_major_formatter(PercentFormatter(1.0))
    axis.grid(visible=False, axis="y")
    axis.set_title("Agreement with the crowd (F1)", color=TEXT, fontsize=11)
    _legend(axis)


def _reliability(axis: Axes, figures: Figures) -> None:
    said, so = [band[0] for band in figures.score.bands], [band[1] for band in figures.score.bands]
    reach = min(1.0, 1.15 * max(*said, *so, 0.2))
    axis.plot([0, reach], [0, reach], color=QUIET, linestyle="--", linewidth=1.2, label="perfect")
    axis.plot(said, so, color=MODEL, marker="o", linewidth=2, label="model")
    axis.set(
        xlim=(0, reach),
        ylim=(0, reach),
        xlabel="chance of IMDb 7 or better, as told",
        ylabel="share of films that had it",
    )
    axis.set_title("Is the verdict's chance right?", color=TEXT, fontsize=11)
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10), prune="lower"))
        side.set_major_formatter(PercentFormatter(1.0, decimals=0))
    _legend(axis)


def _legend(axis: Axes) -> None:
    """Below the panel, where it hides nothing."""
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False, labelcolor=TEXT, fontsize=9)


def _dress(axis: Axes) -> None:
    axis.set_facecolor(BACKGROUND)
    axis.tick_params(colors=TEXT, labelsize=9, length=0)
    axis.xaxis.label.set_color(TEXT)
    axis.yaxis.label.set_color(TEXT)
    for side in axis.spines.values():
        side.set_visible(False)
    axis.grid(color="#3f4147", linewidth=0.8)
    axis.set_axisbelow(True)


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(msgspec.json.decode(sys.stdin.buffer.read(), type=Figures)))
