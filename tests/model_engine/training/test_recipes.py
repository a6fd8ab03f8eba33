"""What recipes say, and that each fits its network."""

import shlex
from pathlib import Path

import keras
import msgspec
import pytest

from model_engine.datasets.filters import Filters
from model_engine.training.ensembling import member_recipes
from model_engine.training.freezing import last_frozen, set_trainable
from model_engine.training.options import _value
from model_engine.training.recipe import Recipe, RecipeError, read_recipe, recipe_names
from model_engine.training.recipe_values import options_of, with_values
from model_engine.training.starting import built
from tests.model_engine.training import tiny

OF_THE_ISSUE = {
    "basic-cnn", "regularized-cnn", "augmented-cnn", "vgg16-features", "vgg16-features-augmented", "vgg16-finetuned",
    "inceptionresnetv2-finetuned", "inceptionv3-finetuned", "genre-cnn", "posters-by-year", "starter",
    "starter-first", "starter-second",
    *(f"efficientnet-lite{size}{kind}" for size in (0, 1, 2) for kind in ("", "-features", "-finetuned")),
}  # fmt: skip


ONE_NETWORK = OF_THE_ISSUE - {"starter"}

LARGE = ("inception", "vgg16", "efficientnet-lite1", "efficientnet-lite2")
"""Building these takes seconds."""


def moving(network: keras.Model, recipe: Recipe) -> list[set[str]]:
    """Names of the layers with weights that move, by phase."""
    phases = []
    for phase in recipe.phase:
        set_trainable(network, phase, ("genre_logits", "score_logits"))
        phases.append({layer.name for layer in network.layers if layer.trainable_weights})
    return phases


def test_every_public_model_is_a_recipe() -> None:
    assert set(recipe_names()) == OF_THE_ISSUE
    assert all(read_recipe(name).name == name and read_recipe(name).source for name in OF_THE_ISSUE)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.long if name.startswith(LARGE) else ()) for name in sorted(ONE_NETWORK)],
)
def test_a_recipe_fits_its_network_in_every_phase(name: str) -> None:
    recipe = read_recipe(name)
    phases = moving(built(recipe), recipe)
    assert all(phase & {"genre_logits", "score_logits"} for phase in phases)
    if name.endswith("-finetuned"):
        assert phases[0] < phases[1]


def test_the_starters_members_fit_together() -> None:
    members = member_recipes(read_recipe("starter"))
    assert [member.name for member in members] == ["starter-first", "starter-second"]


def test_fine_tuning_unfreezes_the_top_blocks_alone_and_no_batch_norm() -> None:
    recipe = read_recipe("efficientnet-lite0-finetuned")
    heads, blocks = moving(built(recipe), recipe)
    assert heads == {"genre_logits", "score_logits"}
    assert {"block9_expand_conv", "head_conv"} < blocks
    assert not [name for name in blocks if name.endswith("_bn") or name.startswith(("stem", "block0", "block1_"))]


def test_a_phase_that_says_so_moves_the_batch_norm_of_its_own_layers_alone() -> None:
    recipe = with_values(read_recipe("efficientnet-lite0-finetuned"), {"phase.batchnorm": True})
    norms = {name for name in moving(built(recipe), recipe)[1] if name.endswith("_bn")}
    assert "block9_expand_bn" in norms
    assert not [name for name in norms if name.startswith(("stem", "block0", "block1_"))]


def test_statistics_are_averaged_as_far_back_as_the_weights_that_are_measured_with_them() -> None:
    recipe = with_values(read_recipe("efficientnet-lite0-finetuned"), {"phase.batchnorm": True})
    network = built(recipe)
    norm = network.get_layer("block9_expand_bn")
    for averaging, momentum in ((0.999, 0.999), (0.0, 0.99)):
        phase = msgspec.structs.replace(recipe.phase[1], averaging=averaging)
        set_trainable(network, phase, ("genre_logits", "score_logits"))
        assert norm.momentum == momentum


def test_vgg_moves_its_dense_layers_first_and_then_blocks_4_and_5() -> None:
    recipe = read_recipe("vgg16-finetuned")
    dense, blocks = moving(built(recipe), recipe)
    assert dense == {"hidden1", "genre_logits", "score_logits"}
    assert {name[:6] for name in blocks - dense} == {"block4", "block5"}


def test_a_network_that_moves_as_a_whole_has_no_frozen_part_to_keep() -> None:
    network = built(tiny.recipe())
    for phase, expected in zip(tiny.recipe().phase, ((None, 16), None), strict=True):
        set_trainable(network, phase, ("genre_logits", "score_logits"))
        frozen = last_frozen(network)
        assert (None if frozen is None else frozen.shape) == expected


def test_a_recipe_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\nsource = "me"\nversion = "mine-1"\nnetwork = "basic-cnn"\nseed = 1\n'
        "[input]\nheight = 64\nwidth = 48\n[[phase]]\nepochs = 1\nbatch = 8\nlearning_rate = 1e-3\n"
    )
    assert read_recipe(str(tmp_path / "mine.toml")).network == "basic-cnn"
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        read_recipe(str(tmp_path / "other.toml"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("epoch = 3", "unknown field `epoch`"),
        ('task = "cooking"', "Invalid enum value 'cooking'"),
        ("label_smoothing = 1.0", "label_smoothing is from 0"),
        ("phase = []", "has a phase at least"),
        ("augmentation = { zoom = 2.0 }", "zoom is out of range"),
        ("augmentation = { crop = 0.0 }", "crop is above 0 and at most 1"),
        ("augmentation = { mixup = -1.0 }", "mixup from 0"),
        ("search = { loss = { low = 1 } }", "a range is low and high, or choices"),
    ],
)
def test_a_recipe_that_cannot_be_is_told_with_its_fault(tmp_path: Path, line: str, told: str) -> None:
    start = 'name = "mine"\nsource = "me"\nversion = "mine-1"\nnetwork = "basic-cnn"\nseed = 1\n'
    phase = "" if line.startswith("phase") else "[[phase]]\nepochs = 1\nbatch = 8\nlearning_rate = 1e-3\n"
    (tmp_path / "mine.toml").write_text(f"{start}{line}\n[input]\nheight = 64\nwidth = 48\n{phase}")
    with pytest.raises(RecipeError, match=told):
        read_recipe(str(tmp_path / "mine.toml"))


def test_any_value_can_be_set_by_its_name_and_is_checked() -> None:
    recipe = tiny.recipe(**{"phase.learning_rate": 0.5, "augmentation.zoom": 0.3, "options.dropout": 0.2})
    assert [phase.learning_rate for phase in recipe.phase] == [0.5, 0.5]
    assert recipe.augmentation.zoom == 0.3
    assert recipe.options == {"dropout": 0.2}
    with pytest.raises(RecipeError, match="cannot have these values"):
        with_values(recipe, {"phase.learning_rate": -1.0})
    for name in ("phases.epochs", "name.x", "speed"):
        with pytest.raises(RecipeError):
            with_values(recipe, {name: 1})


def test_the_command_line_overrides_each_phase_and_the_size() -> None:
    changed = tiny.recipe().changed(epochs=7, batch=5, ratio=50, seed=None, version="mine")
    assert [(phase.epochs, phase.batch) for phase in changed.phase] == [(7, 5), (7, 5)]
    assert (changed.input.height, changed.input.width) == (134, 91)
    assert (changed.seed, changed.version) == (3, "mine")


def test_the_command_that_made_a_version_can_be_told_from_its_recipe() -> None:
    shipped = read_recipe("vgg16-finetuned")
    assert options_of(shipped) == "--recipe vgg16-finetuned"
    mine = shipped.changed(epochs=3, version="mine", filters=Filters(limit=2000, genres=("Comedy", "War")))
    told = options_of(mine)
    assert told == (
        '--recipe vgg16-finetuned --set version=mine --set \'filters.genres=["Comedy", "War"]\' '
        "--set filters.limit=2000 --set phase.epochs=3"
    )
    given = dict(_value(word.removeprefix("--set=")) for word in shlex.split(told.replace("--set ", "--set="))[2:])
    assert with_values(shipped, given) == mine
