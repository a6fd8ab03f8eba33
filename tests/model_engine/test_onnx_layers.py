"""Every kind of layer that networks here are made of says the same in ONNX as in Keras."""

from collections.abc import Callable

import keras
import numpy as np
import onnxruntime
import pytest
from keras import layers

# Keras keeps this class to itself; only here is it needed without the network of 55 million weights around it.
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

from model_engine.training.keras_file import round_kernels
from model_engine.training.onnx_export import to_onnx
from model_engine.training.onnx_layers import TRANSLATORS

HEIGHT, WIDTH = 13, 10
"""Neither divides by the strides below, and they differ in what `same` adds to them."""

Layers = Callable[[keras.KerasTensor], keras.KerasTensor]


def scaled(pixels: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Rescaling(1 / 128, offset=-127 / 128, name="scaled")(pixels)


KINDS: dict[str, Layers] = {
    "Conv2D": lambda x: layers.Conv2D(4, (3, 2), strides=2, padding="same", activation="relu")(x),
    "Conv2D valid": lambda x: layers.Conv2D(4, (1, 7), padding="valid", use_bias=False)(x),
    "DepthwiseConv2D": lambda x: layers.DepthwiseConv2D(5, strides=2, padding="same")(x),
    "MaxPooling2D": lambda x: layers.MaxPooling2D(2)(x),
    "MaxPooling2D same": lambda x: layers.MaxPooling2D(3, strides=2, padding="same")(x),
    "AveragePooling2D": lambda x: layers.AveragePooling2D(3, strides=1, padding="same")(x),
    "AveragePooling2D valid": lambda x: layers.AveragePooling2D((3, 2))(x),
    "BatchNormalization": lambda x: layers.BatchNormalization()(x),
    "BatchNormalization bare": lambda x: layers.BatchNormalization(scale=False, center=False)(x),
    "Flatten": lambda x: layers.Dense(5)(layers.Flatten()(layers.Conv2D(4, 3)(x))),
    "Flatten flat": lambda x: layers.Flatten()(layers.GlobalAveragePooling2D()(x)),
    "Dropout": lambda x: layers.Dropout(0.5)(layers.Conv2D(4, 3)(x)),
    "Concatenate": lambda x: layers.Concatenate()([x, layers.Conv2D(4, 1)(x), x]),
    "Add": lambda x: layers.Add()([x, layers.Conv2D(3, 1)(x)]),
    "CustomScaleLayer": lambda x: CustomScaleLayer(0.17)([layers.Conv2D(3, 1)(x), layers.Conv2D(3, 1)(x)]),
    "Activation": lambda x: layers.Activation("relu")(x),
    "Activation linear": lambda x: layers.Activation("linear")(x),
    "ReLU": lambda x: layers.ReLU(max_value=0.5)(x),
    "ReLU endless": lambda x: layers.ReLU()(x),
    "Rescaling": lambda x: layers.Rescaling([1.0, 2.0, 3.0], offset=[-0.5, 0.0, 0.5])(x),
    "GlobalAveragePooling2D": lambda x: layers.GlobalAveragePooling2D()(x),
    "Dense": lambda x: layers.Dense(7, activation="relu")(layers.GlobalAveragePooling2D()(x)),
}


def network_of(kind: str) -> keras.Model:
    keras.utils.set_random_seed(3)
    pixels = keras.Input((HEIGHT, WIDTH, 3), dtype="uint8", name="pixels")
    network = keras.Model(pixels, {"features": KINDS[kind](scaled(pixels))})
    chance = np.random.default_rng(3)
    for layer in network.layers:
        # Weights as they are after training: means, variances and biases are 0 and 1 only before.
        layer.set_weights([weight + chance.uniform(0.0, 0.5, weight.shape) for weight in layer.get_weights()])
    round_kernels(network)
    return network


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_says_the_same_in_onnx_and_twice_in_the_same_bytes(kind: str) -> None:
    network = network_of(kind)
    pixels = np.random.default_rng(5).integers(0, 256, (2, HEIGHT, WIDTH, 3), dtype=np.uint8)
    exported = to_onnx(network).SerializeToString(deterministic=True)
    assert to_onnx(network).SerializeToString(deterministic=True) == exported
    said = onnxruntime.InferenceSession(exported).run(["features"], {"pixels": pixels})[0]
    expected = np.asarray(network(pixels, training=False)["features"])
    assert said.shape == expected.shape
    assert np.ptp(expected) > 0.1
    assert said == pytest.approx(expected, abs=1e-3)


def test_every_translator_is_tried() -> None:
    assert {kind.split()[0] for kind in KINDS} == set(TRANSLATORS)


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (lambda x: layers.UpSampling2D()(x), "Received: UpSampling2D"),
        (lambda x: layers.Conv2D(2, 1, activation="tanh")(x), "Received: .*tanh"),
        (lambda x: layers.Concatenate(axis=1)([x, x]), "Received: axis=1"),
    ],
)
def test_what_has_no_translator_is_told(odd: Layers, told: str) -> None:
    pixels = keras.Input((8, 8, 3), dtype="uint8", name="pixels")
    with pytest.raises(ValueError, match=told):
        to_onnx(keras.Model(pixels, {"features": odd(scaled(pixels))}))
