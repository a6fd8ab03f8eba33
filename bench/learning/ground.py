"""What a simulation stands on: a champion that never saw the crowd's posters, and posters that no member touches."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import keras
import numpy as np

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import Dataset
from model_engine.learning.examples import Examples
from model_engine.preprocessing import Preprocessing
from model_engine.training.calibrating import fit_calibration
from model_engine.training.features import backbone_features
from model_engine.training.heads import fit_heads
from model_engine.training.keras_file import round_kernels
from model_engine.training.recipe import Recipe, read_recipe
from model_engine.training.starting import first_network
from model_engine.training.tasks import task_of
from model_engine.versions import Heads
from models.genres import GENRES

RECIPE: Final = "efficientnet-lite0-features"

CROWD: Final = 0.3
"""Share of the training split that the crowd corrects and the champion never sees."""

ANCHORS: Final = 1 / 3
"""Share of the split that is measured on which is the anchor set; the rest is far from all that the gate sees."""

REMEMBERED: Final = 2_000
"""Posters whose features the champion remembers, as many as a version keeps."""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """What the champion's network is shown, where more than its heads learns."""

    dataset: Dataset
    preprocessing: Preprocessing
    network: keras.Model
    """The champion's, with its heads."""
    crowd: np.ndarray
    """Rows of the data set."""
    anchors: np.ndarray
    far: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Parts of a data set, by a hash of each poster's id; no poster is in two of them."""

    champion: Heads
    calibration: Calibration
    """The champion's, fitted on the validation split."""
    judged: np.ndarray
    """(24,) bool."""
    rehearsal: np.ndarray
    """(M, width) float32: features of posters that the champion was trained on."""
    crowd: Examples
    """What members correct, with its true labels."""
    group_ids: tuple[str, ...]
    """Of the crowd's posters, as the database would call them."""
    anchors: Examples
    far: Examples
    train_on: Callable[[np.ndarray], Heads]
    """Heads trained anew on the champion's posters and these rows of the crowd, with their true labels."""
    pictures: Pictures | None = None


def open_ground(data: Path, cache: Path, *, measure_on: str, known_before: int | None = None) -> Ground:
    """The ground on a data set's posters.

    Args:
        data: a labelled data set with splits.
        cache: where features are kept; computing them takes minutes, once.
        measure_on: split that anchors and far posters are of: `validation` to choose values by, `test` for figures.
        known_before: the champion learnt from films before this year alone, and all that the crowd corrects and the far
            posters are of later ones; None: all are of all years.

    Raises:
        DatasetError: it is no data set, or a picture cannot be read.
    """
    recipe, dataset = read_recipe(RECIPE), Dataset.open(data)
    dataset.require_splits()
    keras.utils.set_random_seed(recipe.seed)
    network = first_network(recipe, task_of(recipe, dataset))
    round_kernels(network)
    features = backbone_features(network, dataset, recipe.input, cache, _tell)
    drawn = np.array([_share_of(name) for name in dataset.ids])
    train, validation, measured = (dataset.rows(split) for split in ("train", "validation", measure_on))
    base, crowd = train[drawn[train] >= CROWD], train[drawn[train] < CROWD]
    anchors, far = measured[drawn[measured] < ANCHORS], measured[drawn[measured] >= ANCHORS]
    if known_before is not None:
        base, validation = (rows[dataset.years[rows] < known_before] for rows in (base, validation))
        crowd, far = (rows[dataset.years[rows] >= known_before] for rows in (crowd, far))

    def train_on(rows: np.ndarray) -> Heads:
        return _fitted(recipe, dataset, features, np.concatenate([base, crowd[rows], validation]))

    champion = train_on(np.arange(0))
    network.get_layer("genre_logits").set_weights([champion.genre_kernel, champion.genre_bias])
    network.get_layer("score_logits").set_weights([champion.score_kernel, champion.score_bias])
    genre_logits = features[validation] @ champion.genre_kernel + champion.genre_bias
    score_logits = features[validation] @ champion.score_kernel + champion.score_bias
    return Ground(
        champion=champion,
        calibration=fit_calibration(genre_logits, score_logits, dataset.genres[validation], dataset.scores[validation]),
        judged=np.isin(GENRES, task_of(recipe, dataset).judged),
        rehearsal=features[np.random.default_rng(0).permutation(base)[:REMEMBERED]],
        crowd=_true(dataset, features, crowd),
        group_ids=tuple(hashlib.sha256(dataset.ids[row].encode()).hexdigest() for row in crowd),
        anchors=_true(dataset, features, anchors),
        far=_true(dataset, features, far),
        train_on=train_on,
        pictures=Pictures(
            dataset=dataset, preprocessing=recipe.input, network=network, crowd=crowd, anchors=anchors, far=far
        ),
    )


def _share_of(name: str) -> float:
    """Where a poster's id falls between 0 and 1; the same for ever."""
    return int.from_bytes(hashlib.sha256(f"bench {name}".encode()).digest()[:8], "big") / 2**64


def _fitted(recipe: Recipe, dataset: Dataset, features: np.ndarray, rows: np.ndarray) -> Heads:
    part = dataset.select(rows)
    fitted = fit_heads(features[rows], part, recipe, task_of(recipe, part))
    genres, score = fitted["genre_logits"].head, fitted["score_logits"].head
    return Heads(genre_kernel=genres.kernel, genre_bias=genres.bias, score_kernel=score.kernel, score_bias=score.bias)


def _true(dataset: Dataset, features: np.ndarray, rows: np.ndarray) -> Examples:
    scores = dataset.scores[rows]
    return Examples(
        features=features[rows],
        genres=dataset.genres[rows],
        genre_weights=dataset.genres[rows].any(axis=1).astype(np.float32),
        scores=scores.astype(np.float32),
        score_weights=(~np.isnan(scores)).astype(np.float32),
    )


def _tell(done: int, total: int) -> None:
    if done % 2_000 < 16 or done == total:
        print(f"features of {done:,} of {total:,} posters", flush=True)
