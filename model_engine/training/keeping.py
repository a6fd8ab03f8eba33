"""What a version takes along from its pictures beside the network: the test for posters, and features to rehearse."""

from pathlib import Path
from typing import Final

import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.training.features import backbone_features
from model_engine.training.fitting_likeness import FittedLikeness, fit_likeness
from model_engine.training.writing import REPORTED_SPLITS, Trained

POSTERS_TO_FIT: Final = 6_000
"""Of the training split, beside the other pictures: more make no difference."""


def likeness_of(trained: Trained, non_posters: Dataset, cache: Path) -> FittedLikeness:
    """What tells posters from other pictures by the network's features.

    Raises:
        DatasetError: a picture cannot be read, or the other ones are all of one kind.
    """
    dataset = trained.dataset
    reported = [dataset.rows(split) for split in REPORTED_SPLITS]
    posters = dataset.select(np.sort(np.concatenate([_some(trained, POSTERS_TO_FIT), *reported])))
    return fit_likeness(
        posters, _features(trained, posters, cache), non_posters, _features(trained, non_posters, cache)
    )


def rehearsal_of(trained: Trained, cache: Path) -> np.ndarray:
    """Features (N, width) of some posters of the training split, as many as the recipe says.

    Raises:
        DatasetError: a picture cannot be read.
    """
    return _features(trained, trained.dataset.select(_some(trained, trained.recipe.rehearsal)), cache)


def _some(trained: Trained, count: int) -> np.ndarray:
    """Rows of the training split, drawn by the recipe's seed, in no order that says which posters they are."""
    train = trained.dataset.rows("train")
    return np.random.default_rng(trained.recipe.seed).permutation(train)[:count]


def _features(trained: Trained, pictures: Dataset, cache: Path) -> np.ndarray:
    return backbone_features(trained.network, pictures, trained.recipe.input, cache, lambda done, total: None)
