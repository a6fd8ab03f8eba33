"""What the commands on a data set have to say, as tables for a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from rich.console import Console, RenderableType
from rich.table import Table

from model_engine.datasets.cleaning import Cleaned
from model_engine.datasets.dataset import SPLITS, Dataset
from model_engine.datasets.describing import Description
from model_engine.datasets.segmenting import Region
from models.genres import GENRES
from models.scores import GOOD_AT


def show(table: RenderableType) -> None:
    """Prints to standard output."""
    Console(highlight=False).print(table, "")


def counted(title: str, counts: Mapping[str, int], of: int) -> Table:
    """Names with how many posters each has and what part of all that is."""
    table = _titled(title, "", "posters", "share")
    for name, count in counts.items():
        table.add_row(name, f"{count:,}", part(count, of), style=None if count else "dim")
    return table


def dropped(cleaned: Cleaned, of: int) -> Table:
    """Why posters were dropped, and how many stay."""
    table = counted("dropped, by the first reason", cleaned.counts(), of)
    table.add_section()
    table.add_row("stay", f"{len(cleaned.kept):,}", part(len(cleaned.kept), of), style="bold")
    return table


def genres_by(title: str, dataset: Dataset, parts: Mapping[str, np.ndarray], good_at: float = GOOD_AT) -> Table:
    """Posters of each part, and what share of them is good and has each genre.

    Args:
        title: Above the table.
        dataset: N posters.
        parts: Row numbers by name.
        good_at: Score from which a film is good.
    """
    table = _titled(title, "", *parts)
    table.add_row("posters", *(f"{len(rows):,}" for rows in parts.values()), style="bold")
    table.add_row(f"score of {good_at:g} or more", *(_good(dataset, rows, good_at) for rows in parts.values()))
    table.add_section()
    for column, genre in enumerate(GENRES):
        if dataset.genres[:, column].any():
            table.add_row(genre, *(part(int(dataset.genres[rows, column].sum()), len(rows)) for rows in parts.values()))
    return table


def by_split(dataset: Dataset, good_at: float = GOOD_AT) -> Table:
    """`genres_by` for the splits that there are."""
    parts = {name: dataset.rows(name) for name in (*SPLITS, "")}
    return genres_by("splits", dataset, {name or "in none": rows for name, rows in parts.items() if len(rows)}, good_at)


def regions(found: Sequence[Region], shown: int = 12) -> Table:
    """A poster's largest regions."""
    table = _titled(f"{len(found)} regions, the largest", "region", "of the picture", "colour", "lies")
    for region in found[:shown]:
        lies = "in front" if region.foreground > 0.5 else "behind"
        table.add_row(str(region.number), f"{region.share:.1%}", f"[on {region.colour}]    [/] {region.colour}", lies)
    return table


def described(description: Description) -> list[Table]:
    """What `dataset describe` prints: genres, those drawn to each other, scores by split, spread, gaps."""
    classes = _titled("scores", "", *description.splits)
    by_split = [description.classes(rows) for rows in description.splits.values()]
    for name in by_split[0]:
        classes.add_row(name, *(part(counts[name], sum(counts.values())) for counts in by_split))
    missing = counted("missing", description.missing, len(description))
    return [_genres(description), _pairs(description), classes, _spread(description), missing]


def _genres(description: Description) -> Table:
    table = _titled("genres", "", "posters", "share", "median score", f"{description.good_at:g} or more")
    for genre in description.genres:
        share, middle = part(genre.posters, len(description)), genre.quartiles[1]
        scores = ("–", "–") if np.isnan(middle) else (f"{middle:.1f}", f"{genre.good:.0%}")
        table.add_row(genre.name, f"{genre.posters:,}", share, *scores)
    return table


def _pairs(description: Description, shown: int = 8) -> Table:
    table = _titled("drawn to each other", "", "posters", "times chance")
    for pair in description.pairs[:shown]:
        table.add_row(f"{pair.one} and {pair.other}", f"{pair.posters:,}", f"{pair.lift:.1f}")
    return table


def _spread(description: Description) -> Table:
    table = _titled("spread", "", "least", "a quarter", "half", "three quarters", "most")
    years = description.dataset.years[~np.isnan(description.dataset.years)]
    for name, values, form in (
        ("year", years, "{:.0f}"),
        ("score", description.scored, "{:.1f}"),
        ("votes", description.voted, "{:,.0f}"),
    ):
        if len(values):
            table.add_row(name, *(form.format(value) for value in np.quantile(values, (0, 0.25, 0.5, 0.75, 1))))
    return table


def unknown(genres: Counter[str]) -> str:
    """One line on names of genres that were taken out."""
    names = ", ".join(f"{name} ({count:,})" for name, count in genres.most_common())
    return f"Not among the {len(GENRES)} genres, and taken out: {names}."


def part(count: int, of: int) -> str:
    """A share in percent, with as many digits as say something."""
    if not count:
        return "–"
    share = 100 * count / of
    if share < 0.1:
        return "< 0.1%"
    if 99.9 < share < 100:
        return "> 99.9%"
    return f"{share:.0f}%" if 10 <= share < 99 or count == of else f"{share:.1f}%"


def _good(dataset: Dataset, rows: np.ndarray, good_at: float) -> str:
    scores = dataset.scores[rows]
    return part(int((scores >= good_at).sum()), int((~np.isnan(scores)).sum()))


def _titled(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
