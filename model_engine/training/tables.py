"""What the training commands have to say, as tables: for a terminal, and as Markdown and CSV."""

import csv
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table as Shown

from model_engine.training.model_card import TASKS
from model_engine.training.recipe import read_recipe, recipe_names
from model_engine.training.tuning import Trial


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of words under a title."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def recipe_table() -> Shown:
    """All recipes with what they are and where they come from."""
    table = Shown(header_style="dim", box=None, pad_edge=False)
    table.add_column("recipe", no_wrap=True)
    table.add_column("network, input, task, what it starts from; epochs of each phase; source")
    for name in recipe_names():
        recipe = read_recipe(name)
        phases = "; ".join(
            f"{phase.trainable if isinstance(phase.trainable, str) else ', '.join(phase.trainable)} {phase.epochs}"
            for phase in recipe.phase
        )
        weights = {"none": "random weights", "imagenet": "ImageNet"}.get(recipe.weights, recipe.weights)
        size = f"{recipe.input.width}x{recipe.input.height}"
        learnt = f"the mean of {' and '.join(recipe.members)}" if recipe.members else f"{weights}; {phases}"
        what = f"{recipe.network}, {size}, {TASKS[recipe.task]}, {learnt}"
        table.add_row(name, f"{what}\n[dim]{recipe.source}[/]")
    return table


def fold_table(name: str, measured: list[dict[str, float]], summary: dict[str, tuple[float, float]]) -> Table:
    """A row per figure: mean and standard deviation over folds, then each fold."""
    rows = [
        (
            figure,
            f"{mean:.4g}",
            f"{spread:.2g}",
            *(f"{figures[figure]:.4g}" if figure in figures else "" for figures in measured),
        )
        for figure, (mean, spread) in summary.items()
    ]
    folds = tuple(f"fold {number + 1}" for number in range(len(measured)))
    return Table(title=f"{name}, {len(measured)} folds", columns=("figure", "mean", "spread", *folds), rows=rows)


def trial_table(name: str, figure: str, tried: list[Trial]) -> Table:
    """A row per trial, the best first."""
    names = tuple(dict.fromkeys(value for trial in tried for value in trial.values))
    rows = [
        (
            str(trial.number + 1),
            *(_short(trial.values.get(value, "")) for value in names),
            trial.fault or f"{trial.mean:.4f}",
            f"{trial.spread:.4f}" if trial.mean is not None else "",
        )
        for trial in tried
    ]
    return Table(title=f"{name}: {figure} by trial", columns=("trial", *names, "mean", "spread"), rows=rows)


def show_and_write(table: Table, path: Path) -> None:
    """Prints the table and writes it beside, as `.md` and `.csv`."""
    shown = Shown(title=table.title, title_justify="left", title_style="bold", header_style="dim", box=None)
    for number, name in enumerate(table.columns):
        shown.add_column(name, justify="right" if number else "left")
    for row in table.rows:
        shown.add_row(*row)
    Console(highlight=False).print(shown)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [table.columns, ("---",) * len(table.columns), *table.rows]
    text = f"{table.title}\n\n" + "".join("| " + " | ".join(line) + " |\n" for line in lines)
    path.with_name(f"{path.name}.md").write_text(text, encoding="utf-8")
    with path.with_name(f"{path.name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([table.columns, *table.rows])


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
