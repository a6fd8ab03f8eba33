"""Trains a recipe once per fold, measured each time on posters that took no part: figures with mean and spread."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import keras
import msgspec
import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.splitting import deal, fold_numbers, labels_of
from model_engine.training.building import train
from model_engine.training.failures import TrainingError, told_in_one_sentence
from model_engine.training.fitting import run_fingerprint
from model_engine.training.measuring import figures_on
from model_engine.training.progress import Epoch, Telling
from model_engine.training.recipe import Recipe

VALIDATION_SHARE: Final = 0.15
"""Of the posters outside of a fold: what stops, calibrates and sets thresholds in it."""

Figures = dict[str, float]


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """A fold that was measured, as its file keeps it."""

    fingerprint: str
    figures: Figures


class Named(Telling):
    """Tells what another is to show, with a name before it."""

    def __init__(self, name: str, telling: Telling) -> None:
        """Takes the name and who shows it."""
        self._name, self._telling = name, telling

    def advance(self, what: str, done: int, total: int) -> None:
        """See `Telling`."""
        self._telling.advance(f"{self._name}: {what}", done, total)

    def epoch(self, epoch: Epoch, best: bool) -> None:
        """See `Telling`."""
        self._telling.epoch(msgspec.structs.replace(epoch, phase=f"{self._name}: {epoch.phase}"), best)


def cross_validate(
    recipe: Recipe,
    dataset: Dataset,
    groups: np.ndarray,
    folds: int,
    folder: Path,
    cache: Path,
    *,
    resume: bool,
    mixed_precision: bool = False,
    telling: Telling,
) -> list[Figures]:
    """Figures of each fold, measured on it after training on the others.

    Args:
        recipe: what is trained.
        dataset: posters; what is in the split test takes no part.
        groups: (N,) int; posters of one group stay in one fold.
        folds: how many, 2 at least.
        folder: keeps the figures of each fold as soon as there are any.
        cache: as in `train_version`.
        resume: whether folds that were measured are left alone, and one that was interrupted goes on.
        mixed_precision: as in `train_version`.
        telling: told how far it is.

    Raises:
        DatasetError: there are too few posters, or a picture cannot be read.
        TrainingError: as `train_version`; or the folder is of another recipe, other posters or other folds.
    """
    measured: list[Figures] = []
    for number, dealt in enumerate(folds_of(dataset, groups, folds, recipe.seed)):
        fingerprint = run_fingerprint(recipe, dealt)
        path = folder / f"fold-{number + 1}-of-{folds}.json"
        if resume and path.is_file():
            measured.append(_read(path, fingerprint))
            continue
        run = folder / f".training-fold-{number + 1}"
        with told_in_one_sentence(run, recipe):
            trained = train(
                recipe,
                dealt,
                run,
                cache,
                resume=resume,
                mixed_precision=mixed_precision,
                telling=Named(f"fold {number + 1} of {folds}", telling),
            )
            measured.append(figures_on(trained, "test"))
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f".{path.name}"
            draft.write_bytes(msgspec.json.encode(Fold(fingerprint=fingerprint, figures=measured[-1])))
            draft.replace(path)
        keras.utils.clear_session()
    return measured


def folds_of(dataset: Dataset, groups: np.ndarray, folds: int, seed: int) -> Iterator[Dataset]:
    """The data set once per fold, with the fold as its split test and a part of the others as validation.

    Raises:
        DatasetError: there are fewer posters than folds.
    """
    numbers = fold_numbers(dataset, groups, folds, seed)
    for fold in range(folds):
        split = np.full(len(dataset), "", dtype=object)
        split[numbers == fold] = "test"
        rest = np.flatnonzero((numbers >= 0) & (numbers != fold))
        shares = (1 - VALIDATION_SHARE, VALIDATION_SHARE)
        parts = deal(labels_of(dataset)[rest], groups[rest], shares, seed + fold)
        split[rest[parts == 0]] = "train"
        split[rest[parts == 1]] = "validation"
        # All rows stay, in their order, so that every fold finds the same prepared pictures and features.
        yield Dataset(dataset.folder, dataset.table.assign(split=split).astype({"split": "str"}))


def mean_and_spread(measured: list[Figures]) -> dict[str, tuple[float, float]]:
    """Of each figure: its mean over folds, and its standard deviation (of a sample; 0 for one fold)."""
    names = dict.fromkeys(name for figures in measured for name in figures)
    columns = {name: np.array([figures[name] for figures in measured if name in figures]) for name in names}
    return {
        name: (float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0)
        for name, values in columns.items()
    }


def _read(path: Path, fingerprint: str) -> Figures:
    try:
        fold = msgspec.json.decode(path.read_bytes(), type=Fold)
    except msgspec.DecodeError as error:
        raise TrainingError(f"{path} cannot be read ({error}); remove it.") from error
    if fold.fingerprint != fingerprint:
        raise TrainingError(f"{path} is of another recipe or other posters; leave --resume out to begin anew.")
    return fold.figures
