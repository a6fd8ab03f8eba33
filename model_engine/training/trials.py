"""What a trial of `tune` is: a recipe trained on folds or on the data set's own splits, and its figure."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import keras
import msgspec
import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.training.building import train
from model_engine.training.cross_validating import Named, folds_of
from model_engine.training.failures import told_in_one_sentence
from model_engine.training.fitting import run_fingerprint
from model_engine.training.measuring import figure, figures_on
from model_engine.training.progress import Telling
from model_engine.training.recipe import Range, Recipe


@dataclass(frozen=True, kw_only=True)
class Trials:
    """All trials of one search are measured alike."""

    dataset: Dataset
    groups: np.ndarray | None
    """(N,) int, see `datasets.splitting`; needed for folds."""
    folds: int
    """1: trained on the split train, measured on validation."""
    figure: str
    """Name of what is measured, see `measuring.figures_on`."""
    folder: Path
    cache: Path
    mixed_precision: bool
    telling: Telling

    def fingerprint(self, recipe: Recipe, ranges: dict[str, Range]) -> str:
        """Names a search: the same recipe, ranges, posters and figure."""
        asked = msgspec.json.encode([sorted(ranges.items()), self.folds, self.figure])
        return hashlib.sha256(run_fingerprint(recipe, self.dataset).encode() + asked).hexdigest()

    def measure(self, recipe: Recipe, number: int) -> list[float]:
        """The figure of a recipe, once per fold.

        Raises:
            DatasetError: a split or a class is empty, or a picture cannot be read.
            RecipeError: there is no such figure.
            TrainingError: as `building.train_version`.
        """
        if self.folds == 1 or self.groups is None:
            return [self._measure_once(recipe, self.dataset, "validation", f"trial {number + 1}")]
        dealt = folds_of(self.dataset, self.groups, self.folds, recipe.seed)
        return [
            self._measure_once(recipe, fold, "test", f"trial {number + 1}, fold {index + 1} of {self.folds}")
            for index, fold in enumerate(dealt)
        ]

    def _measure_once(self, recipe: Recipe, dataset: Dataset, split: str, name: str) -> float:
        run = self.folder / f".training-tune-{recipe.name}"
        with told_in_one_sentence(run, recipe):
            trained = train(
                recipe,
                dataset,
                run,
                self.cache,
                resume=False,
                mixed_precision=self.mixed_precision,
                telling=Named(name, self.telling),
            )
            found = figure(figures_on(trained, split), self.figure)
        keras.utils.clear_session()
        return found
