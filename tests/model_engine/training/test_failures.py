"""What a person is told when training cannot go on, and what is left of it."""

import resource
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.training.building import train_version
from model_engine.training.failures import TrainingError, told_in_one_sentence
from model_engine.training.prepared import prepared_pictures
from model_engine.training.progress import Epoch, Telling
from model_engine.training.tasks import task_of
from tests.model_engine.training import tiny


@pytest.fixture
def small_files() -> Iterator[int]:
    """No file may grow beyond this many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def with_scores(toys: Dataset, score: float) -> Dataset:
    return Dataset(toys.folder, toys.table.assign(score=score))


def test_a_loss_that_is_no_number_ends_the_run_and_the_last_good_checkpoint_stays(
    toys: Dataset, tmp_path: Path
) -> None:
    calm, wild = tiny.recipe().phase[0], tiny.recipe(**{"phase.learning_rate": 1e30}).phase[1]
    recipe = msgspec.structs.replace(tiny.recipe(augmentation={}), phase=(calm, wild))
    with pytest.raises(TrainingError, match=r"not a number any more.*\(phase 2, epoch .*checkpoint stays.*--resume"):
        train_version(recipe, toys, tmp_path, tmp_path / "cache")
    assert (tmp_path / ".training-tiny-1" / "0-1-best.npz").is_file()


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes."),
        type("ResourceExhaustedError", (Exception,), {})("OOM when allocating tensor"),
    ],
    ids=["python", "jax", "tensorflow"],
)
def test_too_little_memory_is_told_with_a_batch_that_may_fit(error: Exception, tmp_path: Path) -> None:
    with (
        pytest.raises(TrainingError, match=r"Memory ran out with 16 posters per step; try --batch 8\. There is no"),
        told_in_one_sentence(tmp_path / "run", tiny.recipe()),
    ):
        raise error


def test_an_error_that_nobody_foresaw_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), told_in_one_sentence(tmp_path / "run", tiny.recipe()):
        raise ZeroDivisionError


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        told_in_one_sentence(tmp_path / "run", tiny.recipe()),
        pytest.raises(TrainingError, match="Another run is at work"),
        told_in_one_sentence(tmp_path / "run", tiny.recipe()),
    ):
        pass


def test_a_disk_without_room_for_the_pictures_is_told_before_any_is_read(
    toys: Dataset, tmp_path: Path, small_files: int
) -> None:
    with pytest.raises(TrainingError, match=r"The disk is full\. There is no checkpoint yet"):
        train_version(tiny.recipe(), toys, tmp_path / "out", tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.npy"))


def test_a_disk_that_fills_up_with_checkpoints_leaves_the_last_good_one(toys: Dataset, tmp_path: Path) -> None:
    recipe = tiny.recipe(augmentation={}, **{"phase.epochs": 2})
    recipe = msgspec.structs.replace(recipe, phase=recipe.phase[1:])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    class Fill(Telling):
        def epoch(self, epoch: Epoch, best: bool) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, limits[1]))

    try:
        with pytest.raises(TrainingError, match=r"The disk is full\. The last good checkpoint stays"):
            train_version(recipe, toys, tmp_path, tmp_path / "cache", telling=Fill())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    train_version(recipe, toys, tmp_path, tmp_path / "cache", resume=True)


def test_pictures_that_were_prepared_before_a_kill_are_not_prepared_again(
    toys: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_engine.training.prepared.ROWS_AT_ONCE", 30)
    told: list[int] = []

    def kill_at_60(done: int, total: int) -> None:
        told.append(done)
        if done == 60:
            raise KeyboardInterrupt

    size = tiny.recipe().input
    with pytest.raises(KeyboardInterrupt):
        prepared_pictures(toys, size, tmp_path, kill_at_60)
    pictures = prepared_pictures(toys, size, tmp_path, lambda done, total: told.append(done))
    assert told == [30, 60, 90]
    for row in (0, 59, 60, 89):
        assert np.array_equal(pictures[row], size.prepare_image(toys.read(row)))


def test_a_split_without_posters_is_told(toys: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no poster in the split test: poster-judge dataset split"):
        train_version(tiny.recipe(), toys.select(np.flatnonzero(toys.split != "test")), tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("task", "score", "told"),
    [
        ("verdict", 3.0, "no poster is good, so that cannot be learnt"),
        ("classes", 9.0, "no poster is terrible or bad or decent or good"),
        ("both", float("nan"), "no poster has a score: --task genres does without"),
    ],
)
def test_a_class_without_posters_is_told_by_its_name(toys: Dataset, task: str, score: float, told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        task_of(tiny.recipe(task=task), with_scores(toys, score))


def test_a_genre_of_the_group_without_posters_is_told_by_its_name(toys: Dataset) -> None:
    with pytest.raises(DatasetError, match="no poster has the genre War"):
        task_of(tiny.recipe(**{"filters.genres": ["Comedy", "War"]}), toys)
