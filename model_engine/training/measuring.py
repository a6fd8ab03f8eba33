"""Figures of what was just trained, by their names, for folds and trials."""

import numpy as np

from model_engine.training.evaluating import evaluate
from model_engine.training.recipe import RecipeError, TaskName
from model_engine.training.writing import Trained


def figures_on(trained: Trained, split: str) -> dict[str, float]:
    """`genres.macro_roc_auc`, `score.roc_auc` …: figures of what the task learnt, on a split.

    `roc_auc` is the mean of the two, or the one that there is.
    """
    found = evaluate(
        trained.dataset,
        split,
        trained.calibration,
        trained.genre_logits,
        trained.score_logits,
        trained.judged,
    )["model"]
    task = trained.recipe.task
    parts = [part for part in ("genres", "score") if task == "both" or (part == "genres") == (task == "genres")]
    figures = {f"{part}.{name}": value for part in parts for name, value in found[part].items()}
    areas = [figures[name] for name in ("genres.macro_roc_auc", "score.roc_auc") if name in figures]
    return {"roc_auc": float(np.mean(areas)), **figures}


def default_figure(task: TaskName) -> str:
    """What `tune` makes as large as it can."""
    return "genres.mean_average_precision" if task == "genres" else "roc_auc"


def figure(figures: dict[str, float], name: str) -> float:
    """One of them.

    Raises:
        RecipeError: there is none of this name.
    """
    if name not in figures:
        raise RecipeError(f"There is no figure {name}; there are: {', '.join(figures)}.")
    return figures[name]
