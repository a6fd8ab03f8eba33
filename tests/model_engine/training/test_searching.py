"""Cross-validation and tuning: tables with mean and spread, and runs that go on."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.training.cross_validating import cross_validate, folds_of, mean_and_spread
from model_engine.training.failures import Interrupted, TrainingError
from model_engine.training.measuring import figure
from model_engine.training.progress import Telling
from model_engine.training.recipe import Range, Recipe, RecipeError
from model_engine.training.tuning import read_ranges, tune
from tests.model_engine.training import tiny

RANGES = {"phase.learning_rate": Range(low=1e-4, high=1e-1, log=True), "loss": Range(choices=("focal", "asymmetric"))}


@pytest.fixture
def heads() -> Recipe:
    """Trains in a second: heads on features of the frozen network."""
    recipe = tiny.recipe(augmentation={}, **{"phase.epochs": 3})
    return msgspec.structs.replace(recipe, phase=recipe.phase[:1])


def alone(dataset: Dataset) -> np.ndarray:
    return np.arange(len(dataset))


def good_near_a_hundredth(tried: list[Recipe]) -> Callable[[Recipe, int], list[float]]:
    def measure(recipe: Recipe, number: int) -> list[float]:
        tried.append(recipe)
        return [-abs(np.log10(recipe.phase[0].learning_rate) + 2 + shift) for shift in (0.0, 0.1)]

    return measure


def test_every_poster_is_held_out_in_one_fold_and_the_test_split_in_none(toys: Dataset) -> None:
    folds = list(folds_of(toys, alone(toys), 3, seed=1))
    held_out = np.stack([fold.split == "test" for fold in folds])
    assert held_out.sum(axis=0).tolist() == [0 if split == "test" else 1 for split in toys.split]
    for fold in folds:
        assert fold.ids == toys.ids
        assert min(len(fold.rows(split)) for split in ("train", "validation", "test")) >= 5
        assert not (set(fold.rows("train")) | set(fold.rows("validation"))) & set(toys.rows("test"))


def test_near_duplicates_are_on_one_side(toys: Dataset) -> None:
    table = toys.table.assign(split="train")
    for fold in folds_of(Dataset(toys.folder, table), np.arange(len(toys)) // 2, 3, seed=1):
        assert (fold.split[::2] == fold.split[1::2]).all()


@pytest.mark.long
def test_folds_are_measured_and_an_interrupted_run_goes_on(toys: Dataset, heads: Recipe, tmp_path: Path) -> None:
    def run(telling: Telling, *, resume: bool) -> list[dict[str, float]]:
        return cross_validate(
            heads, toys, alone(toys), 3, tmp_path / "cv", tmp_path / "cache", resume=resume, telling=telling
        )

    whole = run(Telling(), resume=False)
    assert [round(fold["genres.macro_roc_auc"], 2) for fold in whole] == [1.0, 1.0, 1.0]
    (tmp_path / "cv" / "fold-3-of-3.json").unlink()

    class OneFold(Telling):
        def advance(self, what: str, done: int, total: int) -> None:
            assert what.startswith("fold 3 of 3")

    assert run(OneFold(), resume=True) == whole
    assert len(list((tmp_path / "cache").glob("features-*"))) == 1
    other = msgspec.structs.replace(heads, seed=9)
    with pytest.raises(TrainingError, match="of another recipe or other posters"):
        cross_validate(other, toys, alone(toys), 3, tmp_path / "cv", tmp_path, resume=True, telling=Telling())


def test_mean_and_spread_are_those_of_a_sample() -> None:
    summary = mean_and_spread([{"f1": 1.0, "auc": 0.5}, {"f1": 3.0}])
    assert summary["f1"] == (2.0, pytest.approx(2**0.5))
    assert summary["auc"] == (0.5, 0.0)


def test_a_search_finds_better_values_and_a_second_run_goes_on_with_its_journal(heads: Recipe, tmp_path: Path) -> None:
    tried: list[Recipe] = []
    journal = tmp_path / "tune.sqlite3"
    for trials in (4, 15):
        found = tune(heads, RANGES, trials, journal, "these", good_near_a_hundredth(tried))
    assert len(tried) == len(found) == 15
    assert len({recipe.phase[0].learning_rate for recipe in tried}) == 15
    assert found[0].mean == max(trial.mean for trial in found)
    assert found[0].mean > -0.5
    assert found[0].spread == pytest.approx(0.05 * 2**0.5)
    with pytest.raises(TrainingError, match="is of another search"):
        tune(heads, RANGES, 16, journal, "others", good_near_a_hundredth(tried))


def test_a_trial_that_was_interrupted_is_tried_again(heads: Recipe, tmp_path: Path) -> None:
    seen: list[float] = []

    def killed(recipe: Recipe, number: int) -> list[float]:
        seen.append(recipe.phase[0].learning_rate)
        raise Interrupted

    with pytest.raises(Interrupted):
        tune(heads, RANGES, 2, tmp_path / "tune.sqlite3", "these", killed)
    tried: list[Recipe] = []
    found = tune(heads, RANGES, 2, tmp_path / "tune.sqlite3", "these", good_near_a_hundredth(tried))
    assert tried[0].phase[0].learning_rate == pytest.approx(seen[0])
    assert len(found) == 2


def test_a_trial_that_fails_is_listed_with_its_cause(heads: Recipe, tmp_path: Path) -> None:
    tried: list[Recipe] = []

    def every_other(recipe: Recipe, number: int) -> list[float]:
        if number == 0:
            raise TrainingError("The loss is not a number any more.")
        return good_near_a_hundredth(tried)(recipe, number)

    found = tune(heads, RANGES, 3, tmp_path / "tune.sqlite3", "these", every_other)
    assert [trial.fault for trial in found] == ["", "", "The loss is not a number any more."]


def test_what_cannot_be_varied_is_told(heads: Recipe, tmp_path: Path) -> None:
    measure = good_near_a_hundredth([])
    with pytest.raises(RecipeError, match="declares no ranges"):
        tune(heads, {}, 3, tmp_path / "a", "these", measure)
    with pytest.raises(RecipeError, match="has no value speed"):
        tune(heads, {"speed.x": Range(low=1, high=2)}, 3, tmp_path / "a", "these", measure)
    (tmp_path / "ranges.toml").write_text("loss = 3")
    with pytest.raises(RecipeError, match="cannot be used"):
        read_ranges(tmp_path / "ranges.toml")
    with pytest.raises(RecipeError, match="no figure f2; there are: f1"):
        figure({"f1": 0.5}, "f2")
