"""What a person gets who trains a network end to end."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.judging import Judge
from model_engine.runtimes import open_runtime
from model_engine.training.building import train, train_version
from model_engine.training.failures import Interrupted, TrainingError
from model_engine.training.progress import Epoch, Telling
from model_engine.training.recipe import Recipe, RecipeError
from model_engine.training.starting import built
from model_engine.training.writing import Trained
from model_engine.versions import load_version
from tests.model_engine.training import tiny


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def made(toys: Dataset, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    learnable = tiny.recipe(**{"phase.epochs": 6})
    return train_version(learnable, toys, tmp_path_factory.mktemp("out"), cache)


class Stop(Telling):
    """Ends a run after so many epochs, as a person does with Ctrl-C."""

    def __init__(self, after: int) -> None:
        self._left = after

    def epoch(self, epoch: Epoch, best: bool) -> None:
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt


def one_phase(**values: Any) -> Recipe:
    recipe = tiny.recipe(**values)
    return msgspec.structs.replace(recipe, phase=recipe.phase[1:])


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
    assert version.likeness is None
    assert version.manifest.backbone.startswith("tiny-")


def test_every_epoch_stands_in_the_history_with_loss_and_accuracy(made: Path) -> None:
    rows = epochs_in(made)
    assert [row["phase"] for row in rows] == ["phase 1"] * 6 + ["phase 2"] * 6
    assert float(rows[-1]["validation_loss"]) < float(rows[0]["validation_loss"])
    assert float(rows[-1]["validation_genre_accuracy"]) > 0.9
    assert {"loss", "score_accuracy", "validation_score_accuracy"} < set(rows[0])
    assert (made / "history.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_of_the_run_stays_but_the_version(made: Path) -> None:
    assert [path.name for path in made.parent.iterdir() if not path.name.endswith(".lock")] == ["tiny-1"]


def test_no_saved_network_holds_augmentation(made: Path) -> None:
    kinds = {type(layer).__name__ for layer in keras.models.load_model(made / "network.keras").layers}
    assert not [kind for kind in kinds if kind.startswith("Random")]


def fitted(recipe: Recipe, toys: Dataset, cache: Path, folder: Path, **options: Any) -> Trained:
    """As `train_version`, without the version."""
    given = {"resume": False, "mixed_precision": False, "telling": Telling(), **options}
    return train(recipe, toys, folder / "run", cache, **given)


def fresh_weights(recipe: Recipe) -> dict[str, list[np.ndarray]]:
    keras.utils.set_random_seed(recipe.seed)
    return {layer.name: layer.get_weights() for layer in built(recipe).layers}


def test_the_head_phase_moves_no_other_layer_and_no_running_mean(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    heads = msgspec.structs.replace(tiny.recipe(), phase=tiny.recipe().phase[:1])
    network = fitted(heads, toys, cache, tmp_path).network
    before = fresh_weights(heads)
    for name in ("block1_conv", "block1_bn", "block2_conv", "block2_bn"):
        for old, new in zip(before[name], network.get_layer(name).get_weights(), strict=True):
            assert new == pytest.approx(old, rel=1e-3, abs=1e-6)
    assert np.abs(network.get_layer("genre_logits").get_weights()[0]).max() > 0


def test_named_blocks_move_with_the_heads_and_their_batch_norm_does_not(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    recipe = one_phase(**{"phase.trainable": ["block2"]})
    network, before = fitted(recipe, toys, cache, tmp_path).network, fresh_weights(recipe)
    after = {layer.name: layer.get_weights() for layer in network.layers}
    assert after["block1_conv"][0] == pytest.approx(before["block1_conv"][0], rel=1e-3, abs=1e-6)
    assert np.abs(after["block2_conv"][0] - before["block2_conv"][0]).max() > 1e-3
    assert after["block2_bn"][2] == pytest.approx(before["block2_bn"][2])


@pytest.mark.long
def test_a_frozen_part_gives_the_same_network_whether_it_is_computed_once_or_each_time(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    """It is computed once where pictures do not change; an augmentation that changes nothing tells the two apart."""
    once = one_phase(**{"phase.trainable": ["block2"], "augmentation": {}})
    each_time = one_phase(**{"phase.trainable": ["block2"], "augmentation": {"brightness": 1e-9}})
    first, second = (fitted(recipe, toys, cache, tmp_path).network.get_weights() for recipe in (once, each_time))
    assert len(list(cache.glob("activations-*.npy"))) == 1
    for one, other in zip(first, second, strict=True):
        assert one == pytest.approx(other, abs=0.02)


def test_layers_that_are_not_there_are_told(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="has no layers block9"):
        fitted(tiny.recipe(**{"phase.trainable": ["block9"]}), toys, cache, tmp_path)


def test_a_run_goes_on_after_an_interruption_as_if_there_had_been_none(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    recipe = one_phase(**{"phase.averaging": 0.9, "phase.warmup": 1})
    whole = fitted(recipe, toys, cache, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        fitted(recipe, toys, cache, tmp_path, telling=Stop(2))
    cut = fitted(recipe, toys, cache, tmp_path, resume=True)
    assert cut.history == whole.history
    for first, second in zip(cut.network.get_weights(), whole.network.get_weights(), strict=True):
        assert np.array_equal(first, second)


@pytest.mark.long
def test_a_killed_process_leaves_a_checkpoint_that_the_next_one_goes_on_from(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    recipe = one_phase(**{"phase.epochs": 12, "phase.patience": 12})
    (tmp_path / "recipe.json").write_bytes(msgspec.json.encode(recipe))
    state = tmp_path / ".training-tiny-1" / "progress.json"
    command = [sys.executable, tiny.__file__, *map(str, (tmp_path / "recipe.json", toys.folder, tmp_path, cache))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not (state.is_file() and b'"epoch":2' in state.read_bytes()):
            assert killed.poll() is None
            time.sleep(0.01)
        os.kill(killed.pid, signal.SIGKILL)
    done = len(msgspec.json.decode(state.read_bytes())["history"])
    assert 2 <= done < 12
    version = train_version(recipe, toys, tmp_path, cache, resume=True)
    assert [int(row["epoch"]) for row in epochs_in(version)] == list(range(1, 13))


def test_averaged_weights_are_what_is_measured(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    calm, plain = (
        one_phase(augmentation={}, **{"phase.averaging": momentum, "phase.epochs": 1}) for momentum in (0.9, 0.0)
    )
    averaged, bare = (
        fitted(recipe, toys, cache, tmp_path / recipe_name)
        for recipe_name, recipe in (("calm", calm), ("plain", plain))
    )
    assert bare.history[0].figures["loss"] == averaged.history[0].figures["loss"]
    assert bare.history[0].figures["validation_loss"] != averaged.history[0].figures["validation_loss"]


def test_a_network_that_learns_from_parts_of_posters_judges_whole_ones(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    parts = tiny.recipe(**{"augmentation": {"crop": 0.7, "mixup": 0.2}, "phase.averaging": 0.5, "phase.epochs": 2})
    unchanged = msgspec.structs.replace(parts.phase[0], augmented=False)
    parts = msgspec.structs.replace(parts, phase=(unchanged, parts.phase[1]))
    before = len(list(cache.glob("activations-*.npy")))
    made = fitted(parts, toys, cache, tmp_path)
    assert made.network.input.shape == (None, 24, 16, 3)
    assert made.history[-1].figures["validation_loss"] < made.history[0].figures["validation_loss"]
    assert len(list(cache.glob("activations-*.npy"))) == before + 1


def test_a_network_that_flattens_its_map_cannot_learn_from_parts(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    recipe = tiny.recipe(network="basic-cnn", input={"height": 32, "width": 32}, augmentation={"crop": 0.8})
    with pytest.raises(RecipeError, match="The network basic-cnn cannot learn from parts of posters: leave crop out"):
        fitted(recipe, toys, cache, tmp_path)


def test_another_recipe_does_not_go_on_from_a_checkpoint(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match=r"Interrupted\. The last good checkpoint stays .* --resume goes on"):
        train_version(tiny.recipe(), toys, tmp_path, cache, telling=Stop(1))
    with pytest.raises(TrainingError, match="of another recipe or other posters; leave --resume out"):
        train_version(tiny.recipe(seed=4), toys, tmp_path, cache, resume=True)


def test_a_damaged_checkpoint_is_told(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fitted(tiny.recipe(), toys, cache, tmp_path, telling=Stop(1))
    for file in (tmp_path / "run").glob("*.npz"):
        file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(TrainingError, match=r"The checkpoint .*npz cannot be used"):
        fitted(tiny.recipe(), toys, cache, tmp_path, resume=True)


def test_a_phase_that_gets_no_better_ends_and_the_best_epoch_is_kept(
    toys: Dataset, cache: Path, tmp_path: Path
) -> None:
    restless = one_phase(
        task="genres", augmentation={}, **{"phase.learning_rate": 0.5, "phase.patience": 2, "phase.epochs": 30}
    )
    history = fitted(restless, toys, cache, tmp_path).history
    losses = [epoch.figures["validation_loss"] for epoch in history]
    named = {"loss", "validation_loss", "genre_accuracy", "validation_genre_accuracy"}
    assert set(history[0].figures) == named
    assert len(losses) < 30
    assert min(losses) == losses[-3]


def test_mixed_precision_trains_and_gives_float32_weights(toys: Dataset, cache: Path, tmp_path: Path) -> None:
    network = fitted(one_phase(), toys, cache, tmp_path, mixed_precision=True).network
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    assert keras.mixed_precision.dtype_policy().name == "float32"
