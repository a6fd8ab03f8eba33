"""What one training step is shown."""

from typing import Any

import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.training.batches import Batches, cropped, mixed
from model_engine.training.recipe import Augmentation
from model_engine.training.tasks import task_of
from tests.model_engine.training import tiny


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """No two pixels of a picture alike, no two pictures."""
    return np.random.default_rng(1).permuted(np.arange(6 * 20 * 10 * 3) % 251).reshape(6, 20, 10, 3).astype(np.uint8)


def places(part: np.ndarray, picture: np.ndarray) -> list[tuple[int, int]]:
    height, width = part.shape[:2]
    return [
        (top, left)
        for top in range(picture.shape[0] - height + 1)
        for left in range(picture.shape[1] - width + 1)
        if np.array_equal(picture[top : top + height, left : left + width], part)
    ]


def test_each_poster_is_cut_out_at_a_place_of_its_own(pictures: np.ndarray) -> None:
    parts = cropped(pictures, 0.7, np.random.default_rng(3))
    assert parts.shape == (6, 14, 7, 3)
    found = [places(part, picture) for part, picture in zip(parts, pictures, strict=True)]
    assert all(len(one) == 1 for one in found)
    assert len({one[0] for one in found}) > 1


def test_posters_are_mixed_as_their_labels_are(pictures: np.ndarray) -> None:
    truth = {"genres": np.eye(6, dtype=np.float32)}
    blend, labels = mixed(pictures, truth, 1.0, np.random.default_rng(5))
    shares = labels["genres"]
    assert shares.sum(axis=1) == pytest.approx(np.ones(6))
    assert (shares.diagonal() >= 0.5).all()
    assert (shares.diagonal() < 1.0).any()
    expected = np.einsum("ij,jhwc->ihwc", shares, pictures.astype(np.float32))
    assert np.abs(blend - expected).max() <= 0.51


def test_a_poster_without_labels_is_mixed_with_none(pictures: np.ndarray) -> None:
    truth = {"genres": np.eye(6, dtype=np.float32), "score": np.ones((6, 2), np.float32)}
    truth["score"][2] = 0.0
    blend, labels = mixed(pictures, truth, 1.0, np.random.default_rng(5))
    assert np.array_equal(blend[2], pictures[2])
    assert np.array_equal(labels["genres"][2], truth["genres"][2])
    assert not labels["genres"][[0, 1, 3, 4, 5], 2].any()


def test_what_is_drawn_hangs_on_seed_epoch_and_batch_alone(toys: Dataset, pictures: np.ndarray) -> None:
    task = task_of(tiny.recipe(), toys)
    inputs = np.repeat(pictures, -(-len(toys) // 6), axis=0)[: len(toys)]

    def batch(epoch: int, index: int, *, seed: int | None = 1, **changes: Any) -> np.ndarray:
        batches = Batches(inputs, toys.rows("train"), task, 8, seed=seed, augmentation=Augmentation(**changes))
        batches.start_epoch(epoch)
        return np.asarray(batches[index][0])

    strong: dict[str, Any] = {"crop": 0.7, "mixup": 0.4}
    assert np.array_equal(batch(2, 1, **strong), batch(2, 1, **strong))
    assert not np.array_equal(batch(2, 1, **strong), batch(3, 1, **strong))
    assert not np.array_equal(batch(2, 1, **strong), batch(2, 0, **strong))
    assert np.array_equal(batch(0, 0, seed=None, **strong), inputs[toys.rows("train")[:8]])
