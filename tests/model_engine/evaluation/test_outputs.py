from pathlib import Path

import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.errors import DeviceError
from model_engine.evaluation import outputs
from model_engine.evaluation.outputs import outputs_of
from model_engine.runtimes.fake_runtime import FakeRuntime
from model_engine.runtimes.interface import RawOutputs, Runtime
from model_engine.versions import Version


def silent(done: int, total: int) -> None:
    """Tells nobody."""


def opened(version: Version) -> FakeRuntime:
    return FakeRuntime(version.name, version.preprocessing.shape, max_batch_size=8)


def not_again() -> Runtime:
    raise AssertionError("ran once more")


def test_a_version_runs_once_over_the_same_posters(starter: Version, toy_dataset: Path, tmp_path: Path) -> None:
    dataset = Dataset.open(toy_dataset)
    told: list[tuple[int, int]] = []
    first = outputs_of(starter, dataset, lambda: opened(starter), tmp_path, lambda *far: told.append(far))
    again = outputs_of(starter, dataset, not_again, tmp_path, silent)
    assert first.features.shape == (90, 1280)
    assert (first.genre_logits.dtype, first.features.dtype) == (np.float32, np.float16)
    assert all((getattr(first, name) == getattr(again, name)).all() for name in outputs.KEPT)
    assert told[-1] == (90, 90)
    with pytest.raises(AssertionError, match="ran once more"):
        outputs_of(starter, dataset.select(range(80)), not_again, tmp_path, silent)


class Loud(FakeRuntime):
    """Gives features that float16 cannot hold, as networks without normalisation may."""

    def infer(self, batch: np.ndarray) -> RawOutputs:
        outputs = super().infer(batch)
        return outputs._replace(features=outputs.features * 1e6)


def test_features_beyond_float16_are_kept_as_numbers(starter: Version, toy_dataset: Path, tmp_path: Path) -> None:
    dataset = Dataset.open(toy_dataset).select(range(8))
    kept = outputs_of(
        starter, dataset, lambda: Loud(starter.name, starter.preprocessing.shape, width=4), tmp_path, silent
    )
    assert kept.features.max() == 65504


class Dying(FakeRuntime):
    """Does three batches."""

    batches = 0

    def infer(self, batch: np.ndarray) -> RawOutputs:
        self.batches += 1
        if self.batches > 3:
            raise DeviceError("The device was lost.", out_of_memory=False)
        return super().infer(batch)


def test_a_run_that_broke_off_goes_on_where_it_was(
    starter: Version, toy_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "PORTION", 16)
    dataset = Dataset.open(toy_dataset)
    with pytest.raises(DeviceError):
        outputs_of(
            starter,
            dataset,
            lambda: Dying(starter.name, starter.preprocessing.shape, max_batch_size=8),
            tmp_path,
            silent,
        )
    told: list[int] = []
    done = outputs_of(starter, dataset, lambda: opened(starter), tmp_path, lambda done, total: told.append(done))
    whole = outputs_of(starter, dataset, lambda: opened(starter), tmp_path / "other", silent)
    assert told[0] == 24  # the first 16 were kept
    assert (done.score_logits == whole.score_logits).all()
    assert (done.features == whole.features).all()
