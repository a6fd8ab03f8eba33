"""A version whose features are not the mean of its last map, and not 1280 wide, through all that uses versions."""

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from model_engine.activation import has_activation_maps
from model_engine.cli import predict
from model_engine.datasets.dataset import Dataset
from model_engine.judging import Judge, pack_features, unpack_features
from model_engine.runtimes import open_runtime
from model_engine.training.building import train_version
from model_engine.training.recipe import read_recipe
from model_engine.training.recipe_values import with_values
from model_engine.versions import Version, load_version
from models.genres import GENRES


@pytest.fixture(scope="module")
def plain(toy_dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A basic CNN with as many features as its map has channels, so that only their values tell them apart."""
    folder = tmp_path_factory.mktemp("plain")
    values = {
        "options": {"widths": [8, 16], "hidden": 16},
        "input.height": 30,
        "input.width": 20,
        "least_support": 20,
        "phase.epochs": 2,
    }
    recipe = with_values(read_recipe("basic-cnn"), values)
    return load_version(train_version(recipe, Dataset.open(toy_dataset), folder, folder / "cache"))


def test_every_runtime_gives_the_features_that_the_heads_are_linear_on(
    plain: Version, posters: list[np.ndarray]
) -> None:
    inputs, heads = plain.preprocessing.prepare_batch(posters), plain.heads()
    said = {kind: open_runtime(kind, plain).infer(inputs) for kind in ("onnx", "keras")}
    for outputs in said.values():
        assert outputs.features.shape == (5, 16)
        assert outputs.feature_map.shape == (5, 7, 5, 16)
        assert outputs.features @ heads.genre_kernel + heads.genre_bias == pytest.approx(outputs.genre_logits, abs=1e-4)
        assert outputs.features @ heads.score_kernel + heads.score_bias == pytest.approx(outputs.score_logits, abs=1e-4)
    for ours, theirs in zip(said["onnx"], said["keras"], strict=True):
        assert ours == pytest.approx(theirs, abs=1e-3)


def test_no_activation_map_is_made_up_where_none_is_exact(
    plain: Version, starter: Version, posters: list[np.ndarray]
) -> None:
    for version, expected in ((plain, False), (starter, True)):
        outputs = open_runtime("onnx", version).infer(version.preprocessing.prepare_batch(posters[:2]))
        assert has_activation_maps(outputs) is expected


def test_it_is_judged_and_its_features_travel_at_their_own_width(plain: Version, posters: list[np.ndarray]) -> None:
    judge = Judge(plain, open_runtime("onnx", plain))
    judgements, outputs = judge.judge_prepared(plain.preprocessing.prepare_batch(posters))
    assert [judgement.model_version for judgement in judgements] == ["basic-cnn-1"] * 5
    packed = pack_features(outputs.features[0])
    assert len(packed) == 2 * 16
    assert unpack_features(packed) == pytest.approx(outputs.features[0], rel=1e-3, abs=1e-6)


def test_predict_judges_files_with_it(plain: Version, poster_folder: Path) -> None:
    app = typer.Typer()
    app.command()(predict)
    ran = CliRunner().invoke(app, [str(poster_folder), "--version", str(plain.folder), "--json"])
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.exit_code == 0
    assert {line["model_version"] for line in lines} == {"basic-cnn-1"}
    assert [tuple(line["genres"]) for line in lines] == [GENRES] * 5


def test_features_beyond_float16_arrive_as_the_largest_it_holds() -> None:
    """A network without normalisation may give such features."""
    assert unpack_features(pack_features(np.array([1e9, -1e9, 1.5], np.float32))).tolist() == [65504, -65504, 1.5]
