"""One table over several versions: a line each, below them what knows little."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Final

from rich.console import Group
from rich.table import Table

from model_engine.datasets.manifest import DatasetError
from model_engine.evaluation.results import Estimate, Evaluation

Cell = float | None

FIGURES: Final[tuple[tuple[str, str, str], ...]] = (
    ("ROC-AUC genres", "genres", "macro_roc_auc"),
    ("mAP", "genres", "mean_average_precision"),
    ("macro F1", "genres", "macro_f1"),
    ("micro F1", "genres", "micro_f1"),
    ("hit@1", "genres", "hit_at_1"),
    ("hit@3", "genres", "hit_at_3"),
    ("verdict accuracy", "verdict", "accuracy"),
    ("ROC-AUC verdict", "verdict", "roc_auc"),
    ("balanced accuracy", "verdict", "balanced_accuracy"),
    ("ECE beyond chance", "verdict", "ece_beyond_chance"),
    ("Spearman", "score", "spearman"),
    ("RMSE", "score", "rmse"),
)
"""Column, part and name of each figure on the evaluated split."""

ACCURACIES: Final[tuple[tuple[str, str, str], ...]] = (
    ("genre accuracy, train", "train", "genres"),
    ("genre accuracy, validation", "validation", "genres"),
    ("verdict accuracy, train", "train", "verdict"),
    ("verdict accuracy, validation", "validation", "verdict"),
)
"""Column, split and kind: what projects on posters publish, and what tells how far a version overfits."""

COLUMNS: Final = ("version", "task", *(title for title, _, _ in (*ACCURACIES, *FIGURES)))

BASELINES: Final = ("constant", "decade", "true genres")
"""The same for every version that was evaluated on the same posters; `neighbours` depends on its features."""

Row = tuple[str, str, tuple[Cell, ...]]


def rows(evaluations: Sequence[Evaluation]) -> list[Row]:
    """A row per version, in the order given, then the baselines on the same posters.

    Raises:
        DatasetError: they were not evaluated on the same posters.
    """
    if len({(one.dataset, one.split) for one in evaluations}) > 1:
        raise DatasetError("Versions can be compared on the same posters only.")
    lines: list[Row] = [(one.version, one.task, _cells(one)) for one in evaluations]
    # The version with most judged genres is about most of them; figures of groups of genres are not comparable.
    first = max(evaluations, key=lambda one: sum(genre.judged for genre in one.genres))
    return lines + [(f"({name})", "–", _baseline_cells(first, name)) for name in BASELINES]


def screen_table(lines: Sequence[Row], width: int) -> Group:
    """For a terminal of so many columns: versions side by side, and where they are too many, table below table."""
    titles = ("task", *COLUMNS[2:])
    room = width - max(map(len, titles))
    tables: list[list[Row]] = [[]]
    for line in lines:
        if tables[-1] and sum(_screen_width(one) for one in (*tables[-1], line)) > room:
            tables.append([])
        tables[-1].append(line)
    parted = [part for some in tables for part in (_beside(titles, some), "")]
    return Group(*parted[:-1])


def _screen_width(line: Row) -> int:
    name, task, _ = line
    return 2 + max(len(name), len(task), 6)


def _beside(titles: Sequence[str], lines: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    for name, _, _ in lines:
        table.add_column(name, justify="right", no_wrap=True, style="dim" if name.startswith("(") else None)
    columns = [(task, *map(_shown, cells)) for _, task, cells in lines]
    for title, *row in zip(titles, *columns, strict=True):
        table.add_row(title, *row)
    return table


def markdown(lines: Sequence[Row]) -> str:
    """For a document: versions as rows."""
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * 2}{'---:|' * (len(COLUMNS) - 2)}\n"
    return head + "".join(f"| {name} | {task} | {' | '.join(map(_shown, cells))} |\n" for name, task, cells in lines)


def comma_separated(lines: Sequence[Row]) -> str:
    """For other programs; what does not exist is empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        [name, task, *("" if cell is None else f"{cell:.6g}" for cell in cells)] for name, task, cells in lines
    )
    return file.getvalue()


def _cells(one: Evaluation) -> tuple[Cell, ...]:
    """Of what the version did not learn there is nothing to compare."""
    accuracies = [one.accuracy.get(split, {}).get(kind) for _, split, kind in ACCURACIES]
    parts = [kind for _, _, kind in ACCURACIES] + [part for _, part, _ in FIGURES]
    cells = [*accuracies, *_figures(one, lambda estimate: estimate.value)]
    return tuple(cell if one.learnt(part) else None for part, cell in zip(parts, cells, strict=True))


def _baseline_cells(one: Evaluation, name: str) -> tuple[Cell, ...]:
    return (*([None] * len(ACCURACIES)), *_figures(one, lambda estimate: estimate.baselines.get(name)))


def _figures(one: Evaluation, value: Callable[[Estimate], Cell]) -> list[Cell]:
    found = [one.parts[part].get(name) for _, part, name in FIGURES]
    return [None if estimate is None else value(estimate) for estimate in found]


def _shown(cell: Cell) -> str:
    return "–" if cell is None else f"{cell:.3f}"
