import csv
import shutil
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from model_engine.evaluation.cli import compare, evaluate
from model_engine.runtimes.fake_runtime import FakeRuntime
from model_engine.versions import LABELS_FILE, MANIFEST_FILE, Version, seal

app = typer.Typer()
app.command()(evaluate)
app.command()(compare)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*map(str, arguments), "--runtime", "fake"])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture(scope="module")
def second(starter: Version, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the starter under another name, which judges genres alone."""
    folder = tmp_path_factory.mktemp("versions") / "second-1"
    folder.mkdir()
    for name in starter.manifest.files:
        shutil.copy(starter.folder / name, folder / name)
    labels = msgspec.structs.replace(starter.labels, task="genres")
    (folder / LABELS_FILE).write_bytes(msgspec.json.encode(labels))
    seal(folder, "second-1", starter.manifest.backbone)
    return folder.parent


def test_evaluate_writes_a_report_and_says_where(toy_dataset: Path, tmp_path: Path) -> None:
    code, out, _ = run("evaluate", "starter-3", "--data", toy_dataset, "--out", tmp_path / "out", "--draws", "100")
    assert code == 0
    assert f"starter-3: {tmp_path / 'out' / 'starter-3' / 'report.html'}" in out
    assert (tmp_path / "out" / "starter-3" / "report.html").is_file()
    assert "ROC-AUC genres" in out


def test_what_was_measured_once_needs_no_second_run(
    toy_dataset: Path, tmp_path: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--data", toy_dataset, "--out", tmp_path / "out")
    code, first, _ = run("compare", "all", second, *options)
    assert code == 0

    def never(*_: object) -> None:
        raise AssertionError("ran once more")

    monkeypatch.setattr(FakeRuntime, "infer", never)
    code, again, _ = run("compare", "all", second, *options)
    assert (code, again) == (0, first)
    header = first.splitlines()[0].split()
    assert header[:2] == ["starter-3", "second-1"]
    with (tmp_path / "out" / "comparison.csv").open(newline="") as file:
        lines = {line["version"]: line for line in csv.DictReader(file)}
    assert lines["starter-3"]["verdict accuracy, train"] != ""
    assert lines["second-1"]["verdict accuracy, train"] == ""
    assert (tmp_path / "out" / "comparison.md").read_text().startswith("| version | task |")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody",), "There is no version nobody; there are: starter-3.\n"),
        (("starter-3", "--min-year", "2050"), "No poster is left: the filters leave all of them out.\n"),
        (("starter-3", "--genres", "Opera"), "There is no genre opera; there are: "),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(toy_dataset: Path, arguments: tuple[str, ...], told: str) -> None:
    code, out, error = run("compare", *arguments, "--data", toy_dataset)
    assert (code, out) == (69, "")
    assert error.startswith(told)
    assert error.count("\n") == 1


def test_a_folder_without_versions_and_one_without_posters_are_told(toy_dataset: Path, tmp_path: Path) -> None:
    assert run("compare", tmp_path, "--data", toy_dataset)[2] == f"There is no version in {tmp_path}.\n"
    assert run("compare", "starter-3", "--data", tmp_path)[2].startswith(f"There is no data set in {tmp_path}")


def test_two_different_versions_of_one_name_are_told(second: Path, toy_dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(second / "second-1", tmp_path / "one")
    (tmp_path / "one" / MANIFEST_FILE).unlink()
    (tmp_path / "one" / "notes.txt").write_text("another")
    seal(tmp_path / "one", "second-1", "efficientnet-lite0")
    code, _, error = run("compare", second / "second-1", tmp_path / "one", "--data", toy_dataset)
    assert code == 69
    assert error == f"Two different versions are named second-1: {second / 'second-1'} and {tmp_path / 'one'}.\n"


def test_an_empty_split_is_told_before_anything_runs(
    toy_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = (toy_dataset / "labels.csv").read_text().replace(",test,", ",train,")
    (tmp_path / "labels.csv").write_text(table)
    shutil.copy(toy_dataset / "posters-0.zip", tmp_path)
    monkeypatch.setattr(FakeRuntime, "infer", None)
    code, _, error = run("evaluate", "starter-3", "--data", tmp_path, "--out", tmp_path / "out")
    assert (code, error) == (69, "The split test has no poster whose genres or score are known.\n")
    assert "Invalid value" in run("compare", "starter-3", "--data", tmp_path, "--split", "tset")[2]


def test_a_picture_that_is_missing_is_told(toy_dataset: Path, tmp_path: Path) -> None:
    shutil.copy(toy_dataset / "labels.csv", tmp_path)
    code, _, error = run("compare", "starter-3", "--data", tmp_path)
    assert code == 69
    assert "posters-0.zip" in error
    assert error.count("\n") == 1
