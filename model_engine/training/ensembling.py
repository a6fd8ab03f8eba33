"""Several networks as one, which gives the mean of their logits: a deep ensemble (https://arxiv.org/abs/1612.01474).

Networks that differ by little more than the order in which they saw the posters err differently, so that their mean
errs less. Both heads are linear, so that a mean of logits is a head of its own over the features side by side: what
joins them is a version like any other, with exact activation maps, and learns from corrections as they do.
"""

from collections.abc import Sequence
from pathlib import Path

import keras
import msgspec
import numpy as np
from keras import layers

from model_engine.datasets.dataset import Dataset
from model_engine.training.finishing import as_trained
from model_engine.training.freezing import HEAD_LAYERS
from model_engine.training.recipe import ENSEMBLE, Recipe, RecipeError, read_recipe
from model_engine.training.starting import heads_alone
from model_engine.training.tasks import task_of
from model_engine.training.writing import HISTORY_FILE, Trained, posters_by_split, read_history
from model_engine.versions import METRICS_FILE, Version, load_version


def member_recipes(recipe: Recipe) -> list[Recipe]:
    """The recipes of an ensemble's members.

    Raises:
        RecipeError: there is none of that name, it is of other posters, pictures or questions than the ensemble, or two
            of them would be versions of one name.
    """
    members = [read_recipe(name) for name in recipe.members]
    names = [recipe.version, *(member.version for member in members)]
    if len(set(names)) < len(names):
        raise RecipeError(f"{recipe.name} and its members need versions of different names: {', '.join(names)}.")
    for member in members:
        for field in ("input", "task", "filters", "least_support"):
            if getattr(member, field) != getattr(recipe, field):
                raise RecipeError(f"{member.name} cannot be a member of {recipe.name}: it has another {field}.")
    return members


def member_version(member: Recipe, dataset: Dataset, out: Path) -> Version:
    """A member's version below `out`, held to be what its recipe makes of these posters.

    Raises:
        RecipeError: another recipe, or other posters, made it.
        VersionError: see its codes.
    """
    version = load_version(out / member.version)
    metrics = msgspec.json.decode((version.folder / METRICS_FILE).read_bytes())
    try:
        same = msgspec.convert(metrics.get("recipe"), Recipe) == member
    except msgspec.ValidationError:  # One that another release wrote.
        same = False
    if not same:
        raise RecipeError(f"{version.folder} was not made by the recipe {member.name} as it is now: remove it.")
    if metrics.get("posters") != posters_by_split(dataset):
        raise RecipeError(f"{version.folder} was made from other posters: remove it.")
    return version


def ensemble(recipe: Recipe, members: list[Recipe], dataset: Dataset, out: Path, cache: Path) -> Trained:
    """The ensemble of the members' versions below `out`.

    Raises:
        DatasetError: a picture cannot be read.
        RecipeError: a member is not what `member_version` wants, or the networks cannot judge together.
        VersionError: see its codes.
    """
    dataset.require_splits()
    versions = [member_version(member, dataset, out) for member in members]
    networks = [keras.models.load_model(version.keras_file, compile=False, safe_mode=True) for version in versions]
    history = [
        msgspec.structs.replace(epoch, phase=f"{version.name}, {epoch.phase}")
        for version in versions
        for epoch in read_history(version.folder / HISTORY_FILE)
    ]
    return as_trained(recipe, dataset, task_of(recipe, dataset), join_networks(networks), cache, history)


def join_networks(members: Sequence[keras.Model]) -> keras.Model:
    """One flat network on the same pixels; its last map has the channels of all members' maps, one after the other.

    Args:
        members: two or more judge networks of one input, whose features are the means of their last maps.

    Raises:
        RecipeError: a member's heads look at something else, or the last maps differ in size.
    """
    pixels = keras.Input(members[0].input.shape[1:], dtype="uint8", name="pixels")
    maps = [_copied(member, pixels, f"member{number}_") for number, member in enumerate(members, 1)]
    if len({map_.shape[1:3] for map_ in maps}) > 1:
        raise RecipeError("The last maps of an ensemble's members have to be of one size.")
    feature_map = layers.Concatenate(name="feature_map")(maps)
    features = layers.GlobalAveragePooling2D(name="features")(feature_map)
    heads = {name: layers.Dense(members[0].get_layer(name).units, name=name)(features) for name in HEAD_LAYERS}
    outputs = {**heads, "feature_map": feature_map, "features": features}
    network = keras.Model(pixels, outputs, name=f"poster_judge_{ENSEMBLE}")
    for name in HEAD_LAYERS:
        kernels, biases = zip(*(member.get_layer(name).get_weights() for member in members), strict=True)
        network.get_layer(name).set_weights([np.concatenate(kernels) / len(members), np.mean(biases, axis=0)])
    return network


def _copied(member: keras.Model, pixels: keras.KerasTensor, prefix: str) -> keras.KerasTensor:
    """The last map of a copy of the member, whose layers have names of their own."""
    feature_map = member.output["feature_map"]
    if not heads_alone(member) or member.output["features"].shape[-1] != feature_map.shape[-1]:
        raise RecipeError(f"{member.name} cannot be a member: its heads do not look at the mean of its last map.")
    trunk = keras.Model(member.input, feature_map)

    def renamed(layer: layers.Layer) -> layers.Layer:
        return type(layer).from_config({**layer.get_config(), "name": prefix + layer.name})

    copy = keras.models.clone_model(trunk, input_tensors=pixels, clone_function=renamed)
    copy.set_weights(trunk.get_weights())
    return copy.output
