"""Pictures that are no posters, for telling posters from them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from model_engine.datasets.cli import app
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.non_posters.drawing import DRAWN
from model_engine.datasets.non_posters.gathering import LONGEST_SIDE, portrait


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["non-posters", *map(str, words)])
    return result.exit_code, result.output


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos" / "below"
    folder.mkdir(parents=True)
    for number in range(5):
        Image.new("RGB", (300, 200), (40 * number, 90, 60)).save(folder / f"{number}.png")
    Image.new("RGB", (16, 16)).save(folder / "icon.png")
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder.parent


def test_drawn_pictures_and_folders_become_a_data_set_that_says_each_kind(photos: Path, tmp_path: Path) -> None:
    code, said = run("--out", tmp_path / "others", "--drawn", 2, "--pictures", f"photos={photos}")
    assert code == 0
    others = Dataset.open(tmp_path / "others")
    counts = others.table["source"].value_counts().to_dict()
    assert counts == dict.fromkeys(DRAWN, 4) | {"photos": 10, "meme/photos": 4}
    assert all(kind in said for kind in counts)
    assert max(max(others.read(row).size) for row in range(len(others))) == LONGEST_SIDE


def test_the_same_seed_draws_the_same_pictures(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        assert run("--out", tmp_path / name, "--drawn", 1, "--seed", seed)[0] == 0
    one, again, other = (Dataset.open(tmp_path / name) for name in ("one", "again", "other"))
    assert one.name == again.name != other.name


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_no_two_drawings_of_a_kind_are_alike(kind: str, tmp_path: Path) -> None:
    import random

    chance = random.Random(4)
    first, second = (DRAWN[kind](chance) for _ in range(2))
    assert first.mode == second.mode == "RGB"
    assert first.size != second.size or np.any(np.asarray(first) != np.asarray(second))


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (100, 900), (64, 64), (1, 1)])
def test_what_is_cut_to_a_posters_shape_has_it(size: tuple[int, int]) -> None:
    width, height = portrait(Image.new("RGB", size)).size
    assert abs(width - round(height * 2 / 3)) <= 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--pictures", "photos"], "KIND=FOLDER"),
        (["--pictures", "photos=/no/such/folder"], "KIND=FOLDER"),
        (["--pictures", "../x=."], "KIND=FOLDER"),
    ],
)
def test_a_folder_that_is_none_is_told(words: list[str], told: str, tmp_path: Path) -> None:
    code, said = run("--out", tmp_path / "others", *words)
    assert code == 2
    assert told in said


@pytest.mark.parametrize("kind", ["chat", "meme", "meme-photos"])
def test_a_folder_named_as_what_is_drawn_is_told(kind: str, photos: Path, tmp_path: Path) -> None:
    code, said = run("--out", tmp_path / "others", "--pictures", f"{kind}={photos}")
    assert code == 69
    assert f"Pictures of the kind {kind} are made here" in " ".join(said.split())


def test_a_folder_of_memes_of_ones_own_is_taken(photos: Path, tmp_path: Path) -> None:
    assert run("--out", tmp_path / "others", "--drawn", 1, "--pictures", f"memes={photos}")[0] == 0
    kinds = set(Dataset.open(tmp_path / "others").table["source"])
    assert {"memes", "meme/memes"} <= kinds


def test_a_folder_without_pictures_and_a_set_that_is_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, said = run("--out", tmp_path / "others", "--drawn", 1, "--pictures", f"photos={tmp_path / 'empty'}")
    assert code == 69
    assert "holds no picture that can be read" in said
    assert run("--out", tmp_path / "one", "--drawn", 1)[0] == 0
    code, said = run("--out", tmp_path / "one", "--drawn", 1)
    assert code == 69
    assert "is a data set already" in said
