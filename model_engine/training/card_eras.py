"""What a version's card tells of films of different times."""

from typing import Any, Final

from model_engine.training.eras import LEAST_OF_ERA, LEAST_OF_GENRE

LAST_YEAR: Final = 2100
"""An era that ends later has no end yet."""


def eras_table(by_era: dict[str, Any]) -> str:
    """What is told of films of different times: what the figures are over, and a table."""
    left_out = f"{by_era['left_out']:,} posters have no year that is known, or are of an era with fewer than"
    if not by_era["eras"]:
        return f"{left_out} {LEAST_OF_ERA}: too few to tell by."
    names = f"is over {', '.join(by_era['genres'])}" if by_era["genres"] else "is over no genre"
    lines = [
        f"ROC-AUC of genres {names}: those with {LEAST_OF_GENRE} posters or more in every row. P(good) is the mean",
        "probability of a good score, good the share of films that have one. In brackets 95 % intervals.",
        f"{left_out} {LEAST_OF_ERA}.",
        "",
        "| years | posters | genres: ROC-AUC | hit@1 | constant hit@1 | verdict: ROC-AUC | P(good) | good |",
        "|---|---:|---|---|---:|---|---:|---:|",
    ]
    for era in by_era["eras"]:
        figures = era["figures"]
        genres, hit, verdict = (interval(figures.get(name)) for name in ("macro_roc_auc", "hit_at_1", "roc_auc"))
        constant = cell(figures.get("hit_at_1", {}).get("baselines", {}).get("constant"))
        p_good, good = (cell(figures.get(name, {}).get("value")) for name in ("p_good", "good"))
        cells = " | ".join((genres, hit, constant, verdict, p_good, good))
        lines.append(f"| {_span(era)} | {era['posters']:,} | {cells} |")
    return "\n".join(lines)


def weak_eras(eras: list[dict[str, Any]]) -> str:
    """A line for each era that is not for certain judged better than by a constant answer, or is off in the mean."""
    lines = []
    for era in eras:
        said, figures = [], era["figures"]
        if "hit_at_1" in figures and figures["hit_at_1"]["leads"]["constant"][0] <= 0:
            said.append("its likeliest genre is not for certain right more often than the commonest one is")
        verdict = figures.get("roc_auc", {}).get("low")
        if verdict is not None and verdict <= 0.5:
            said.append("its verdict is not for certain better than a coin's")
        if "excess" in figures and figures["excess"]["low"] * figures["excess"]["high"] > 0:
            p_good, good = (figures[name]["value"] for name in ("p_good", "good"))
            said.append(f"P(good) is {p_good:.2f} in the mean where {good:.2f} are good")
        if said:
            lines.append(f"- Films {_span(era)}: {'; '.join(said)}.\n")
    return "".join(lines)


def _span(era: dict[str, Any]) -> str:
    first, end = era["years"]
    return f"before {end}" if not first else f"since {first}" if end > LAST_YEAR else f"{first} to {end - 1}"


def interval(estimate: dict[str, Any] | None) -> str:
    """A figure of three digits with its interval; a dash where it does not exist."""
    if estimate is None or estimate["value"] is None:
        return "–"
    return f"{estimate['value']:.3f} ({estimate['low']:.3f} to {estimate['high']:.3f})"


def cell(figure: float | None) -> str:
    """A figure of three digits, or a dash."""
    return "–" if figure is None else f"{figure:.3f}"
