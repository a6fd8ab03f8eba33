import csv
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.errors import VersionError
from model_engine.judging import Judge
from model_engine.preprocessing import Preprocessing
from model_engine.runtimes import open_runtime
from model_engine.training.building import train_version
from model_engine.training.cli import train
from model_engine.training.ensembling import member_recipes
from model_engine.training.heads import Standardisation
from model_engine.training.progress import Telling
from model_engine.training.recipe import Recipe, RecipeError, ScoreTargets, read_recipe, recipe_names
from model_engine.training.targets import score_targets, vote_weights
from model_engine.versions import Version, load_version


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    """The recipe that trains by default, on an input small enough for a test."""
    default = read_recipe("efficientnet-lite0-features")
    small = default.changed(epochs=4, batch=16, seed=5)
    return msgspec.structs.replace(small, version="toy", input=Preprocessing(height=64, width=64), least_support=20)


@pytest.fixture(scope="module")
def made(recipe: Recipe, toy_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    return train_version(recipe, Dataset.open(toy_dataset), out, out / "cache")


def test_a_version_is_made_that_loads_judges_and_has_learnt(made: Path, toy_dataset: Path) -> None:
    version = load_version(made)
    dataset = Dataset.open(toy_dataset)
    judge = Judge(version, open_runtime("onnx", version))
    red, blue = judge.judge([np.asarray(dataset.read(row)) for row in (0, 1)])
    assert red.genres["Horror"] > blue.genres["Horror"]
    assert red.score.expected > blue.score.expected
    assert version.labels.judged == ("Comedy", "Drama", "Horror")
    assert version.labels.supports["Comedy"]["train"] > 0


def test_the_card_and_the_figures_stand_beside_those_of_a_constant_answer(made: Path) -> None:
    metrics = msgspec.json.decode((made / "metrics.json").read_bytes())
    for split in ("validation", "test"):
        assert metrics[split]["model"]["genres"]["macro_roc_auc"] == 1.0
        assert metrics[split]["constant"]["genres"]["macro_roc_auc"] == 0.5
        assert metrics[split]["model"]["score"]["rmse"] < metrics[split]["constant"]["score"]["rmse"]
        assert metrics[split]["constant"]["score"]["spearman"] == 0.0
    card = (made / "MODEL_CARD.md").read_text()
    assert "poster-judge train --data DIR --out DIR --recipe efficientnet-lite0-features" in card
    assert "| macro ROC-AUC | 1.000 | 1.000 | 0.500 |" in card
    assert "| Horror | " in card.partition("### Genre by genre")[2].partition("###")[0]
    assert "with fewer than 50: too few to tell by." in card.partition("### By the film's year")[2]
    for plot in ("reliability.png", "roc.png", "history.png"):
        assert (made / plot).read_bytes().startswith(b"\x89PNG")


def test_the_same_recipe_on_the_same_posters_gives_the_same_files(
    made: Path, recipe: Recipe, toy_dataset: Path, tmp_path: Path
) -> None:
    again = train_version(recipe, Dataset.open(toy_dataset), tmp_path / "out", tmp_path / "cache")
    assert load_version(again).manifest == load_version(made).manifest


def test_features_are_extracted_once(made: Path, recipe: Recipe, toy_dataset: Path, tmp_path: Path) -> None:
    class Never(Telling):
        def advance(self, what: str, done: int, total: int) -> None:
            raise AssertionError(f"{what} again")

    train_version(recipe, Dataset.open(toy_dataset), tmp_path, made.parent / "cache", telling=Never())


def test_a_version_is_never_overwritten(made: Path, recipe: Recipe, toy_dataset: Path) -> None:
    with pytest.raises(VersionError) as caught:
        train_version(recipe, Dataset.open(toy_dataset), made.parent, made.parent / "cache")
    assert caught.value.code == "exists"


def test_the_shipped_recipe_is_the_one_that_made_the_starter(starter: Version) -> None:
    metrics = msgspec.json.decode((starter.folder / "metrics.json").read_bytes())
    recipe = read_recipe("starter")
    assert msgspec.convert(metrics["recipe"], Recipe) == recipe
    assert starter.preprocessing == recipe.input
    assert starter.name == recipe.version
    assert [msgspec.convert(member, Recipe) for member in metrics["members"]] == member_recipes(recipe)


def test_the_starter_ranks_better_than_the_version_before_it(starter: Version) -> None:
    """`starter-2`, one of its two networks alone, on the same test posters; balanced accuracy was 0.672 there."""
    metrics = msgspec.json.decode((starter.folder / "metrics.json").read_bytes())
    model = metrics["test"]["model"]
    assert model["genres"]["macro_roc_auc"] > 0.7935
    assert model["genres"]["mean_average_precision"] > 0.325
    assert model["genres"]["micro_f1"] > 0.504
    assert model["score"]["roc_auc"] > 0.717
    assert model["score"]["ece_beyond_chance"] < 0.019
    assert model["score"]["spearman"] > 0.4635


def test_few_true_posters_are_said_to_be_none(starter: Version) -> None:
    told = msgspec.json.decode((starter.folder / "metrics.json").read_bytes())["likeness"]["posters"]
    assert told["test"]["noticed"] <= 0.01 * told["test"]["count"]


def test_every_recipe_can_be_read() -> None:
    assert "efficientnet-lite0-features" in recipe_names()
    assert all(read_recipe(name).name == name for name in recipe_names())


def test_an_unknown_recipe_is_told_with_those_there_are() -> None:
    with pytest.raises(RecipeError, match=r"there are: .*efficientnet-lite0-features"):
        read_recipe("../../etc/passwd")


def test_the_command_tells_a_folder_without_labels_in_one_line(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(train)
    result = CliRunner().invoke(app, ["--data", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 69
    assert "There is no data set in" in result.stderr


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("imdb_score", "high", "high"),
        ("split", "x", "there is no split x"),
        ("split", "", "no poster in the split train"),
    ],
)
def test_a_label_that_cannot_be_used_is_told(
    toy_dataset: Path, tmp_path: Path, column: str, value: str, told: str
) -> None:
    with (toy_dataset / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row[column] = value
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(DatasetError, match=told):
        Dataset.open(tmp_path).require_splits()


def test_a_picture_that_is_missing_is_told_with_its_archive(toy_dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes((toy_dataset / "labels.csv").read_bytes())
    with zipfile.ZipFile(tmp_path / "posters-0.zip", "w"):
        pass
    with pytest.raises(DatasetError, match=r"posters-0\.zip#tt0003\.webp cannot be read"):
        Dataset.open(tmp_path).read(3)


def test_score_targets_are_centred_on_the_score_and_sum_to_one() -> None:
    targets = score_targets(np.array([7.25, 0.0, 10.0]), ScoreTargets(spread=0.5, half_weight_votes=30.0))
    assert targets.sum(axis=1) == pytest.approx(1.0)
    assert targets.argmax(axis=1).tolist() == [14, 0, 19]


def test_votes_weigh_more_the_more_there_are_but_never_without_end() -> None:
    weights = vote_weights(np.array([0.0, 30.0, 1e9]), ScoreTargets(spread=0.5, half_weight_votes=30.0))
    assert weights.mean() == pytest.approx(1.0)
    assert weights / weights[2] == pytest.approx([0.0, 0.5, 1.0])


def test_standardisation_folds_into_the_head() -> None:
    chance = np.random.default_rng(1)
    features = chance.normal(3.0, 2.0, (50, 8)).astype(np.float32)
    kernel, bias = chance.normal(size=(8, 4)).astype(np.float32), np.ones(4, np.float32)
    scale = Standardisation.of(features)
    folded = scale.fold_into(kernel, bias).logits(features)
    assert folded == pytest.approx(scale.apply(features) @ kernel + bias, abs=1e-4)
