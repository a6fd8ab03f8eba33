import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from model_engine.preprocessing import Preprocessing
from tests.model_engine.conftest import picture

USUAL = Preprocessing(height=320, width=224)
sides = st.integers(min_value=1, max_value=600)


@given(height=sides, width=sides)
def test_a_poster_of_any_shape_becomes_one_input(height: int, width: int) -> None:
    prepared = USUAL.prepare(np.full((height, width, 3), 77, np.uint8))
    assert prepared.shape == (320, 224, 3)
    assert prepared.dtype == np.uint8
    assert np.all(prepared == 77)


def test_a_large_poster_and_its_copy_of_the_size_seen_in_training_look_alike() -> None:
    large = Image.fromarray(picture("coffee")[:, :270]).resize((338, 500))
    small = large.resize((168, 248), Image.Resampling.BICUBIC)
    assert np.array_equal(USUAL.prepare_image(large), USUAL.prepare_image(small))


def test_a_small_poster_is_not_first_blown_up() -> None:
    small = Image.fromarray(picture("coffee")).resize((100, 140))
    assert np.array_equal(USUAL.prepare_image(small), np.asarray(small.resize((224, 320), Image.Resampling.BICUBIC)))


def test_a_batch_holds_what_each_poster_gives_alone() -> None:
    posters = [picture("coffee"), picture("chelsea")]
    batch = USUAL.prepare_batch(posters)
    assert batch.shape == (2, 320, 224, 3)
    assert np.array_equal(batch[1], USUAL.prepare(posters[1]))


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
)
def test_what_is_no_decoded_poster_is_told_with_what_was_received(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Received: shape="):
        USUAL.prepare(wrong)


@pytest.mark.parametrize("content", [b'{"height": 0, "width": 5}', b'{"height": 5, "width": 5, "resampling": "x"}'])
def test_a_file_that_could_not_be_applied_is_refused(content: bytes) -> None:
    with pytest.raises(msgspec.ValidationError, match="Received"):
        msgspec.json.decode(content, type=Preprocessing)
