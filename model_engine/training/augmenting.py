"""Random changes of training pictures, as Keras layers on any backend; no saved network holds them."""

from typing import Any, Final

import keras
import numpy as np
from keras import layers, ops
from PIL import Image

from model_engine.training.recipe import Augmentation

EDGE: Final = "nearest"
"""What is moved in from outside of the picture repeats its edge."""

SHEET_COLUMNS: Final = 5
SHEET_GAP: Final = 6


def augmented(pixels: keras.KerasTensor, augmentation: Augmentation, seed: int) -> keras.KerasTensor:
    """uint8 pixels (N, height, width, 3), each changed at random in training and left alone otherwise."""
    x = ops.cast(pixels, "float32")
    for layer in augmentation_layers(augmentation, seed):
        x = layer(x)
    return ops.cast(ops.round(ops.clip(x, 0.0, 255.0)), "uint8")


def augmentation_layers(augmentation: Augmentation, seed: int) -> list[layers.Layer]:
    """The layers that are switched on, in the order in which they are applied; float pixels 0 to 255 throughout."""
    same: dict[str, Any] = {"fill_mode": EDGE, "dtype": "float32"}
    made: list[layers.Layer] = []
    if augmentation.flip:
        made.append(layers.RandomFlip("horizontal", seed=seed, dtype="float32"))
    if augmentation.zoom:
        made.append(layers.RandomZoom((-augmentation.zoom, augmentation.zoom), seed=seed + 1, **same))
    if augmentation.rotation:
        made.append(layers.RandomRotation(augmentation.rotation / 360.0, seed=seed + 2, **same))
    if augmentation.shift:
        made.append(layers.RandomTranslation(augmentation.shift, augmentation.shift, seed=seed + 3, **same))
    if augmentation.shear:
        made.append(layers.RandomShear(augmentation.shear, augmentation.shear, seed=seed + 4, **same))
    if augmentation.brightness:
        made.append(layers.RandomBrightness(augmentation.brightness, (0, 255), seed=seed + 5, dtype="float32"))
    if augmentation.contrast:
        made.append(layers.RandomContrast(augmentation.contrast, (0, 255), seed=seed + 6, dtype="float32"))
    if augmentation.saturation:
        # 0.5 is the layer's word for a picture as it is, 0 for grey.
        around = (0.5 - augmentation.saturation / 2, 0.5 + augmentation.saturation / 2)
        made.append(layers.RandomSaturation(around, (0, 255), seed=seed + 7, dtype="float32"))
    return made


def sheet(prepared: np.ndarray, augmentation: Augmentation, seed: int, count: int) -> Image.Image:
    """A picture of `count` variants of one input (height, width, 3), uint8, in rows; the first is the input itself."""
    pixels = keras.Input(prepared.shape, dtype="uint8")
    network = keras.Model(pixels, augmented(pixels, augmentation, seed))
    copies = np.repeat(prepared[np.newaxis], count - 1, axis=0)
    variants = [prepared, *np.asarray(network(copies, training=True))]
    height, width = prepared.shape[0] + SHEET_GAP, prepared.shape[1] + SHEET_GAP
    columns = min(SHEET_COLUMNS, count)
    page = Image.new("RGB", (columns * width + SHEET_GAP, -(-count // columns) * height + SHEET_GAP), "white")
    for index, variant in enumerate(variants):
        row, column = divmod(index, columns)
        page.paste(Image.fromarray(variant), (SHEET_GAP + column * width, SHEET_GAP + row * height))
    return page
