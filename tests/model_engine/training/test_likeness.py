"""What is told of a picture that is no film poster."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.non_posters.gathering import gather
from model_engine.errors import VersionError
from model_engine.judging import Judge
from model_engine.presenting import top_line
from model_engine.runtimes import open_runtime
from model_engine.training.building import train_version
from model_engine.training.fitting_likeness import fit_likeness
from model_engine.versions import MANIFEST_FILE, load_version, read_manifest, seal
from tests.model_engine.training import tiny


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("others")
    gather(folder, {}, drawn=6, most=1, seed=1)
    return Dataset.open(folder)


@pytest.fixture(scope="module")
def made(toys: Dataset, others: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    recipe = tiny.recipe(rehearsal=20, **{"phase.epochs": 2})
    return train_version(recipe, toys, out, out / "cache", non_posters=others)


def test_a_version_says_of_other_pictures_that_they_look_like_no_poster(
    made: Path, toys: Dataset, others: Dataset
) -> None:
    version = load_version(made)
    judge = Judge(version, open_runtime("onnx", version))
    posters = judge.judge([np.asarray(toys.read(int(row))) for row in toys.rows("test")])
    assert sum(judgement.looks_like_poster for judgement in posters) >= 0.9 * len(posters)
    pages = [row for row, kind in enumerate(others.table["source"]) if kind == "page-of-text"]
    said = judge.judge([np.asarray(others.read(row)) for row in pages])
    assert sum(judgement.looks_like_poster for judgement in said) <= 0.1 * len(said)
    assert top_line(said[0], 1).startswith("no film poster? ")


def test_the_card_says_how_often_by_kinds_that_the_test_had_not_seen(made: Path, others: Dataset) -> None:
    measured = json.loads((made / "metrics.json").read_text())["likeness"]
    assert measured["posters"]["test"]["noticed"] <= measured["posters"]["test"]["count"] // 10
    assert {kind: told["count"] for kind, told in measured["others"].items()} == dict.fromkeys(
        sorted(set(others.table["source"])), 12
    )
    card = (made / "MODEL_CARD.md").read_text()
    assert f"chat {measured['others']['chat']['noticed']} of 12" in card
    assert "does not know that it is none" not in card


def test_a_version_that_learnt_no_such_thing_takes_every_picture_for_a_poster(
    made: Path, others: Dataset, tmp_path: Path
) -> None:
    folder = tmp_path / "old"
    shutil.copytree(made, folder)
    manifest = read_manifest(folder)
    (folder / "likeness.npz").unlink()
    (folder / MANIFEST_FILE).unlink()
    seal(folder, manifest.name, manifest.backbone)
    version = load_version(folder)
    assert version.likeness is None
    judge = Judge(version, open_runtime("onnx", version))
    assert all(said.looks_like_poster for said in judge.judge([np.asarray(others.read(row)) for row in range(8)]))


def test_a_damaged_file_is_told(made: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(made, broken)
    manifest = read_manifest(broken)
    (broken / "likeness.npz").write_bytes(b"PK nothing")
    (broken / MANIFEST_FILE).unlink()
    seal(broken, manifest.name, manifest.backbone)
    with pytest.raises(VersionError, match=r"likeness\.npz in .* cannot be read"):
        load_version(broken)


def test_few_true_posters_are_refused_and_one_kind_alone_teaches_nothing(toys: Dataset, others: Dataset) -> None:
    chance = np.random.default_rng(3)
    posters = chance.normal(1.0, 1.0, (len(toys), 8)).astype(np.float32)
    rest = chance.normal(-1.0, 1.0, (len(others), 8)).astype(np.float32)
    fitted = fit_likeness(toys, posters, others, rest)
    assert fitted.posters["validation"].noticed <= 0.05 * fitted.posters["validation"].count
    assert sum(kind.noticed for kind in fitted.others.values()) > 0.9 * len(others)
    charts = others.select(np.flatnonzero(others.table["source"] == "chart"))
    with pytest.raises(DatasetError, match="two kinds at least"):
        fit_likeness(toys, posters, charts, rest[: len(charts)])


def test_a_kind_is_measured_by_a_test_that_saw_no_picture_made_of_it(toys: Dataset, others: Dataset) -> None:
    chance = np.random.default_rng(3)
    posters = chance.normal(0.0, 1.0, (len(toys), 4)).astype(np.float32)
    kinds = np.resize(["blank", "photos", "meme/photos"], len(others))
    far = {"blank": (9, 0, 0, 0), "photos": (0, 9, 0, 0), "meme/photos": (0, 9, 1, 0)}
    rest = (np.array([far[kind] for kind in kinds]) + chance.normal(0.0, 0.1, (len(kinds), 4))).astype(np.float32)
    mixed = Dataset(others.folder, others.table.assign(source=kinds))
    fitted = fit_likeness(toys, posters, mixed, rest)
    # Either of them would have given the other away; blank pictures are elsewhere.
    assert set(fitted.others) == {"blank", "meme", "photos"}
    assert fitted.others["photos"].noticed <= 0.1 * fitted.others["photos"].count
    assert fitted.others["meme"].noticed <= 0.1 * fitted.others["meme"].count


def test_a_version_keeps_features_of_posters_to_rehearse_and_nothing_else_of_them(made: Path, toys: Dataset) -> None:
    version = load_version(made)
    kept = version.rehearsal()
    assert kept is not None
    assert kept.shape == (20, 16)
    runtime = open_runtime("onnx", version)
    pictures = [version.preprocessing.prepare(np.asarray(toys.read(int(row)))) for row in toys.rows("train")]
    seen = np.concatenate(
        [runtime.infer(np.stack(pictures[start : start + 8])).features for start in range(0, len(pictures), 8)]
    )
    step = (seen.max(axis=0) - seen.min(axis=0)) / 255
    off = np.abs(kept[:, np.newaxis] - seen[np.newaxis]) / np.maximum(step, 1e-6)
    assert (off.max(axis=2).min(axis=1) <= 0.6).all()
    with np.load(made / "rehearsal.npz") as arrays:
        assert set(arrays.files) == {"steps", "low", "step"}
