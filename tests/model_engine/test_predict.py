import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from model_engine.cli import predict
from model_engine.judging import Judge
from model_engine.predicting import expand, judge_files
from model_engine.presenting import printable
from model_engine.runtimes import open_runtime
from model_engine.runtimes.fake_runtime import FakeRuntime
from model_engine.runtimes.interface import RawOutputs
from model_engine.versions import Version
from models.genres import GENRES
from posters.intake import Limits, decode, normalise

app = typer.Typer()
app.command()(predict)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def fake(version: Version, largest: int = 4) -> FakeRuntime:
    return FakeRuntime(version.name, version.preprocessing.shape, max_batch_size=largest, width=2560)


def test_each_file_gives_one_json_line_in_the_order_given(poster_folder: Path) -> None:
    files = [poster_folder / f"{index}.png" for index in (2, 0, 1)]
    code, out, _ = run(*files, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["file"] for line in lines] == [str(file) for file in files]
    for line in lines:
        assert set(line) == {"file", "model_version", "looks_like_poster", "genres", "score"}
        assert tuple(line["genres"]) == GENRES
        assert set(line["score"]) == {"expected", "sd", "threshold", "p_good", "classes"}
        assert list(line["score"]["classes"]) == ["terrible", "bad", "decent", "good", "great"]
        assert all(0 <= p <= 1 for p in line["genres"].values())


def test_a_file_that_cannot_be_judged_says_why_and_the_others_are_judged(poster_folder: Path) -> None:
    code, out, _ = run(
        poster_folder / "0.png", poster_folder / "notes.txt", "/no/such", poster_folder / "1.png", "--json"
    )
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [line.get("error", {}).get("code") for line in lines] == [None, "not_an_image", "missing", None]
    assert set(lines[1]) == {"file", "error"}
    assert set(lines[1]["error"]) == {"code", "message"}


def test_top_gives_one_line_with_the_likeliest_genres(poster_folder: Path) -> None:
    code, out, _ = run(poster_folder / "0.png", "--top", "3")
    assert code == 0
    line = out.strip().removeprefix("no film poster? ")
    pieces = [piece.rsplit(" ", 1) for piece in line.split(" | ")]
    assert len(pieces) == 3
    shares = [float(share) for _, share in pieces]
    assert shares == sorted(shares, reverse=True)
    assert all(genre in GENRES and len(share) == 6 for genre, share in pieces)


@pytest.fixture
def known(poster_folder: Path) -> Path:
    """Labels of three of the posters: two found by their files, one by its id alone."""
    rows = ["id,image,genres,score", f"a,0.png,{'|'.join(GENRES)},7.25", "b,1.png,,", "2,,Western,"]
    (poster_folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return poster_folder


def test_with_known_labels_each_genre_says_whether_it_is_right(known: Path) -> None:
    files = [known / f"{index}.png" for index in (0, 1, 2, 3)]
    code, out, error = run(*files, "--top", "2", "--labels", known, "--runtime", "fake")
    all_right, unknown, wrong, unlisted = (line.partition(": ")[2] for line in out.splitlines())
    assert code == 0
    assert all_right.count("✓") == 2
    assert "missing: " in all_right
    assert [line.count("✓") + line.count("✗") for line in (unknown, unlisted)] == [0, 0]
    assert ("Western" in wrong.partition("missing: ")[2]) == (wrong.count("✗") == 2)
    assert error.startswith("Of 2 posters with known genres the likeliest was right for ")


def test_with_known_labels_people_and_programs_are_told_what_is_so(known: Path) -> None:
    code, out, _ = run(known / "0.png", known / "2.png", "--labels", known, "--runtime", "fake")
    assert code == 0
    assert "IMDb score 7.2" in out
    assert "in truth: Western; score not known" in out
    _, out, _ = run(known / "0.png", known / "3.png", "--labels", known, "--json", "--runtime", "fake")
    first, other = (json.loads(line) for line in out.splitlines())
    assert first["known"] == {"genres": list(GENRES), "score": 7.25}
    assert "known" not in other


def test_labels_that_are_not_there_are_told_in_one_line(poster_folder: Path) -> None:
    code, out, error = run(poster_folder / "0.png", "--labels", poster_folder, "--runtime", "fake")
    assert (code, out) == (69, "")
    assert error.startswith("There is no data set in ")
    assert error.count("\n") == 1


def test_with_several_files_a_line_names_its_file(poster_folder: Path) -> None:
    code, out, error = run(poster_folder / "0.png", poster_folder / "notes.txt", "--top", "1")
    assert code == 1
    assert out.startswith(f"{poster_folder / '0.png'}: ")
    assert error.startswith(f"{poster_folder / 'notes.txt'}: ")


def test_a_folder_stands_for_its_pictures_by_name(poster_folder: Path) -> None:
    code, out, _ = run(poster_folder, "--json", "--runtime", "fake")
    assert code == 0
    assert [Path(json.loads(line)["file"]).name for line in out.splitlines()] == [f"{i}.png" for i in range(5)]


def test_without_options_people_get_bars_and_a_verdict(poster_folder: Path) -> None:
    code, out, _ = run(poster_folder / "0.png", "--runtime", "fake")
    assert code == 0
    assert "█" in out
    assert "for an IMDb score of 7 or more" in out


def test_an_unknown_version_is_one_line_and_a_failure(poster_folder: Path) -> None:
    code, out, error = run(poster_folder, "--json", "--version", "nobody")
    assert (code, out) == (69, "")
    assert error == "There is no version nobody; there are: starter-3.\n"


def test_a_wrong_setting_is_one_line_and_a_failure(poster_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTER_JUDGE_MAX_BATCH_SIZE", "many")
    code, _, error = run(poster_folder, "--json")
    assert code == 78
    assert error.startswith("POSTER_JUDGE_MAX_BATCH_SIZE: ")


def test_a_hostile_file_name_stays_on_its_line(poster_folder: Path) -> None:
    named = os.fsdecode(os.fsencode(poster_folder) + b"/a\n\x1b[2J\xff.png")
    Image.fromarray(np.zeros((60, 40, 3), np.uint8)).save(poster_folder / "x.png")
    os.rename(poster_folder / "x.png", named)
    code, out, _ = run(named, "--json", "--runtime", "fake")
    assert code == 0
    assert json.loads(out)["file"] == named
    assert printable("a\n\x1b[2J\udcff") == "a\\n\\x1b[2J\\udcff"


def test_what_the_terminal_says_is_what_the_bot_says_to_the_last_digit(starter: Version, poster_folder: Path) -> None:
    judge = Judge(starter, open_runtime("onnx", starter, max_batch_size=4))
    files = [poster_folder / f"{index}.png" for index in range(4)]
    told = [answer.judgement for answer in judge_files(map(str, files), judge, Limits(), threads=2)]
    assert told == judge.judge([decode(normalise(file.read_bytes(), Limits()).jpeg) for file in files])


def test_files_are_taken_only_a_few_batches_ahead(starter: Version, poster_folder: Path) -> None:
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield str(poster_folder / "0.png")

    answers = judge_files(endless(), Judge(starter, fake(starter)), Limits(), threads=2)
    next(answers)
    answers.close()
    assert taken <= 4 * 4


class Fragile(FakeRuntime):
    """Fails on any batch that holds a black poster."""

    def infer(self, batch: np.ndarray) -> RawOutputs:
        if (batch.reshape(len(batch), -1).max(axis=1) == 0).any():
            raise RuntimeError("odd poster")
        return super().infer(batch)


def test_a_poster_that_breaks_the_batch_does_not_fail_its_neighbours(starter: Version, tmp_path: Path) -> None:
    for name, shade in (("a", 10), ("b", 0), ("c", 30)):
        Image.fromarray(np.full((60, 40, 3), shade, np.uint8)).save(tmp_path / f"{name}.png")
    judge = Judge(starter, Fragile(starter.name, starter.preprocessing.shape, max_batch_size=4, width=2560))
    answers = list(judge_files(expand([str(tmp_path)]), judge, Limits(), threads=2))
    assert [answer.error and answer.error.code for answer in answers] == [None, "not_judged", None]


SPY = """
import sys
from typer import Typer
from model_engine.cli import predict
app = Typer()
app.command()(predict)
app(sys.argv[1:], standalone_mode=False)
heavy = {"tensorflow", "keras", "jax", "sklearn", "matplotlib", "scipy", "discord", "sqlalchemy", "nats", "onnx"}
sys.stderr.write(repr(sorted(heavy & set(sys.modules))))
"""


def test_on_the_cpu_neither_tensorflow_nor_anything_else_heavy_is_imported(poster_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPY, str(poster_folder / "0.png"), "--json", "--runtime", "onnx"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["model_version"] == "starter-3"
    assert done.stderr == "[]"


def test_a_reader_that_leaves_early_ends_it_quietly(poster_folder: Path) -> None:
    program = "import sys; from typer import Typer; from model_engine.cli import predict; app = Typer(); "
    program += "app.command()(predict); app()"
    many = [str(poster_folder / "0.png")] * 300
    process = subprocess.Popen(
        [sys.executable, "-c", program, *many, "--json", "--runtime", "fake"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait() == 141
    assert process.stderr.read() == b""
    process.stderr.close()
