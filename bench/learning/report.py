"""The report: a table of each measurement, as Markdown."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from bench.learning.asking import LABELS
from bench.learning.curves import Row
from bench.learning.plots import GROUNDS, MEMORIES, Found


def written(found: Found) -> str:
    """All tables of what was measured."""
    parts: list[str] = ["# The learning loop, simulated"]
    for part, grounds, heading, header, lines in SECTIONS:
        for ending, ground in grounds.items():
            if rows := found.get(f"{part}{ending}"):
                parts += [f"## {heading.format(ground)}", _table(header, lines(rows))]
    return "\n\n".join(parts) + "\n"


CURVES = ("crowd", "corrected posters", "genres, macro ROC-AUC", "verdict, ROC-AUC", "log loss", "passes the gate")
ATTACKS = ("attack", "seeds", "rise in the mean", "worst seed's 95 % bound", "worst seed", "refused by the gate")
POISONS = ("lie", "seeds", "refused", "refused without the anchor set", "by")
PASSING = ("held-out posters", "no better passes", "better passes", "level", "gain")
ASKING = ("asked by", *(f"{labels:,} labels" for labels in LABELS), "labels at random for the same as its 1,000")

DEEPER = ("crowd", "corrected posters", "recipe", "genres, macro ROC-AUC", "verdict, ROC-AUC", "log loss",
          "anchors' loss rises", "worst seed's 95 % bound")  # fmt: skip


def _curves(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for crowd, size in dict.fromkeys((row["crowd"], row["size"]) for row in rows):
        own = [row for row in rows if (row["crowd"], row["size"]) == (crowd, size)]
        passed = [not row["refused"] for row in own if "refused" in row]
        figures = (_spread([row[name] for row in own]) for name in ("genres", "verdict", "loss"))
        yield crowd, f"{size:,}", *figures, f"{sum(passed)} of {len(passed)}" if passed else ""


def _attacks(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for attack, own in _by(rows, "attack"):
        worst = max(row["upper"] for row in own)
        refused = sum(bool(row["refused"]) for row in own)
        yield (attack, f"{len(own)}", f"{np.mean([row['mean'] for row in own]):+.2%}", f"{worst:+.2%}",
               f"{max(row['mean'] for row in own):+.2%}", f"{refused} of {len(own)}")  # fmt: skip


def _poisons(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for lie, own in _by(rows, "lie"):
        without = sum(bool(set(row["refused"]) - {"anchors"}) for row in own)
        checks = sorted({check for row in own for check in row["refused"]})
        counts = (f"{check} {sum(check in row['refused'] for row in own)}" for check in checks)
        yield lie, f"{len(own)}", f"{sum(bool(row['refused']) for row in own)}", f"{without}", ", ".join(counts)


def _passing(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for row in rows:
        yield (f"{row['posters']:,}", f"{row['no better']:.1%}", f"{row['better']:.1%}", f"{row['level']:.1%}",
               f"{-row['gain']:.2%}")  # fmt: skip


def _asking(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    at_random = [_mean_loss(rows, "random", labels) for labels in LABELS]
    for wish, _ in _by(rows, "wish"):
        losses = [_mean_loss(rows, wish, labels) for labels in LABELS]
        yield wish, *(f"{loss:+.4f}" for loss in losses), _same_gain(losses[LABELS.index(1_000)], at_random)


def _deeper(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for crowd, size, recipe in dict.fromkeys((row["crowd"], row["size"], row["recipe"]) for row in rows):
        own = [row for row in rows if (row["crowd"], row["size"], row["recipe"]) == (crowd, size, recipe)]
        figures = (_spread([row[name] for row in own]) for name in ("genres", "verdict", "loss"))
        rise = f"{np.mean([row['mean'] for row in own]):+.2%}", f"{max(row['upper'] for row in own):+.2%}"
        yield crowd, f"{size:,}", recipe, *figures, *rise


def _same_gain(loss: float, at_random: Sequence[float]) -> str:
    """Labels at random after which the loss changed as much, between the numbers that were tried."""
    if loss < at_random[-1]:
        return f"more than {LABELS[-1]:,}"
    return f"{np.interp(-loss, [0.0, *(-value for value in at_random)], [0, *LABELS]):,.0f}"


def _mean_loss(rows: Sequence[Row], wish: str, labels: int) -> float:
    return float(np.mean([row["loss"] for row in rows if (row["wish"], row["labels"]) == (wish, labels)]))


def _by(rows: Sequence[Row], name: str) -> Iterator[tuple[Any, list[Row]]]:
    for value in dict.fromkeys(row[name] for row in rows):
        yield value, [row for row in rows if row[name] == value]


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.4f}" + (f" ± {np.std(values):.4f}" if len(values) > 1 else "")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


SECTIONS: Final[Sequence[tuple[str, Mapping[str, str], str, Sequence[str], Callable[..., Iterator[Sequence[str]]]]]] = (
    ("curves", GROUNDS, "Corrected posters: {}", CURVES, _curves),
    ("attacked", MEMORIES, "Attacks: {}", ATTACKS, _attacks),
    ("poisoned", {"": ""}, "All members lie", POISONS, _poisons),
    ("passing", GROUNDS, "The gate's comparison: {}", PASSING, _passing),
    ("asking", GROUNDS, "Which posters to ask about: {}", ASKING, _asking),
    ("deeper", GROUNDS, "Deeper: {}", DEEPER, _deeper),
)
"""Part, what the ends of its name mean, heading, and what its table is made by."""
