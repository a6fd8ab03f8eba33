"""Writes what a data set is like into a folder: the plots as PNG, and one HTML report."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from markupsafe import Markup

from model_engine.datasets.dataset import MANY_VOTES
from model_engine.datasets.describing import Description
from model_engine.datasets.description_plots import plots
from model_engine.datasets.findings import findings
from model_engine.datasets.manifest import DatasetError
from model_engine.reports.figures import inline_svg, write_png
from model_engine.reports.page import inline_picture, number, percent, write_page

REPORT_FILE: Final = "report.html"
PLOTS: Final = "plots"

IN_STRIP: Final = 8
"""Posters in each row of examples."""


class Example(NamedTuple):
    """A poster in the report."""

    picture: Markup
    title: str
    words: str


def write_report(description: Description, out: Path, title: str, chosen: str = "") -> Path:
    """Writes `report.html` and `plots/*.png`; returns where the report is.

    Args:
        description: Of one poster at least.
        out: Made where it is not there.
        title: Names the data set.
        chosen: Which of its posters these are, in words; empty for all.

    Raises:
        DatasetError: the folder cannot be written.
    """
    drawn = plots(description)
    try:
        (out / PLOTS).mkdir(parents=True, exist_ok=True)
        for name, figure in drawn.items():
            write_png(figure, out / PLOTS / f"{name}.png")
        write_page(
            out / REPORT_FILE,
            Path(__file__).with_name("description.html"),
            title=title,
            chosen=chosen,
            plots={name: inline_svg(figure, name, name.replace("-", " ")) for name, figure in drawn.items()},
            **_values(description),
        )
    except OSError as error:
        raise DatasetError(f"{out} cannot be written: {error.strerror or error}.") from error
    return out / REPORT_FILE


def _values(description: Description) -> dict[str, object]:
    dataset = description.dataset
    ranked = np.flatnonzero((dataset.votes >= MANY_VOTES) & ~np.isnan(dataset.scores))
    ranked = ranked[np.argsort(dataset.scores[ranked], kind="stable")]
    most_voted = (rows[np.argmax(dataset.votes[rows])] for rows in description.decades.values())
    everywhere = np.arange(len(description))
    parts = [everywhere, *description.splits.values()]
    classes = [description.classes(rows) for rows in parts]
    score_rows = [(f"score {description.good_at:g} or more", [description.good(rows) for rows in parts])]
    score_rows += [(name, [c[name] / max(sum(c.values()), 1) for c in classes]) for name in classes[0]]
    return {
        "count": len(description),
        "facts": _facts(description),
        "findings": findings(description),
        "genres": description.genres,
        "genres_a_poster": f"{dataset.genres.sum(axis=1).mean():.2f}",
        "pairs": description.pairs,
        "splits": description.splits,
        "score_rows": score_rows,
        "missing": description.missing,
        "pictures": description.pictures,
        "many_votes": number(MANY_VOTES),
        "best": _examples(description, ranked[::-1][: IN_STRIP * 2]),
        "worst": _examples(description, ranked[: IN_STRIP * 2]),
        "by_decade": _examples(description, most_voted, 20),
    }


def _facts(description: Description) -> list[tuple[str, str]]:
    years, scores = description.dataset.years, description.scored
    known = years[~np.isnan(years)]
    facts = [(number(len(description)), "posters"), (str(len(description.genres)), "genres that occur")]
    if len(known):
        facts.append((f"{known.min():.0f}–{known.max():.0f}", f"years, median {np.median(known):.0f}"))
    if len(scores):
        good = description.good(np.arange(len(description)))
        facts.append((f"{scores.mean():.2f}", f"mean score, spread {scores.std():.2f}"))
        facts.append((percent(good), f"score {description.good_at:g} or more"))
        facts.append((percent(description.many_votes / len(description)), f"have {MANY_VOTES:,} votes or more"))
    return facts


def _examples(description: Description, rows: Iterable[int], count: int = IN_STRIP) -> list[Example]:
    """The first so many of these posters that can be read."""
    dataset, examples = description.dataset, []
    for row in rows:
        if len(examples) == count:
            break
        try:
            picture = inline_picture(dataset.read(int(row)))
        except DatasetError:
            continue
        film = dataset.table.iloc[int(row)]
        year = "" if np.isnan(dataset.years[row]) else f"{dataset.years[row]:.0f}"
        score = "" if np.isnan(dataset.scores[row]) else f"{dataset.scores[row]:.1f}"
        title = film["title"] if isinstance(film["title"], str) else film["id"]
        examples.append(Example(picture, title, ", ".join(word for word in (year, score) if word)))
    return examples
