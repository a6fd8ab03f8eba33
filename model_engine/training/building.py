"""From a recipe and labelled posters to a sealed version."""

import dataclasses
import shutil
import time
from pathlib import Path

import keras
import numpy as np
import structlog

from model_engine.datasets.dataset import Dataset
from model_engine.errors import VersionError
from model_engine.training.checkpoints import Checkpoints
from model_engine.training.computing import computing
from model_engine.training.ensembling import ensemble, member_recipes, member_version
from model_engine.training.failures import NO_NUMBER, TrainingError, told_in_one_sentence
from model_engine.training.features import backbone_features
from model_engine.training.finishing import as_trained, with_calibration
from model_engine.training.fitting import Fit, fit_phases, run_fingerprint
from model_engine.training.freezing import HEAD_LAYERS
from model_engine.training.heads import fit_heads
from model_engine.training.keeping import likeness_of, rehearsal_of
from model_engine.training.keras_file import round_kernels
from model_engine.training.progress import Epoch, Telling
from model_engine.training.recipe import Recipe, RecipeError
from model_engine.training.starting import built, first_network, heads_alone
from model_engine.training.tasks import Task, task_of
from model_engine.training.teaching import taught
from model_engine.training.writing import Trained, write_version

log = structlog.get_logger(__name__)


def train_version(
    recipe: Recipe,
    dataset: Dataset,
    out: Path,
    cache: Path,
    *,
    resume: bool = False,
    mixed_precision: bool = False,
    telling: Telling | None = None,
    non_posters: Dataset | None = None,
) -> Path:
    """Makes the recipe's version below `out` and returns its folder.

    An ensemble's members are trained first, as versions of their own; those that are there already are taken.

    Args:
        recipe: what to make.
        dataset: labelled posters, each in a split.
        out: the version's folder is made in it, named as the recipe says.
        cache: prepared pictures and features are kept here, for the next run on the same posters.
        resume: whether to go on from the checkpoint of a run that was interrupted, where there is one.
        mixed_precision: whether to compute in float16 where that is faster; weights stay float32.
        telling: told how far it is.
        non_posters: other pictures, from which the version learns to tell posters.

    Raises:
        DatasetError: a split or a class is empty, or a picture cannot be read.
        RecipeError: the recipe does not fit its network.
        TrainingError: memory or disk ran out, the loss is no number, or there is nothing to go on from.
        VersionError: `exists`: the version's folder is there already.
        WeightsMissing: the first weights cannot be had.
    """
    started = time.monotonic()
    target = out / recipe.version
    if target.exists():
        raise VersionError("exists", f"{target} exists; versions never change. Remove it or choose another --out.")
    folder = run_folder(out, recipe)
    members = member_recipes(recipe)
    there = [member for member in members if (out / member.version).is_dir()]
    for member in there:
        member_version(member, dataset, out)
    for member in (one for one in members if one not in there):
        train_version(
            member, dataset, out, cache, resume=resume, mixed_precision=mixed_precision, telling=telling
        )  # fmt: skip
    with told_in_one_sentence(folder, recipe):
        if members:
            trained = ensemble(recipe, members, dataset, out, cache)
        else:
            trained = train(
                recipe,
                dataset,
                folder,
                cache,
                resume=resume,
                mixed_precision=mixed_precision,
                telling=telling or Telling(),
            )
        if non_posters is not None:
            trained = dataclasses.replace(trained, likeness=likeness_of(trained, non_posters, cache))
        if recipe.rehearsal:
            trained = dataclasses.replace(trained, rehearsal=rehearsal_of(trained, cache))
        write_version(trained, out)
    shutil.rmtree(folder, ignore_errors=True)
    log.info("version built", version=recipe.version, seconds=round(time.monotonic() - started, 1))
    return target


def run_folder(out: Path, recipe: Recipe) -> Path:
    """Where a run that makes this version keeps its checkpoints."""
    return out / f".training-{recipe.version}"


def train(
    recipe: Recipe,
    dataset: Dataset,
    folder: Path,
    cache: Path,
    *,
    resume: bool,
    mixed_precision: bool,
    telling: Telling,
) -> Trained:
    """What a version is written from; the checkpoints stay in `folder`. Arguments and errors as `train_version`."""
    if recipe.members:
        raise RecipeError(f"The recipe {recipe.name} only joins what was trained: take {' or '.join(recipe.members)}.")
    dataset.require_splits()
    task = task_of(recipe, dataset)
    with computing(mixed_precision=mixed_precision):
        if recipe.teacher is not None:
            task = taught(
                task, recipe.teacher, dataset, recipe.seed, cache,
                lambda done, total: telling.advance("teacher's features", done, total),
            )  # fmt: skip
        keras.utils.set_random_seed(recipe.seed)
        network = first_network(recipe, task)
        if recipe.frozen_features and heads_alone(network):
            return _train_heads(recipe, dataset, task, network, cache, telling)
        checkpoints = Checkpoints(folder, run_fingerprint(recipe, dataset), resume=resume)
        fit = Fit(
            recipe=recipe,
            dataset=dataset,
            task=task,
            network=network,
            cache=cache,
            checkpoints=checkpoints,
            telling=telling,
        )
        fit_phases(fit)
    stored = built(recipe)
    stored.set_weights(network.get_weights())
    return as_trained(recipe, dataset, task, stored, cache, checkpoints.state.history)


def _train_heads(
    recipe: Recipe, dataset: Dataset, task: Task, network: keras.Model, cache: Path, telling: Telling
) -> Trained:
    """Linear heads on features that are computed once."""
    round_kernels(network, recipe.kernel_bits)
    features = backbone_features(
        network, dataset, recipe.input, cache, lambda done, total: telling.advance("features", done, total)
    )
    history: list[Epoch] = []
    for name, fitted in fit_heads(features, dataset, recipe, task).items():
        network.get_layer(name).set_weights([fitted.head.kernel, fitted.head.bias])
        history += fitted.history
        if not np.isfinite(fitted.head.kernel).all():
            raise TrainingError(f"{NO_NUMBER}.")
    round_kernels(network, recipe.kernel_bits)
    logits = {}
    for name in HEAD_LAYERS:
        kernel, bias = network.get_layer(name).get_weights()
        logits[name] = features @ kernel + bias
    return with_calibration(recipe, dataset, task, network, logits, history)
