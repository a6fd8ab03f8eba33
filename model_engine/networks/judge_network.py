"""The whole network of a version: a backbone, two linear heads on its pooled features, four named outputs."""

from typing import Final

import keras
from keras import layers

from model_engine.networks.efficientnet_lite import efficientnet_lite0, scale_pixels
from models.genres import GENRES
from models.scores import BIN_CENTRES

OUTPUTS: Final = ("genre_logits", "score_logits", "feature_map", "features")
"""In the order of `runtimes.interface.RawOutputs`; also the names in the exported graph."""

BACKBONES: Final = {"efficientnet-lite0": efficientnet_lite0}
"""Builders (scaled images -> feature map, pooled features) by the name that recipes and results use."""


def build_judge_network(backbone: str, height: int, width: int) -> keras.Model:
    """uint8 pixels (N, height, width, 3) to the four `OUTPUTS`, with random weights.

    Both heads are linear on the mean of the feature map, so that class-activation maps are exact
    (https://arxiv.org/abs/1512.04150).

    Raises:
        ValueError: no backbone has this name, or the size is too small for it.
    """
    builder = BACKBONES.get(backbone)
    if builder is None:
        raise ValueError(f"backbone is one of {sorted(BACKBONES)}. Received: backbone={backbone}")
    pixels = keras.Input((height, width, 3), dtype="uint8", name="pixels")
    feature_map, features = builder(scale_pixels(pixels))
    outputs = {
        "genre_logits": layers.Dense(len(GENRES), name="genre_logits")(features),
        "score_logits": layers.Dense(len(BIN_CENTRES), name="score_logits")(features),
        "feature_map": feature_map,
        "features": features,
    }
    return keras.Model(pixels, outputs, name=f"poster_judge_{backbone.replace('-', '_')}")
