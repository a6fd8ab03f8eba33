"""Labels softened by a teacher: linear heads on frozen features say of each poster what posters like it are labelled.

Each head is fitted without the posters that it speaks of (cross-fitting), so that it says what it expects and not what
it was told. Mixed into the labels, its word takes out noise that a larger network would learn by heart: distillation
(https://arxiv.org/abs/1503.02531) of a teacher whose every answer is out of sample.
"""

import dataclasses
from pathlib import Path

import keras
import numpy as np
from scipy.special import expit, softmax

from model_engine.datasets.dataset import Dataset
from model_engine.training.features import backbone_features
from model_engine.training.heads import fit_heads
from model_engine.training.keras_file import round_kernels
from model_engine.training.prepared import Advance
from model_engine.training.recipe import Recipe, RecipeError, Teacher, read_recipe
from model_engine.training.starting import first_network
from model_engine.training.tasks import Task, task_of


def taught(task: Task, teacher: Teacher, dataset: Dataset, seed: int, cache: Path, advance: Advance) -> Task:
    """The task with softened truth of the training split; other splits keep theirs.

    Args:
        task: of genres and score.
        teacher: who softens, and how far.
        dataset: of the task.
        seed: deals the posters out into folds.
        cache: the teacher's features are kept here.
        advance: told how far the features are.

    Raises:
        DatasetError: a picture cannot be read.
        RecipeError: there is no such recipe, or it does more than fit heads on frozen features.
    """
    recipe = read_recipe(teacher.recipe)
    if not recipe.frozen_features:
        raise RecipeError(f"A teacher fits heads on frozen features, and {teacher.recipe} does more.")
    said = _said_of_train(recipe, teacher.folds, dataset, seed, cache, advance)
    train = dataset.rows("train")
    heads = {}
    for name, head in task.heads.items():
        truth = head.truth.copy()
        known = head.truth[train].any(axis=1, keepdims=True)
        truth[train] = np.where(known, (1.0 - teacher.share) * truth[train] + teacher.share * said[name][train], 0.0)
        heads[name] = dataclasses.replace(head, truth=truth)
    return dataclasses.replace(task, heads=heads)


def _said_of_train(
    recipe: Recipe, folds: int, dataset: Dataset, seed: int, cache: Path, advance: Advance
) -> dict[str, np.ndarray]:
    """(N, answers) probabilities by head; of rows outside of the training split, zeros."""
    keras.utils.set_random_seed(recipe.seed)
    network = first_network(recipe, task_of(recipe, dataset))
    round_kernels(network)
    features = backbone_features(network, dataset, recipe.input, cache, advance)
    train, held = dataset.rows("train"), dataset.rows("validation")
    fold_of = np.random.default_rng(seed).permutation(len(train)) % folds
    said: dict[str, np.ndarray] = {}
    for fold in range(folds):
        rows = np.concatenate([train[fold_of != fold], held])
        part = dataset.select(rows)
        asked = train[fold_of == fold]
        for name, fitted in fit_heads(features[rows], part, recipe, task_of(recipe, part)).items():
            logits = fitted.head.logits(features[asked])
            answers = expit(logits) if name == "genre_logits" else softmax(logits, axis=1)
            said.setdefault(name, np.zeros((len(dataset), logits.shape[1]), np.float32))[asked] = answers
        keras.backend.clear_session()
    return said
