"""What the commands `train`, `recipes`, `cross-validate` and `tune` say."""

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from launcher.cli import app
from model_engine.datasets.dataset import Dataset
from model_engine.training.failures import Interrupted
from model_engine.versions import load_version

TINY = """\
name = "{name}"
source = "a test"
version = "{name}-1"
network = "tiny"
seed = 3
least_support = 20
input = {{ height = 24, width = 16 }}
[[phase]]
trainable = {trainable}
epochs = 2
batch = 16
learning_rate = 0.01
"""


@pytest.fixture
def recipes(tmp_path: Path) -> list[str]:
    """Two files: heads on frozen features, and a network that its blocks do not fit."""
    for name, trainable in (("good", '"heads"'), ("bad", '["block9"]')):
        (tmp_path / f"{name}.toml").write_text(TINY.format(name=name, trainable=trainable))
    return [str(tmp_path / "good.toml"), str(tmp_path / "bad.toml")]


def run(*words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def test_several_recipes_are_trained_in_one_run_and_one_that_fails_stops_no_other(
    toys: Dataset, recipes: list[str], tmp_path: Path
) -> None:
    code, said, told = run(
        "train", "--data", toys.folder, "--out", tmp_path / "out", "--cache", tmp_path / "cache",
        "--recipe", recipes[1], "--recipe", recipes[0], "-e", 3, "-b", 8, "--genres", "Comedy,Drama",
        "--task", "genres", "--set", "label_smoothing=0.1", "--limit", 80,
    )  # fmt: skip
    assert code == 69
    assert "bad: The network poster_judge_tiny has no layers block9." in told
    version = load_version(tmp_path / "out" / "good-1")
    assert str(version.folder) in said
    assert version.labels.task == "genres"
    assert version.labels.judged == ("Comedy", "Drama")
    card = (version.folder / "MODEL_CARD.md").read_text()
    assert "tiny from random weights, trained for genres alone" in card
    code, said, _ = run("train", "--data", toys.folder, "--out", tmp_path / "out", "--recipe", recipes[0], "--resume")
    assert (code, said.strip()) == (0, "The version good-1 is there already.")


def test_whoever_interrupts_a_run_ends_all_of_it(
    toys: Dataset, recipes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise Interrupted("Interrupted. There is no checkpoint yet.")

    monkeypatch.setattr("model_engine.training.building.train", interrupt)
    words = [word for recipe in recipes for word in ("--recipe", recipe)]
    code, _, told = run("train", "--data", toys.folder, "--out", tmp_path / "out", *words)
    assert code == 69
    assert told.splitlines()[-1] == "Interrupted. There is no checkpoint yet."


def test_a_version_that_is_there_is_told_before_anything_is_computed(
    toys: Dataset, recipes: list[str], tmp_path: Path
) -> None:
    (tmp_path / "out" / "mine").mkdir(parents=True)
    code, _, told = run(
        "train", "--data", toys.folder, "--out", tmp_path / "out", "--recipe", recipes[0], "--version", "mine"
    )
    assert code == 69
    assert "versions never change" in told.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--recipe", "none"], "There is no recipe none; there are: augmented-cnn"),
        (["--task", "cooking"], "cannot have these values: Invalid enum value 'cooking'"),
        (["--genres", "Cooking"], "There is no genre cooking"),
        (["--min-year", "3000"], "No poster is left"),
        (["--version", "No Good"], "A version's name is 1 to 63"),
        (["--set", "speed"], "NAME=VALUE"),
        (["--recipe", "basic-cnn", "--recipe", "genre-cnn", "--version", "x"], "names one version"),
    ],
)
def test_what_cannot_be_trained_is_told_in_a_line(toys: Dataset, tmp_path: Path, words: list[str], told: str) -> None:
    code, _, said = run("train", "--data", toys.folder, "--out", tmp_path, *words)
    assert code in (2, 69)
    assert told in " ".join(said.replace("│", " ").split())


def test_the_recipes_are_listed_with_their_source() -> None:
    code, said, _ = run("recipes")
    words = " ".join(said.split())
    assert code == 0
    assert "vgg16-finetuned" in words
    assert "github.com/damengjin" in words


def test_a_preview_is_drawn_and_says_where_a_recipe_changes_nothing(toys: Dataset, tmp_path: Path) -> None:
    toys.read(0).save(tmp_path / "poster.png")
    for recipe, alike in (("augmented-cnn", False), ("basic-cnn", True)):
        sheet = tmp_path / f"{recipe}.png"
        code, said, _ = run("recipes", "preview", recipe, tmp_path / "poster.png", "--out", sheet, "--count", 4)
        assert code == 0
        assert ("all are alike" in said) is alike
        with Image.open(sheet) as drawn:
            assert drawn.size == (4 * (72 + 6) + 6, 96 + 6 + 6)
    code, _, told = run("recipes", "preview", "basic-cnn", tmp_path / "none.png")
    assert code == 69
    assert "none.png" in told


def test_cross_validation_and_tuning_give_tables_with_mean_and_spread(
    toys: Dataset, recipes: list[str], tmp_path: Path
) -> None:
    shared = ["--data", toys.folder, "--out", tmp_path / "out", "--cache", tmp_path / "cache", "--recipe", recipes[0]]
    code, said, _ = run("cross-validate", *shared, "--folds", 2)
    assert code == 0
    assert "genres.macro_roc_auc" in said
    table = (tmp_path / "out" / "cross-validation-good" / "folds.md").read_text()
    assert "| figure | mean | spread | fold 1 | fold 2 |" in table
    assert "| genres.macro_roc_auc | 1 | 0 | 1 | 1 |" in table
    (tmp_path / "ranges.toml").write_text('"phase.learning_rate" = { low = 1e-4, high = 1e-1, log = true }\n')
    code, said, _ = run("tune", *shared, "--trials", 1, "--ranges", tmp_path / "ranges.toml")
    assert code == 0
    assert "--set phase.learning_rate=" in said
    assert len((tmp_path / "out" / "tune-good.csv").read_text().splitlines()) == 2
    assert (tmp_path / "out" / "tune-good.sqlite3").is_file()
