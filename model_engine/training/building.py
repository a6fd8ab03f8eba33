"""From a recipe and a folder of labelled posters to a sealed version."""

import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import structlog

from model_engine.calibration import Calibration
from model_engine.datasets.dataset import Dataset
from model_engine.networks.imagenet_weights import assign_lite0, lite0_tensors
from model_engine.networks.judge_network import build_judge_network
from model_engine.training.calibrating import fit_calibration
from model_engine.training.features import Progress, backbone_features
from model_engine.training.heads import Fitted, Standardisation, fit_genre_head, fit_score_head
from model_engine.training.keras_file import round_kernels
from model_engine.training.recipe import Recipe
from model_engine.training.writing import Trained, write_version

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class FittedHeads:
    """Both heads as the version will hold them, with what they say of every poster of the data set."""

    genre: Fitted
    score: Fitted
    genre_logits: np.ndarray
    score_logits: np.ndarray


def frozen_network(recipe: Recipe) -> keras.Model:
    """The recipe's network with ImageNet weights as the files will hold them; its heads are still random.

    Raises:
        WeightsMissing: the package with the ImageNet weights is not installed.
        ValueError: the recipe names no known backbone.
    """
    network = build_judge_network(recipe.backbone, recipe.input.height, recipe.input.width)
    assign_lite0(network, lite0_tensors())
    round_kernels(network)
    return network


def fit_heads(features: np.ndarray, dataset: Dataset, recipe: Recipe) -> FittedHeads:
    """Both heads on these features (N, 1280), each seeded apart so that neither depends on the other."""
    scale = Standardisation.of(features[dataset.rows("train")])
    keras.utils.set_random_seed(recipe.seed)
    genre = fit_genre_head(features, dataset, scale, recipe.genre_head)
    keras.utils.set_random_seed(recipe.seed)
    score = fit_score_head(features, dataset, scale, recipe.score_head, recipe.score_targets)
    return FittedHeads(
        genre=genre,
        score=score,
        genre_logits=genre.head.as_stored().logits(features),
        score_logits=score.head.as_stored().logits(features),
    )


def calibrate(heads: FittedHeads, dataset: Dataset) -> Calibration:
    """Fitted on the validation split alone."""
    held = dataset.rows("validation")
    return fit_calibration(
        heads.genre_logits[held], heads.score_logits[held], dataset.genres[held], dataset.scores[held]
    )


def train_version(recipe: Recipe, dataset: Dataset, out: Path, cache: Path, progress: Progress) -> Path:
    """Makes the recipe's version below `out` and returns its folder.

    Args:
        recipe: what to make.
        dataset: labelled posters, each in a split.
        out: the version's folder is made in it, named as the recipe says.
        cache: features are kept here, for the next run on the same posters.
        progress: told how many posters were seen.

    Raises:
        DatasetError: a split is empty, or a picture cannot be read.
        VersionError: `exists`: the version's folder is there already.
        WeightsMissing: the ImageNet weights are not installed.
    """
    started = time.monotonic()
    dataset.require_splits()
    network = frozen_network(recipe)
    features = backbone_features(network, dataset, recipe.input, cache, progress)
    heads = fit_heads(features, dataset, recipe)
    network.get_layer("genre_logits").set_weights([heads.genre.head.kernel, heads.genre.head.bias])
    network.get_layer("score_logits").set_weights([heads.score.head.kernel, heads.score.head.bias])
    round_kernels(network)
    folder = write_version(
        Trained(
            recipe=recipe,
            dataset=dataset,
            network=network,
            calibration=calibrate(heads, dataset),
            genre_logits=heads.genre_logits,
            score_logits=heads.score_logits,
            histories={"genre": heads.genre.history, "score": heads.score.history},
        ),
        out,
    )
    log.info("version built", version=recipe.version, seconds=round(time.monotonic() - started, 1))
    return folder
