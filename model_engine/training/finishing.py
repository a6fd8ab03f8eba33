"""What is left to do for a network that learns no more: rounding, judging the held-out posters, calibration."""

from pathlib import Path

import keras
import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.training.calibrating import fit_calibration
from model_engine.training.features import open_for_training
from model_engine.training.freezing import HEAD_LAYERS
from model_engine.training.keras_file import round_kernels
from model_engine.training.prepared import prepared_pictures
from model_engine.training.progress import Epoch
from model_engine.training.recipe import Recipe
from model_engine.training.tasks import Task
from model_engine.training.writing import REPORTED_SPLITS, Trained


def as_trained(
    recipe: Recipe, dataset: Dataset, task: Task, network: keras.Model, cache: Path, history: list[Epoch]
) -> Trained:
    """The network, which has its input's size, as its files will hold it, and what it says of held-out posters."""
    round_kernels(network, recipe.kernel_bits)
    pictures = prepared_pictures(dataset, recipe.input, cache, lambda done, total: None)
    logits = {
        name: np.full((len(dataset), network.get_layer(name).bias.shape[0]), np.nan, np.float32) for name in HEAD_LAYERS
    }
    runtime = open_for_training(network)
    try:
        rows = np.concatenate([dataset.rows(split) for split in REPORTED_SPLITS])
        for start in range(0, len(rows), runtime.max_batch_size):
            batch = rows[start : start + runtime.max_batch_size]
            outputs = runtime.infer(np.asarray(pictures[batch]))
            for name in HEAD_LAYERS:
                logits[name][batch] = getattr(outputs, name)
    finally:
        runtime.close()
    return with_calibration(recipe, dataset, task, network, logits, history)


def with_calibration(
    recipe: Recipe,
    dataset: Dataset,
    task: Task,
    network: keras.Model,
    logits: dict[str, np.ndarray],
    history: list[Epoch],
) -> Trained:
    """The network with what it says (logits of every poster by head), calibrated on the validation split."""
    held = dataset.rows("validation")
    genre_logits, score_logits = (logits[name] for name in HEAD_LAYERS)
    calibration = fit_calibration(
        genre_logits[held],
        score_logits[held],
        dataset.genres[held],
        dataset.scores[held],
        good_at=recipe.filters.good_at,
    )
    return Trained(
        recipe=recipe,
        dataset=dataset,
        network=network,
        judged=task.judged,
        calibration=calibration,
        genre_logits=genre_logits,
        score_logits=score_logits,
        history=history,
    )
