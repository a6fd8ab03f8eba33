"""Which layers of a flat graph move in a phase, and where the part ends that never does."""

from collections.abc import Iterable
from typing import Final

import keras
from keras import layers

from model_engine.training.recipe import Phase, RecipeError

HEAD_LAYERS: Final = ("genre_logits", "score_logits")
BATCH_NORM_MOMENTUM: Final = 0.99
"""Of a BatchNorm's moving mean and variance: Keras' own."""
BEHIND: Final = "after:"
"""Before the name of a layer: all that lies behind it, for networks whose layers have no telling names."""


def set_trainable(network: keras.Model, phase: Phase, heads: Iterable[str]) -> None:
    """Lets the layers of the phase move and no other; of the two heads those that are learnt.

    A BatchNorm that does not move computes with the mean and variance that it has. It moves where all do, and where
    the phase says so: on few posters, blocks that came from ImageNet are better off with ImageNet's.

    Raises:
        RecipeError: the phase names layers that the network does not have.
    """
    moving = moving_layers(network, phase)
    for layer in network.layers:
        measured = phase.trainable == "all" or phase.batchnorm
        still = isinstance(layer, layers.BatchNormalization) and not measured
        head = layer.name not in HEAD_LAYERS or layer.name in heads
        layer.trainable = layer.name in moving and head and not still
        if isinstance(layer, layers.BatchNormalization) and layer.trainable:
            # Averaged weights need statistics from as far back as they are; the last batches' are of other weights.
            layer.momentum = phase.averaging or BATCH_NORM_MOMENTUM


def moving_layers(network: keras.Model, phase: Phase) -> set[str]:
    """Names of the layers that the phase trains.

    Raises:
        RecipeError: as `set_trainable`.
    """
    names = [layer.name for layer in network.layers]
    if phase.trainable == "all":
        return set(names)
    if set(phase.trainable) <= set(HEAD_LAYERS):
        return set(phase.trainable)
    moving = behind(network, [_layer_of(network, network.output["feature_map"])])
    for given in () if phase.trainable == "heads" else phase.trainable:
        start = given.removeprefix(BEHIND)
        if given.startswith(BEHIND):
            found = behind(network, [start]) if start in names else set()
        else:
            found = {name for name in names if name == start or name.startswith(f"{start}_")}
        if not found:
            raise RecipeError(f"The network {network.name} has no layers {given}.")
        moving |= found
    return moving


def behind(network: keras.Model, starts: Iterable[str]) -> set[str]:
    """Names of the layers that any of these leads to, themselves left out."""
    reached = set(starts)
    found: set[str] = set()
    for layer in network.layers:
        if any(_layer_of(network, tensor) in reached for tensor in layer_inputs(layer)):
            found.add(layer.name)
            reached.add(layer.name)
    return found


def last_frozen(network: keras.Model) -> keras.KerasTensor | None:
    """The one value through which all that moves sees the picture; None where there is none that takes computing.

    What is random in training counts as moving: it must be drawn anew in each epoch.
    """
    moving = {layer.name for layer in network.layers if layer.trainable_weights or isinstance(layer, layers.Dropout)}
    moving |= behind(network, moving)
    if not any(layer.weights for layer in network.layers if layer.name not in moving):
        return None
    seen = {
        id(tensor): tensor
        for layer in network.layers
        if layer.name in moving
        for tensor in layer_inputs(layer)
        if _layer_of(network, tensor) not in moving
    }
    cuts = [tensor for tensor in seen.values() if tensor is not network.input]
    return cuts[0] if len(seen) == len(cuts) == 1 else None


def layer_inputs(layer: layers.Layer) -> list[keras.KerasTensor]:
    """The values that a layer of a flat graph takes."""
    return [] if isinstance(layer, layers.InputLayer) else keras.tree.flatten(layer.input)


def _layer_of(network: keras.Model, tensor: keras.KerasTensor) -> str:
    """Name of the layer that gives the value."""
    return next(layer.name for layer in network.layers if layer.output is tensor)
