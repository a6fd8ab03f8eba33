"""Several networks that judge together as one version."""

from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from model_engine.activation import has_activation_maps
from model_engine.datasets.dataset import Dataset
from model_engine.learning.last_stage import LastStage, narrowest_place
from model_engine.networks.judge_network import build_judge_network
from model_engine.runtimes.keras_runtime import KerasRuntime
from model_engine.runtimes.onnx_runtime import OnnxRuntime
from model_engine.training.building import train_version
from model_engine.training.cross_validating import cross_validate
from model_engine.training.ensembling import join_networks
from model_engine.training.plots import _apart
from model_engine.training.progress import Epoch, Telling
from model_engine.training.recipe import Recipe, RecipeError, read_recipe
from model_engine.versions import Version, load_version
from tests.model_engine.training import tiny

PICTURES = np.random.default_rng(1).integers(0, 256, (5, 24, 16, 3), np.uint8)


def written(folder: Path, **values: Any) -> str:
    """A member's recipe as a file of one's own: heads on random features, which takes a second."""
    heads = [{"trainable": "heads", "epochs": 1, "batch": 16, "learning_rate": 0.01}]
    recipe = tiny.recipe(**{"phase": heads, "augmentation": {}, **values})
    lines = [f"{name} = {_toml(value)}" for name, value in msgspec.to_builtins(recipe).items() if value is not None]
    path = folder / f"{recipe.version}.toml"
    path.write_text("\n".join(lines))
    assert read_recipe(str(path)) == recipe
    return str(path)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items() if one is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return msgspec.json.encode(value).decode()


def joining(*members: str, **values: Any) -> Recipe:
    plain = msgspec.to_builtins(tiny.recipe()) | {
        "name": "both", "version": "both-1", "network": "ensemble", "phase": [], "augmentation": {}, "members": members
    }  # fmt: skip
    return msgspec.convert(plain | values, Recipe)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the recipes of two members, and of what is made of them."""
    return tmp_path_factory.mktemp("ensembles")


@pytest.fixture(scope="module")
def members(folder: Path) -> tuple[str, str]:
    return written(folder, version="one-1"), written(folder, version="two-1", seed=4)


@pytest.fixture(scope="module")
def both(toys: Dataset, members: tuple[str, str], folder: Path) -> Version:
    with tiny.registered():
        recipe = joining(*members, rehearsal=10, kernel_bits=8)
        return load_version(train_version(recipe, toys, folder / "out", folder / "cache"))


def test_an_ensemble_trains_its_members_and_says_the_mean_of_what_they_say(both: Version) -> None:
    out = both.folder.parent
    said = {}
    for name in ("one-1", "two-1", "both-1"):
        runtime = OnnxRuntime(load_version(out / name).onnx_file, name)
        said[name] = runtime.infer(PICTURES)
        runtime.close()
    for head in ("genre_logits", "score_logits"):
        one, two, mean = (getattr(said[name], head) for name in said)
        assert np.abs(one - two).max() > 0.01
        assert mean == pytest.approx((one + two) / 2, abs=0.01)
    assert has_activation_maps(said["both-1"])
    remembered = both.rehearsal()
    assert remembered is not None
    assert remembered.shape == (10, 32) == (10, both.heads().genre_kernel.shape[0])
    card = (both.folder / "MODEL_CARD.md").read_text()
    assert "one network that gives the mean of the logits of one-1 and two-1: tiny from random weights, trained" in card
    history = (both.folder / "history.csv").read_text()
    assert [line.partition(",")[0] for line in history.splitlines()[1:]] == ['"one-1', '"one-1', '"two-1', '"two-1']
    assert (both.folder / "history.png").stat().st_size > 0


def test_members_that_another_recipe_made_are_not_taken(
    toys: Dataset, both: Version, members: tuple[str, str], tmp_path: Path
) -> None:
    out = both.folder.parent
    changed = written(tmp_path, version="one-1", seed=9)
    with pytest.raises(RecipeError, match=r"one-1 was not made by the recipe tiny as it is now: remove it\."):
        train_version(joining(changed, members[1], version="both-2"), toys, out, tmp_path / "cache")
    assert not (out / "both-2").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"input": {"height": 48, "width": 32}}, "input"),
        ({"task": "genres"}, "task"),
        ({"filters.min_year": 1990}, "filters"),
    ],
)
def test_members_see_and_learn_the_same_as_their_ensemble(
    values: dict[str, Any], field: str, toys: Dataset, members: tuple[str, str], tmp_path: Path
) -> None:
    other = written(tmp_path, version="other-1", **values)
    with pytest.raises(RecipeError, match=f"tiny cannot be a member of both: it has another {field}"):
        train_version(joining(members[0], other), toys, tmp_path / "out", tmp_path / "cache")
    assert not (tmp_path / "out" / "one-1").exists()


def test_members_of_other_posters_are_not_taken(
    toys: Dataset, both: Version, members: tuple[str, str], tmp_path: Path
) -> None:
    fewer = toys.select(np.arange(10, len(toys)))
    with pytest.raises(RecipeError, match=r"one-1 was made from other posters: remove it\."):
        train_version(joining(*members, version="both-2"), fewer, both.folder.parent, tmp_path / "cache")


def test_a_member_that_cannot_be_taken_is_told_before_another_one_is_trained(
    toys: Dataset, both: Version, members: tuple[str, str], tmp_path: Path
) -> None:
    new, changed = written(tmp_path, version="new-1"), written(tmp_path, version="two-1", seed=9)
    with pytest.raises(RecipeError, match="two-1 was not made by the recipe tiny"):
        train_version(joining(new, changed, version="both-2"), toys, both.folder.parent, tmp_path / "cache")
    assert not (both.folder.parent / "new-1").exists()


def test_an_ensemble_and_its_members_are_versions_of_different_names(
    toys: Dataset, members: tuple[str, str], tmp_path: Path
) -> None:
    for version, named in (("one-1", members), ("both-1", (members[0], members[0]))):
        with pytest.raises(RecipeError, match="versions of different names"):
            train_version(joining(*named, version=version), toys, tmp_path / "out", tmp_path / "cache")


def test_what_was_fitted_apart_is_plotted_apart() -> None:
    def epochs(*phases: str) -> list[Epoch]:
        return [Epoch(phase=phase, epoch=1, figures={}) for phase in phases]

    assert list(_apart(epochs("genre", "score"))) == ["genre head", "score head"]
    assert list(_apart(epochs("phase 1", "phase 2"))) == ["phase 1 then phase 2"]
    assert list(_apart(epochs("a, phase 1", "a, phase 2", "b, phase 1"))) == ["a", "b"]
    assert list(_apart(epochs("a, genre", "a, score", "b, genre"))) == [
        "a, genre head",
        "a, score head",
        "b, genre head",
    ]


def test_a_recipe_has_phases_or_members(members: tuple[str, str]) -> None:
    for odd in (
        {"members": members[:1]},
        {"phase": msgspec.to_builtins(tiny.recipe().phase)},
        {"members": ()},
        {"network": "tiny"},
        {"loss": "focal"},
        {"weights": "imagenet"},
        {"augmentation": {"flip": True}},
    ):
        with pytest.raises(msgspec.ValidationError):
            joining(*members, **odd)


def test_what_an_ensemble_does_not_have_cannot_be_changed_on_the_command_line(members: tuple[str, str]) -> None:
    with pytest.raises(RecipeError, match=r"The recipe both joins others and has no epochs: change .*one-1\.toml"):
        joining(*members).changed(epochs=2)


def test_an_ensemble_is_not_trained_fold_by_fold(toys: Dataset, members: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"The recipe both only joins what was trained: take .*one-1\.toml or"):
        cross_validate(
            joining(*members), toys, np.arange(len(toys)), 3, tmp_path / "out", tmp_path / "cache",
            resume=False, telling=Telling(),
        )  # fmt: skip


def test_heads_that_do_not_look_at_the_mean_of_a_map_cannot_be_joined() -> None:
    flat = build_judge_network("basic-cnn", 64, 64)
    with pytest.raises(RecipeError, match="its heads do not look at the mean of its last map"):
        join_networks([flat, flat])


def test_an_ensemble_learns_deeper_in_all_its_members_at_once() -> None:
    keras.utils.set_random_seed(5)
    network = join_networks([build_judge_network("tiny-deep", 24, 16) for _ in range(2)])
    cut = narrowest_place(network)
    assert [value.shape[1:] for value in cut] == [(6, 4, 16)] * 2
    stage = LastStage(network, cut)
    seen = stage.activations(PICTURES)
    assert seen.shape == (5, 6, 4, 32)
    features = np.asarray(network(PICTURES)["features"])
    assert stage.features(seen, np.arange(5)) == pytest.approx(features, abs=0.01)
    moving = {layer.name for layer in network.layers if layer.trainable_weights}
    assert moving == {"member1_block3_conv", "member2_block3_conv", "genre_logits", "score_logits"}


def test_with_8_bits_kernels_weigh_half_and_both_files_judge_alike(
    toys: Dataset, both: Version, members: tuple[str, str]
) -> None:
    out = both.folder.parent
    plain = load_version(train_version(joining(*members, version="plain"), toys, out, out.parent / "cache"))
    assert plain.manifest.files.keys() == both.manifest.files.keys() - {"rehearsal.npz"}
    less, more = (_kernel_bytes(version) for version in (both, plain))
    assert less < 0.65 * more
    exported, kept = OnnxRuntime(both.onnx_file, "a"), KerasRuntime(both.keras_file, "b")
    assert exported.infer(PICTURES).genre_logits == pytest.approx(kept.infer(PICTURES).genre_logits, abs=1e-4)
    assert "have 255 steps (8 bits in the ONNX file)" in (both.folder / "MODEL_CARD.md").read_text()
    for runtime in (exported, kept):
        runtime.close()


def _kernel_bytes(version: Version) -> int:
    """Of what convolutions take in the ONNX file, the size of their steps included."""
    stored = onnx.load(version.onnx_file).graph.initializer
    return sum(numpy_helper.to_array(one).nbytes for one in stored if "conv_kernel" in one.name)
