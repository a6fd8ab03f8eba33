"""What the space of a network's features is called, so that only what can be compared is compared."""

import hashlib
from typing import Final

import keras
import numpy as np

from model_engine.training.freezing import HEAD_LAYERS
from model_engine.training.recipe import Recipe
from model_engine.training.starting import heads_alone

DIGITS: Final = 12
"""Of the fingerprint, hexadecimal: enough that no two of a million networks share them."""


def feature_space(recipe: Recipe, network: keras.Model) -> str:
    """The network's name where its features are ImageNet's, untouched; else with a fingerprint of what gives them.

    Kept features say by this name which heads and which other features they go with.
    """
    if recipe.weights == "imagenet" and recipe.frozen_features and heads_alone(network):
        return recipe.network
    return named_by_weights(recipe.network, network)


def named_by_weights(name: str, network: keras.Model) -> str:
    """The name with a fingerprint of all that gives the features."""
    digest = hashlib.sha256()
    for layer in network.layers:
        if layer.name not in HEAD_LAYERS:
            for weight in layer.get_weights():
                digest.update(np.ascontiguousarray(weight).tobytes())
    return f"{name}-{digest.hexdigest()[:DIGITS]}"
