"""What a person gets who trains a network end to end."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.judging import Judge
from model_engine.runtimes import open_runtime
from model_engine.training.building import train_version
from model_engine.training.failures import TrainingError
from model_engine.training.progress import Epoch, Telling
from model_engine.training.recipe import RecipeError
from model_engine.versions import load_version
from tests.model_engine.training import tiny


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def made(toys: Dataset, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    learnable = tiny.recipe(**{"phase.epochs": 8})
    return train_version(learnable, toys, tmp_path_factory.mktemp("out"), cache)


class Stop(Telling):
    """Ends a run after so many epochs, as a person does with Ctrl-C."""

    def __init__(self, after: int) -> None:
        self._left = after

    def epoch(self, epoch: Epoch, best: bool) -> None:
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt


def weights_of(version: Path) -> list[np.ndarray]:
    return keras.models.load_model(version / "network.keras", compile=False).get_weights()


def epochs_in(version: Path) -> list[dict[str, str]]:
    with (version / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_network_learns_from_pictures_and_its_version_judges(made: Path, toys: Dataset) -> None:
    version = load_version(made)
    judge = Judge(version, open_runtime("onnx", version))
    red, blue = judge.judge([np.asarray(toys.read(row)) for row in (0, 1)])
    assert red.genres["Horror"] > 0.5 > blue.genres["Horror"]
    assert red.score.expected > blue.score.expected
    assert version.labels.task == "both"
    assert version.manifest.backbone == "tiny"


def test_every_epoch_stands_in_the_history_with_loss_and_accuracy(made: Path) -> None:
    rows = epochs_in(made)
    assert [row["phase"] for row in rows] == ["phase 1"] * 8 + ["phase 2"] * 8
    assert float(rows[-1]["validation_loss"]) < float(rows[0]["validation_loss"])
    assert float(rows[-1]["validation_genre_accuracy"]) > 0.9
    assert {"loss", "score_accuracy", "validation_score_accuracy"} < set(rows[0])
    assert (made / "history.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_of_the_run_stays_but_the_version(made: Path) -> None:
    assert [path.name for path in made.parent.iterdir() if not path.name.endswith(".lock")] == ["tiny-1"]


def test_no_saved_network_holds_augmentation(made: Path) -> None:
    kinds = {type(layer).__name__ for layer in keras.models.load_model(made / "network.keras").layers}
    assert not [kind for kind in kinds if kind.startswith("Random")]


def test_the_head_phase_moves_no_other_layer_and_no_running_mean(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    before = tiny.recipe()
    keras.utils.set_random_seed(before.seed)
    from model_engine.training.building import built

    fresh = {layer.name: layer.get_weights() for layer in built(before).layers if layer.weights}
    heads = msgspec.structs.replace(before, phase=before.phase[:1])
    version = train_version(heads, toys, tmp_path, cache)
    after = {
        layer.name: layer.get_weights()
        for layer in keras.models.load_model(version / "network.keras", compile=False).layers
    }
    for name in ("block1_conv", "block1_bn", "block2_conv", "block2_bn"):
        for old, new in zip(fresh[name], after[name], strict=True):
            assert new == pytest.approx(old, rel=1e-3, abs=1e-6)
    assert np.abs(after["genre_logits"][0]).max() > 0


def test_named_blocks_move_with_the_heads_and_their_batch_norm_does_not(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    recipe = tiny.recipe(**{"phase.trainable": ["block2"], "phase.epochs": 2})
    keras.utils.set_random_seed(recipe.seed)
    from model_engine.training.building import built

    fresh = {layer.name: layer.get_weights() for layer in built(recipe).layers if layer.weights}
    version = train_version(recipe, toys, tmp_path, cache)
    loaded = keras.models.load_model(version / "network.keras", compile=False)
    after = {layer.name: layer.get_weights() for layer in loaded.layers}
    assert after["block1_conv"][0] == pytest.approx(fresh["block1_conv"][0], rel=1e-3, abs=1e-6)
    assert np.abs(after["block2_conv"][0] - fresh["block2_conv"][0]).max() > 1e-3
    assert after["block2_bn"][2] == pytest.approx(fresh["block2_bn"][2])


def test_a_frozen_part_gives_the_same_network_whether_it_is_computed_once_or_each_time(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    """Only the first is taken where pictures change; an augmentation that changes nothing tells them apart."""
    once = tiny.recipe(**{"phase.trainable": ["block2"], "augmentation": {}})
    each_time = tiny.recipe(**{"phase.trainable": ["block2"], "augmentation": {"brightness": 1e-9}})
    versions = [train_version(recipe, toys, tmp_path / str(i), cache) for i, recipe in enumerate((once, each_time))]
    assert list(cache.glob("activations-*.npy"))
    for first, second in zip(*map(weights_of, versions), strict=True):
        assert first == pytest.approx(second, abs=0.02)


def test_layers_that_are_not_there_are_told(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="has no layers block9"):
        train_version(tiny.recipe(**{"phase.trainable": ["block9"]}), toys, tmp_path, cache)


def test_a_run_goes_on_after_an_interruption_as_if_there_had_been_none(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    whole = train_version(tiny.recipe(), toys, tmp_path / "whole", cache)
    for after in (2, 1):
        with pytest.raises(TrainingError, match=r"Interrupted\. The last good checkpoint stays"):
            train_version(tiny.recipe(), toys, tmp_path / "cut", cache, resume=True, telling=Stop(after))
    cut = train_version(tiny.recipe(), toys, tmp_path / "cut", cache, resume=True)
    assert epochs_in(cut) == epochs_in(whole)
    for first, second in zip(weights_of(cut), weights_of(whole), strict=True):
        assert np.array_equal(first, second)


def test_a_killed_process_leaves_a_checkpoint_that_the_next_one_goes_on_from(
    toy_dataset: Path, cache: Path, tmp_path: Path
) -> None:
    def run(resume: str) -> list[str]:
        return [sys.executable, tiny.__file__, str(toy_dataset), str(tmp_path), str(cache), resume, "30"]

    state = tmp_path / ".training-tiny-1" / "progress.json"
    with subprocess.Popen(run("anew"), stdout=subprocess.DEVNULL) as killed:
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not (state.is_file() and b'"epoch":3' in state.read_bytes()):
            assert killed.poll() is None
            time.sleep(0.01)
        os.kill(killed.pid, signal.SIGKILL)
    done = len(msgspec.json.decode(state.read_bytes())["history"])
    assert done >= 3
    subprocess.run(run("resume"), stdout=subprocess.DEVNULL, timeout=90, check=True)
    rows = epochs_in(tmp_path / "tiny-1")
    assert [int(row["epoch"]) for row in rows if row["phase"] == "phase 1"] == list(range(1, 31))
    assert len(rows) == 60


def test_another_recipe_does_not_go_on_from_a_checkpoint(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="Interrupted"):
        train_version(tiny.recipe(), toys, tmp_path, cache, telling=Stop(1))
    with pytest.raises(TrainingError, match="of another recipe or other posters; leave --resume out"):
        train_version(tiny.recipe(seed=4), toys, tmp_path, cache, resume=True)


def test_a_phase_that_gets_no_better_ends_and_the_best_epoch_is_kept(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    restless = tiny.recipe(**{"phase.learning_rate": 0.5, "phase.patience": 2, "phase.epochs": 30})
    version = train_version(restless, toys, tmp_path, cache)
    losses = [float(row["validation_loss"]) for row in epochs_in(version) if row["phase"] == "phase 1"]
    assert len(losses) < 30
    assert min(losses) == losses[-3]


def test_mixed_precision_trains_and_gives_float32_weights(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    version = train_version(tiny.recipe(), toys, tmp_path, cache, mixed_precision=True)
    loaded = keras.models.load_model(version / "network.keras", compile=False)
    assert {layer.compute_dtype for layer in loaded.layers} <= {"float32", "uint8"}
    assert keras.mixed_precision.dtype_policy().name == "float32"
