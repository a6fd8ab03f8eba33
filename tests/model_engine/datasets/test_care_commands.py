from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from model_engine.datasets.cli import app
from model_engine.datasets.dataset import Dataset
from models.exit_codes import UNAVAILABLE
from tests.model_engine.datasets.drawn import drawn_dataset, drawn_poster


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    twin = drawn_poster(50)
    rows = [{"id": f"p{n}", "year": 1980 + n, "score": 5.0 + n % 4, "title": f"Film {n}"} for n in range(20)]
    drawn_dataset(tmp_path / "posters", rows, {"p3": twin, "p17": twin})
    return tmp_path / "posters"


def test_clean_says_what_is_missing_and_what_went_and_where_it_is_listed(folder: Path, tmp_path: Path) -> None:
    table = Dataset.open(folder).table
    table.assign(genres=["Drama|Talk-Show", None, *table["genres"][2:]]).to_csv(folder / "manifest.csv", index=False)

    result = run("clean", folder, "--out", tmp_path / "clean", "--max-year", 1997, "--processes", 1)

    assert result.exit_code == 0
    words = result.output.split()
    assert words[words.index("genres") + 1] == "1"
    assert (
        "filter 2" in result.output.replace("  ", "").replace("filter", "filter ")
        or "left out by a filter" in result.output
    )
    assert "Talk-Show (1)" in result.output
    assert len(Dataset.open(tmp_path / "clean")) == 16
    dropped = pd.read_csv(tmp_path / "clean" / "dropped.csv").set_index("id")["reason"].to_dict()
    assert dropped == {
        "p1": "missing field",
        "p17": "same picture",
        "p18": "left out by a filter",
        "p19": "left out by a filter",
    }


def test_clean_in_place_changes_the_table_and_deletes_no_picture(folder: Path) -> None:
    result = run("clean", folder, "--in-place", "--processes", 1)

    assert result.exit_code == 0
    assert len(Dataset.open(folder)) == 19
    assert len(list((folder / "images").iterdir())) == 20


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clean"], "--out NEW, or --in-place"),
        (["clean", "--in-place", "--out", "x"], "--out NEW, or --in-place"),
        (["resize", "--out", "x"], "--ratio or --box"),
        (["resize", "--out", "x", "--ratio", 50, "--box", "9x9"], "--ratio or --box"),
        (["resize", "--out", "x", "--ratio", 0], "greater than or equal to 1"),
    ],
)
def test_options_that_do_not_go_together_are_refused(folder: Path, arguments: list[object], words: str) -> None:
    result = run(*arguments[:1], folder, *arguments[1:])

    assert result.exit_code == 2
    assert words in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["clean", "--in-place", "--require", "genre"], "There is no column genre; there are: id, image"),
        (["split", "--shares", "80/x"], "80/x are no shares"),
        (["resize", "--out", "x", "--box", "big"], "big is no box"),
        (["split", "--min-year", 2050], "No poster is left"),
        (["split", "--folds", 30, "--keep-alike"], "20 posters outside of the split test are too few for 30 folds"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(folder: Path, arguments: list[object], sentence: str) -> None:
    result = run(*arguments[:1], folder, *arguments[1:])

    assert result.exit_code == UNAVAILABLE
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


def test_split_keeps_near_duplicates_together_and_leaves_out_what_is_not_chosen(folder: Path) -> None:
    result = run("split", folder, "--shares", "5/7-1/7-1/7", "--min-year", 1983, "--seed", 2, "--processes", 1)

    assert result.exit_code == 0
    assert "near duplicates of: 1." in result.output
    split = Dataset.open(folder).table.set_index("id")["split"]
    assert split.isna().to_list() == [True] * 3 + [False] * 17
    assert split["p3"] == split["p17"]
    assert split.value_counts().to_dict() == {"train": 12, "validation": 3, "test": 2}


def test_folds_are_written_beside_the_table_and_a_split_may_go_into_a_copy(folder: Path, tmp_path: Path) -> None:
    assert run("split", folder, "--shares", "80/20", "--out", tmp_path / "copy", "--processes", 1).exit_code == 0
    result = run("split", tmp_path / "copy", "--folds", 4, "--processes", 1)

    assert result.exit_code == 0
    folds = pd.read_csv(tmp_path / "copy" / "folds.csv").set_index("id")["fold"]
    assert folds.value_counts().to_dict() == {0: 4, 1: 4, 2: 4, 3: 4}
    copy = Dataset.open(tmp_path / "copy")
    assert set(copy.table["id"][copy.rows("test")]).isdisjoint(folds.index)
    assert Dataset.open(folder).table["split"].isna().all()


def test_resize_names_each_picture_that_it_cannot_read_and_exits_with_1(folder: Path, tmp_path: Path) -> None:
    (folder / "images" / "p5.png").write_bytes(b"torn")

    result = run("resize", folder, "--out", tmp_path / "small", "--ratio", 50, "--processes", 1)

    assert result.exit_code == 1
    assert result.stderr.strip() == "images/p5.png cannot be read: it is no picture."
    assert "19 pictures written" in result.output
    assert Dataset.open(tmp_path / "small").read(0).size == (20, 30)


@pytest.mark.parametrize("command", [["clean", "--in-place"], ["split"], ["split", "--folds", "2"]])
def test_a_folder_of_zips_and_one_that_is_not_to_be_written_stay_as_they_are(
    folder: Path, tmp_path: Path, command: list[str]
) -> None:
    zips = tmp_path / "zips"
    zips.mkdir()
    (zips / "labels.csv").write_text("id,archive,imdb_score,num_votes,genres\na,a.zip,7,3,Drama\n")
    folder.chmod(0o500)

    results = [run(command[0], place, *command[1:]) for place in (zips, folder)]

    folder.chmod(0o700)
    assert [result.exit_code for result in results] == [UNAVAILABLE] * 2
    assert "labels.csv stays as it is: name a new folder with --out" in results[0].stderr
    assert "is not to be written: name a new folder with --out" in results[1].stderr
    assert [path.name for path in zips.iterdir()] == ["labels.csv"]
    assert Dataset.open(folder).table["split"].isna().all()
