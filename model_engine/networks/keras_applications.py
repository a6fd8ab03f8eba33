"""VGG-16 and the Inceptions from `keras.applications`, laid into our own flat graph.

Each function builds on images scaled to (x - 127) / 128, brings them to the range that the network's ImageNet weights
expect, and returns the last map and the features, on which the heads are linear.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

import keras
from keras import layers

from model_engine.networks.input_size import check_input

APPLICATIONS: Final[dict[str, Callable[..., keras.Model]]] = {
    "inception-resnet-v2": keras.applications.InceptionResNetV2,
    "inception-v3": keras.applications.InceptionV3,
    "vgg16": keras.applications.VGG16,
}
"""What `keras.applications` calls them, by the name that recipes use."""

COUNTED_NAME: Final = re.compile(
    "(activation|average_pooling2d|batch_normalization|concatenate|conv2d|custom_scale_layer|max_pooling2d)(_[0-9]+)?"
)
"""What Keras calls a layer that was given no name."""

IMAGENET_MEANS: Final = (123.68, 116.779, 103.939)
"""Of red, green and blue; VGG's weights expect pixels less these."""


def vgg16(
    images: keras.KerasTensor, *, hidden: int = 256, dropout: float = 0.5
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Flattened and followed by a dense layer, so that each head is the second of two; no exact activation maps.

    Channels stay red, green, blue: `assign_application` turns the first kernel round, which was made for the reverse.

    Raises:
        ValueError: the images are smaller than 32 pixels a side.
    """
    check_input(images, 32)
    pixels = layers.Rescaling(128.0, offset=[127.0 - mean for mean in IMAGENET_MEANS], name="less_means")(images)
    feature_map = _application("vgg16", pixels)
    x = layers.Dense(hidden, activation="relu", name="hidden1")(layers.Flatten(name="flatten")(feature_map))
    return feature_map, layers.Dropout(dropout, name="hidden1_dropout")(x) if dropout else x


def inception_v3(images: keras.KerasTensor, *, dropout: float = 0.0) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The features are the mean of the map, (N, 2048).

    Raises:
        ValueError: the images are smaller than 75 pixels a side.
    """
    return _pooled(_application("inception-v3", _minus_one_to_one(images)), dropout)


def inception_resnet_v2(
    images: keras.KerasTensor, *, dropout: float = 0.0
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The features are the mean of the map, (N, 1536).

    Raises:
        ValueError: the images are smaller than 75 pixels a side.
    """
    return _pooled(_application("inception-resnet-v2", _minus_one_to_one(images)), dropout)


def _minus_one_to_one(images: keras.KerasTensor) -> keras.KerasTensor:
    check_input(images, 75)
    return layers.Rescaling(128 / 127.5, offset=127 / 127.5 - 1, name="minus_one_to_one")(images)


def _pooled(feature_map: keras.KerasTensor, dropout: float) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    features = layers.GlobalAveragePooling2D(name="features")(feature_map)
    return feature_map, layers.Dropout(dropout, name="features_dropout")(features) if dropout else features


def _application(name: str, images: keras.KerasTensor) -> keras.KerasTensor:
    """The network's layers on top of `images`, with random weights; its last map."""
    application = APPLICATIONS[name](include_top=False, weights=None, input_tensor=images)
    counts: Counter[str] = Counter()
    for layer in application.layers:
        # Keras counts such names through the whole process: a second network would have other names, and other bytes
        # in its files.
        if counted := COUNTED_NAME.fullmatch(layer.name):
            counts[counted[1]] += 1
            layer.name = f"{counted[1]}_{counts[counted[1]]}"
    return application.output


def assign_application(network: keras.Model, name: str, weights: str) -> None:
    """Gives a judge network the weights of its application; hidden dense layers and heads stay as they are.

    Args:
        network: built as `name`.
        name: a key of `APPLICATIONS`.
        weights: `imagenet`, or the path of a file as Keras publishes them, without the classifier (`…_notop.h5`).

    Raises:
        Exception: of many classes, where Keras cannot fetch or read the file or it is another network's.
    """
    application = APPLICATIONS[name](include_top=False, weights=weights)
    ours = [layer for layer in network.layers if layer.weights and not isinstance(layer, layers.Dense)]
    theirs = [layer for layer in application.layers if layer.weights]
    for layer, source in zip(ours, theirs, strict=True):
        layer.set_weights(source.get_weights())
    if name == "vgg16":
        kernel, bias = ours[0].get_weights()
        ours[0].set_weights([kernel[:, :, ::-1], bias])
