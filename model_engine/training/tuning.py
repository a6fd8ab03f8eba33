"""Searches a recipe's declared ranges for the values with the best figure; what was tried is kept in a database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import optuna
from optuna.trial import TrialState

from model_engine.training.failures import TrainingError
from model_engine.training.recipe import Range, Recipe, RecipeError
from model_engine.training.recipe_values import with_values

Measure = Callable[[Recipe, int], list[float]]
"""The figure of a recipe, once per fold; the number names the trial."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """Values that were tried, and what came of them."""

    number: int
    values: dict[str, Any]
    mean: float | None
    """None where it failed, for which `fault` says why."""
    spread: float
    """Standard deviation over folds; 0 with one."""
    fault: str = ""


def read_ranges(path: Path) -> dict[str, Range]:
    """Ranges by the names of values, from a TOML file such as a recipe's table `search`.

    Raises:
        RecipeError: the file cannot be read, or holds something else.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, Range])
    except (OSError, msgspec.DecodeError) as error:
        raise RecipeError(f"The ranges in {path} cannot be used: {error}.") from error


def tune(
    recipe: Recipe, ranges: dict[str, Range], trials: int, journal: Path, fingerprint: str, measure: Measure
) -> list[Trial]:
    """Trials until there are so many, those of earlier runs among them; the best first.

    Values are proposed by the tree-structured Parzen estimator (https://papers.nips.cc/paper/4443), seeded.

    Args:
        recipe: what is varied.
        ranges: what may be tried.
        trials: how many, in all.
        journal: SQLite file that keeps them.
        fingerprint: of the posters, the recipe and what is measured; a journal of another one is refused.
        measure: the figure to be made as large as possible.

    Raises:
        RecipeError: there is nothing to vary, or a range names no value.
        TrainingError: the journal is of something else, or every trial failed.
    """
    if not ranges:
        raise RecipeError(f"The recipe {recipe.name} declares no ranges; give some: --ranges FILE.")
    with_values(recipe, {name: _some(wide) for name, wide in ranges.items()})
    study = _open(recipe, journal, fingerprint)
    while len(_tried(study)) < trials:
        trial = study.ask()
        try:
            values = {name: _suggest(trial, name, wide) for name, wide in ranges.items()}
            found = measure(with_values(recipe, values), trial.number)
        except TrainingError as error:
            trial.set_user_attr("fault", str(error))
            study.tell(trial, state=TrialState.FAIL)
            continue
        trial.set_user_attr("spread", float(np.std(found, ddof=1)) if len(found) > 1 else 0.0)
        study.tell(trial, float(np.mean(found)))
    return _listed(study)


def _open(recipe: Recipe, journal: Path, fingerprint: str) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    journal.parent.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        storage=f"sqlite:///{journal}",
        study_name=recipe.name,
        direction="maximize",
        load_if_exists=True,
    )
    # A seed of its own for each run: the same one would propose again what an earlier run tried.
    study.sampler = optuna.samplers.TPESampler(seed=recipe.seed + len(study.trials))
    if study.user_attrs.setdefault("fingerprint", fingerprint) != fingerprint:
        raise TrainingError(f"{journal} is of another search: remove it, or give another --out.")
    study.set_user_attr("fingerprint", fingerprint)
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        # A run was killed in it. What it tried is tried again, and it counts for nothing.
        study.enqueue_trial(trial.params)
        study.tell(trial.number, state=TrialState.FAIL)
    return study


def _tried(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """Trials that came to an end of their own."""
    return [trial for trial in study.trials if trial.state == TrialState.COMPLETE or "fault" in trial.user_attrs]


def _listed(study: optuna.Study) -> list[Trial]:
    trials = [
        Trial(
            number=trial.number,
            values=trial.params,
            mean=trial.value,
            spread=trial.user_attrs.get("spread", 0.0),
            fault=trial.user_attrs.get("fault", ""),
        )
        for trial in _tried(study)
    ]
    if all(trial.mean is None for trial in trials):
        raise TrainingError(f"Every trial failed; the first: {trials[0].fault}")
    return sorted(trials, key=lambda trial: -np.inf if trial.mean is None else trial.mean, reverse=True)


def _suggest(trial: optuna.Trial, name: str, wide: Range) -> Any:
    if wide.choices:
        return trial.suggest_categorical(name, wide.choices)
    if isinstance(wide.low, int) and isinstance(wide.high, int):
        return trial.suggest_int(name, wide.low, wide.high, log=wide.log)
    return trial.suggest_float(name, float(wide.low or 0), float(wide.high or 0), log=wide.log)


def _some(wide: Range) -> Any:
    return wide.choices[0] if wide.choices else wide.low
