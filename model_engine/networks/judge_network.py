"""The whole network of a version: two linear heads on the features of one of many networks, four named outputs."""

import inspect
from collections.abc import Callable
from typing import Any, Final

import keras
from keras import layers

from model_engine.networks.efficientnet_lite import (
    efficientnet_lite0,
    efficientnet_lite1,
    efficientnet_lite2,
    scale_pixels,
)
from model_engine.networks.keras_applications import inception_resnet_v2, inception_v3, vgg16
from model_engine.networks.plain_cnns import basic_cnn, genre_cnn, regularized_cnn, year_cnn
from models.genres import GENRES
from models.scores import BIN_CENTRES

OUTPUTS: Final = ("genre_logits", "score_logits", "feature_map", "features")
"""In the order of `runtimes.interface.RawOutputs`; also the names in the exported graph."""

Builder = Callable[..., tuple[keras.KerasTensor, keras.KerasTensor]]
"""Scaled images, and options by name, to the last map and the features that the heads are linear on."""

NETWORKS: Final[dict[str, Builder]] = {
    "basic-cnn": basic_cnn,
    "efficientnet-lite0": efficientnet_lite0,
    "efficientnet-lite1": efficientnet_lite1,
    "efficientnet-lite2": efficientnet_lite2,
    "genre-cnn": genre_cnn,
    "inception-resnet-v2": inception_resnet_v2,
    "inception-v3": inception_v3,
    "regularized-cnn": regularized_cnn,
    "vgg16": vgg16,
    "year-cnn": year_cnn,
}
"""Builders by the name that recipes and results use."""


def build_judge_network(
    network: str, height: int | None, width: int | None, *, options: dict[str, Any] | None = None
) -> keras.Model:
    """uint8 pixels (N, height, width, 3) to the four `OUTPUTS`, with random weights.

    Where the features are the mean of the map over its cells, class-activation maps are exact
    (https://arxiv.org/abs/1512.04150).

    Args:
        network: a key of `NETWORKS`.
        height: of the input, in pixels; None for any, which networks that flatten their map cannot have.
        width: likewise.
        options: arguments of the network's builder, such as `dropout`.

    Raises:
        ValueError: no network has this name, it has no such option, or the size is too small for it.
    """
    builder = NETWORKS.get(network)
    if builder is None:
        raise ValueError(f"network is one of {sorted(NETWORKS)}. Received: network={network}")
    known = [name for name in inspect.signature(builder).parameters if name != "images"]
    odd = sorted(set(options or {}) - set(known))
    if odd:
        raise ValueError(f"The options of {network} are {known}. Received: {', '.join(odd)}")
    pixels = keras.Input((height, width, 3), dtype="uint8", name="pixels")
    feature_map, features = builder(scale_pixels(pixels), **(options or {}))
    outputs = {
        "genre_logits": layers.Dense(len(GENRES), name="genre_logits")(features),
        "score_logits": layers.Dense(len(BIN_CENTRES), name="score_logits")(features),
        "feature_map": feature_map,
        "features": features,
    }
    return keras.Model(pixels, outputs, name=f"poster_judge_{network.replace('-', '_')}")
