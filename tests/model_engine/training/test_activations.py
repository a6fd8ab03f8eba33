from pathlib import Path

import keras
import numpy as np
from keras import layers

from model_engine.training.activations import frozen_activations


def test_what_float16_cannot_hold_is_kept_as_the_largest_that_it_can(tmp_path: Path) -> None:
    """Networks without normalisation may give such values, and one that is endless spoils all that is trained on it."""
    pixels = keras.Input((1, 3, 1), dtype="uint8")
    loud = layers.Rescaling(1e6, offset=-1e6)(pixels)
    network = keras.Model(pixels, {"features": loud})
    pictures = np.array([0, 1, 2], np.uint8).reshape(1, 1, 3, 1)
    kept = frozen_activations(network, loud, pictures, tmp_path, lambda done, total: None)
    assert kept.ravel().tolist() == [-65504, 0, 65504]
