"""Pictures that training changes."""

import keras
import numpy as np
import pytest

from model_engine.training.augmenting import augmented, sheet
from model_engine.training.recipe import Augmentation


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    """A ramp from left to right, unlike any mirrored, turned or moved one."""
    ramp = np.tile(np.linspace(60, 180, 32, dtype=np.uint8), (48, 1))
    return np.repeat(np.stack([ramp, ramp, ramp], axis=-1)[np.newaxis], 8, axis=0)


def network(augmentation: Augmentation, seed: int = 1) -> keras.Model:
    images = keras.Input((48, 32, 3), dtype="uint8")
    return keras.Model(images, augmented(images, augmentation, seed))


@pytest.mark.parametrize("name", ["zoom", "shift", "shear", "brightness", "contrast", "saturation"])
def test_each_change_changes_training_pictures_and_no_others(name: str, pixels: np.ndarray) -> None:
    pixels = pixels * np.array([1.0, 0.5, 0.8])  # What is grey has no saturation that could change.
    pixels = pixels.astype(np.uint8)
    changing = network(Augmentation(**{name: 0.3}))
    out = keras.ops.convert_to_numpy(changing(pixels, training=True))
    assert out.dtype == np.uint8
    assert len({picture.tobytes() for picture in out}) > 1
    assert np.array_equal(keras.ops.convert_to_numpy(changing(pixels, training=False)), pixels)


def test_a_flip_mirrors_and_a_rotation_turns(pixels: np.ndarray) -> None:
    flipped = keras.ops.convert_to_numpy(network(Augmentation(flip=True))(pixels, training=True))
    kinds = {picture.tobytes() for picture in flipped}
    assert kinds == {pixels[0].tobytes(), pixels[0][:, ::-1].tobytes()}
    turned = keras.ops.convert_to_numpy(network(Augmentation(rotation=90.0))(pixels, training=True))
    assert len({picture.tobytes() for picture in turned}) == 8


def test_the_same_seed_draws_the_same(pixels: np.ndarray) -> None:
    strong = Augmentation(flip=True, zoom=0.2, rotation=20.0, shift=0.1, shear=0.1)
    first, again, other = (
        keras.ops.convert_to_numpy(network(strong, seed)(pixels, training=True)) for seed in (5, 5, 50)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_sheet_begins_with_the_input_itself(pixels: np.ndarray) -> None:
    page = np.asarray(sheet(pixels[0], Augmentation(flip=True, shift=0.3), seed=1, count=7))
    assert page.shape == (2 * (48 + 6) + 6, 5 * (32 + 6) + 6, 3)
    assert np.array_equal(page[6:54, 6:38], pixels[0])
    assert (page[60:108, 6 + 2 * 38 :] == 255).all()
