"""A recipe and a network that train within a second; run as a program, it is a training run that a test can kill."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec


def register() -> None:
    """Makes the networks `tiny` and `tiny-deep` known."""
    from keras import layers

    from model_engine.networks import judge_network

    def tiny(images: Any) -> tuple[Any, Any]:
        x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="block1_conv")(images)
        x = layers.ReLU(name="block1_relu")(layers.BatchNormalization(name="block1_bn")(x))
        x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="block2_conv")(x)
        x = layers.BatchNormalization(name="block2_bn")(x)
        feature_map = layers.ReLU(name="feature_map")(x)
        return feature_map, layers.GlobalAveragePooling2D(name="features")(feature_map)

    def tiny_deep(images: Any) -> tuple[Any, Any]:
        before, _ = tiny(images)
        x = layers.Conv2D(16, 3, padding="same", use_bias=False, name="block3_conv")(
            layers.ReLU(name="between")(before)
        )
        feature_map = layers.ReLU(name="last_map")(layers.BatchNormalization(name="block3_bn")(x))
        return feature_map, layers.GlobalAveragePooling2D(name="last_features")(feature_map)

    judge_network.NETWORKS["tiny"] = tiny
    judge_network.NETWORKS["tiny-deep"] = tiny_deep


@contextmanager
def registered() -> Iterator[None]:
    """The network `tiny` is known within, and afterwards only if it was before."""
    from model_engine.networks import judge_network

    before = judge_network.NETWORKS.copy()
    register()
    try:
        yield
    finally:
        judge_network.NETWORKS.clear()
        judge_network.NETWORKS.update(before)


def recipe(**values: Any) -> Any:
    """Two phases, augmentation, both heads; any value by its name, see `with_values`."""
    from model_engine.training.recipe import Recipe
    from model_engine.training.recipe_values import with_values

    plain = {
        "name": "tiny",
        "source": "a test",
        "version": "tiny-1",
        "network": "tiny",
        "seed": 3,
        "input": {"height": 24, "width": 16},
        "augmentation": {"flip": True, "shift": 0.1, "brightness": 0.1},
        "phase": [
            {"trainable": "heads", "epochs": 1, "batch": 16, "learning_rate": 0.01},
            {"trainable": "all", "epochs": 3, "batch": 16, "learning_rate": 0.01, "weight_decay": 0.001},
        ],
        "least_support": 20,
    }
    return with_values(msgspec.convert(plain, Recipe), values)


if __name__ == "__main__":
    from model_engine.datasets.dataset import Dataset
    from model_engine.training.building import train_version
    from model_engine.training.recipe import Recipe

    register()
    recipe_file, data, out, cache = (Path(word) for word in sys.argv[1:])
    train_version(msgspec.json.decode(recipe_file.read_bytes(), type=Recipe), Dataset.open(data), out, cache)
