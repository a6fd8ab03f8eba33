"""Plots that lie on a light page as well as on a dark one."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK: Final = "#1b1d21"
"""Text and axes; on a page they take the colour of its text."""

QUIET: Final = "#868c95"
ACCENT: Final = "#3b82c4"
SECOND: Final = "#d1742b"

DOTS_PER_INCH: Final = 140

STYLE: Final = {
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    # Text stays text: it can be found and copied, and takes the page's font.
    "svg.fonttype": "none",
}


def blank_figure(width: float, height: float, *, rows: int = 1, heights: Sequence[float] = (1,)) -> tuple[Figure, Axes]:
    """A figure of so many inches, and the first of its axes, one above the other."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, 1, squeeze=False, height_ratios=heights)
        return figure, axes[0, 0]


def plain(axis: Axes, keep: Sequence[str] = ("left", "bottom")) -> None:
    """Takes away the frame but for the sides that are read; called when all is drawn."""
    for side, spine in axis.spines.items():
        spine.set_visible(side in keep)
    axis.patch.set_alpha(0)
    if legend := axis.get_legend():
        for text in legend.get_texts():
            text.set_color(INK)


def write_png(figure: Figure, path: Path) -> None:
    """Writes a plot with a white ground."""
    with matplotlib.rc_context(STYLE):
        figure.savefig(path, dpi=DOTS_PER_INCH, facecolor="white")


def inline_svg(figure: Figure, name: str, words: str) -> Markup:
    """A plot as part of a page: transparent, its ink in the colour of the page's text.

    Args:
        figure: From `blank_figure`.
        name: Unique on the page.
        words: What it shows, for those who cannot see it.
    """
    drawn = io.StringIO()
    # The salt makes ids that are the same in every run, and not those of another plot on the page.
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": name}):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r'\bid="(figure|axes|patch|text|line2d|matplotlib\.axis|xtick|ytick|QuadMesh)_\d+"', "", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Its size is the page's affair; the view box keeps the proportions.
    svg = re.sub(r'^<svg ([^>]*?)width="[^"]*"', r"<svg \1", re.sub(r'^<svg ([^>]*?)height="[^"]*"', r"<svg \1", svg))
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{Markup.escape(words)}" ', 1))
