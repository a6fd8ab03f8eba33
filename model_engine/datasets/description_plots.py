"""Pictures of a data set: its genres, which come together, scores, years, votes."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model_engine.datasets.dataset import MANY_VOTES
from model_engine.datasets.describing import Description
from model_engine.reports.figures import ACCENT, INK, QUIET, SECOND, blank_figure, plain
from models.genres import GENRE_INDEX
from models.scores import BIN_EDGES, CLASS_CUTS, ScoreClass

CLASS_COLOURS: Final = ("#b3423a", "#d97f35", "#c9b037", "#5a9e5f", "#2f7fc1")
"""From terrible to great."""

FEW: Final = 20
"""Posters of a decade below which its median is chance."""

NAMED_FROM: Final = 0.095
"""Share from which a cell of the co-occurrence has its number."""


def plots(description: Description) -> dict[str, Figure]:
    """The plots by name; one for which nothing is known is left out."""
    drawn: dict[str, Figure] = {}
    if description.genres:
        drawn["genres"] = genres(description)
        drawn["together"] = together(description)
    if len(description.scored):
        drawn["scores"] = scores(description)
        drawn["scores-by-genre"] = scores_by_genre(description)
    if description.decades:
        drawn["years"] = years(description)
    if (description.dataset.votes > 0).any():
        drawn["votes"] = votes(description)
    return drawn


def genres(description: Description) -> Figure:
    """How many posters each genre is on, the commonest on top."""
    found = description.genres[::-1]
    figure, axis = blank_figure(7.2, 0.6 + 0.23 * len(found))
    counts = [genre.posters for genre in found]
    axis.barh([genre.name for genre in found], counts, color=ACCENT, height=0.72)
    for place, genre in enumerate(found):
        _beside(axis, f"{genre.posters:,}", (genre.posters, place), (4, 0), va="center")
    axis.set(xlim=(0, max(counts) * 1.12), ylim=(-0.6, len(found) - 0.4))
    axis.xaxis.set_visible(False)
    plain(axis, keep=())
    axis.tick_params(length=0)
    return figure


def together(description: Description) -> Figure:
    """Of the posters of a row's genre, what share has the column's too."""
    names = [genre.name for genre in description.genres]
    places = [GENRE_INDEX[name] for name in names]
    counts = description.together[np.ix_(places, places)]
    shares = counts / np.diag(counts)[:, np.newaxis]
    np.fill_diagonal(shares, 0)
    figure, axis = blank_figure(7.6, 7.2)
    # Colour over nothing, so that it lies on a light page as well as on a dark one.
    tinted = np.zeros((*shares.shape, 4))
    tinted[..., :3] = tuple(int(ACCENT[at : at + 2], 16) / 255 for at in (1, 3, 5))
    tinted[..., 3] = shares / max(shares.max(), 1e-9)
    mesh = axis.pcolormesh(shares)
    mesh.set_array(None)
    mesh.set_facecolor(tinted.reshape(-1, 4))
    for row, column in zip(*np.nonzero(shares >= NAMED_FROM), strict=True):
        words = f"{100 * shares[row, column]:.0f}"
        axis.text(column + 0.5, row + 0.5, words, ha="center", va="center", fontsize=7, color=INK)
    middles = np.arange(len(names)) + 0.5
    axis.set_xticks(middles, names, rotation=60, ha="left", rotation_mode="anchor", fontsize=8)
    axis.set_yticks(middles, names, fontsize=8)
    axis.xaxis.tick_top()
    axis.invert_yaxis()
    axis.set_aspect("equal")
    plain(axis, keep=())
    axis.tick_params(length=0)
    return figure


def scores(description: Description) -> Figure:
    """How the scores are spread, by half points, in the colours of the five classes."""
    figure, axis = blank_figure(7.2, 2.7)
    counts, _ = np.histogram(description.scored, BIN_EDGES)
    middles = np.array(BIN_EDGES[:-1]) + 0.25
    classes = np.searchsorted(CLASS_CUTS, middles, side="right")
    axis.bar(middles, counts, width=0.46, color=[CLASS_COLOURS[number] for number in classes])
    top = counts.max() * 1.1
    for number, name in enumerate(ScoreClass):
        inside = classes == number
        if counts[inside].any():
            middle = np.average(middles[inside], weights=counts[inside])
            axis.text(middle, top, name.value, ha="center", fontsize=8.5, color=CLASS_COLOURS[number], weight="bold")
    axis.axvline(description.good_at, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.set(xlim=(0, 10), ylim=(0, top * 1.08), xlabel="score", ylabel="posters", xticks=range(11))
    plain(axis)
    return figure


def scores_by_genre(description: Description) -> Figure:
    """Median and middle half of the scores of each genre, the best liked on top."""
    found = sorted((g for g in description.genres if not np.isnan(g.quartiles[1])), key=lambda g: g.quartiles[1])
    figure, axis = blank_figure(7.2, 0.6 + 0.23 * len(found))
    for place, genre in enumerate(found):
        low, middle, high = genre.quartiles
        axis.plot([low, high], [place, place], color=ACCENT, linewidth=5, alpha=0.35, solid_capstyle="round")
        axis.plot(middle, place, "o", color=ACCENT, markersize=5)
    axis.axvline(float(np.median(description.scored)), color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
    axis.set_yticks(range(len(found)), [genre.name for genre in found])
    axis.set(xlabel="score: median, and the middle half", ylim=(-0.7, len(found) - 0.3))
    plain(axis, keep=("bottom",))
    axis.tick_params(axis="y", length=0)
    return figure


def years(description: Description) -> Figure:
    """Posters by decade, and below it the median score and the middle half of each."""
    decades = description.decades
    figure, above = blank_figure(7.2, 3.9, rows=2, heights=(3, 2))
    below = figure.axes[1]
    names, places = [f"{decade}s" for decade in decades], np.arange(len(decades))
    above.bar(places, [len(rows) for rows in decades.values()], color=ACCENT, width=0.74)
    for place, rows in enumerate(decades.values()):
        _beside(above, f"{len(rows):,}", (place, len(rows)), (0, 2), ha="center")
    above.set(xticks=[], ylabel="posters")
    above.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for place, rows in enumerate(decades.values()):
        if len(rows) >= FEW:
            _middle_half(below, place, description.dataset.scores[rows])
    below.set(ylabel="score", xlim=above.get_xlim())
    below.set_xticks(places, names, fontsize=8)
    plain(above)
    plain(below)
    return figure


def votes(description: Description) -> Figure:
    """How many votes the scores come from, and how the score rises with them."""
    voted = description.dataset.votes > 0
    cast = description.dataset.votes[voted]
    figure, axis = blank_figure(7.2, 2.5)
    edges = np.logspace(0, np.ceil(np.log10(cast.max() + 1)), 49)
    counts, _, _ = axis.hist(cast, edges, color=ACCENT)
    axis.axvline(MANY_VOTES, color=SECOND, linewidth=1.2)
    share = float((cast >= MANY_VOTES).mean())
    _beside(axis, f"{share:.0%} have {MANY_VOTES:,} or more", (MANY_VOTES, counts.max()), (5, 4), color=SECOND)
    axis.set(xscale="log", xlabel="votes", ylabel="posters", xlim=(edges[0], edges[-1]), ylim=(0, counts.max() * 1.12))
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.minorticks_off()
    plain(axis)
    return figure


def _beside(
    axis: Axes, words: str, place: tuple[float, float], offset: tuple[float, float], color: str = QUIET, **text: str
) -> None:
    """Small words so many points from a place."""
    axis.annotate(words, place, offset, textcoords="offset points", fontsize=8, color=color, **text)


def _middle_half(axis: Axes, place: int, values: np.ndarray) -> None:
    values = values[~np.isnan(values)]
    if len(values):
        low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
        axis.plot([place, place], [low, high], color=ACCENT, linewidth=6, alpha=0.35, solid_capstyle="round")
        axis.plot(place, middle, "o", color=ACCENT, markersize=5)
