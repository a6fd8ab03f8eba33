"""What an operator sees of `poster-judge backup` and `restore`."""

import asyncio
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from launcher.backup.archive import Archive
from launcher.cli import app
from models.database_settings import DatabaseSettings
from models.exit_codes import CONFIGURATION, UNAVAILABLE
from tests.end_to_end.processes import clean
from tests.launcher.backup.stock import Places, make_version, poster_id, rows_in, stocked


@pytest.fixture(autouse=True)
def _no_log_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """These commands run in the tests' own process, whose logs they must not redirect."""
    monkeypatch.setattr("launcher.cli.configure", lambda *_: None)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A system in the data directory that the settings name."""
    return asyncio.run(stocked(tmp_path / "data", DatabaseSettings().url()))


def refused(*arguments: str) -> str:
    """The one line with which a command refuses."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == UNAVAILABLE
    assert result.output.count("\n") == 1
    return result.output


def test_a_system_moves_with_two_commands(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = CliRunner().invoke(app, ["backup", "moving.tar"])
    assert made.exit_code == 0
    assert made.output.startswith("moving.tar holds 12 predictions (")
    assert "12 posters, versions beside the shipped ones: 1." in made.output
    assert made.output.count("\n") == 1

    monkeypatch.setenv("POSTER_JUDGE_DATA_DIR", str(tmp_path / "elsewhere"))
    filled = CliRunner().invoke(app, ["restore", "moving.tar"])
    assert filled.exit_code == 0
    assert filled.output.startswith("Restored 12 predictions (")
    assert rows_in(DatabaseSettings().url()) == rows_in(places.database_url)


@pytest.mark.usefixtures("places")
def test_without_a_name_the_file_is_called_by_the_time(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["backup"]).exit_code == 0
    (file,) = tmp_path.glob("*.tar")
    assert re.fullmatch(r"poster-judge-\d{4}-\d\d-\d\dT\d{6}Z\.tar", file.name)


@pytest.mark.usefixtures("places")
def test_a_file_that_exists_is_overwritten_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_text("precious")
    assert "--force" in refused("backup", "backup.tar")
    assert (tmp_path / "backup.tar").read_text() == "precious"
    assert CliRunner().invoke(app, ["backup", "backup.tar", "--force"]).exit_code == 0
    with (tmp_path / "backup.tar").open("rb") as file:
        assert Archive.open(file).manifest.posters == 12


def test_missing_and_damaged_posters_are_named_and_the_rest_is_saved(places: Places, tmp_path: Path) -> None:
    asyncio.run(places.posters.delete(poster_id(3)))
    damaged = poster_id(5)
    (tmp_path / "data" / "posters" / "posters" / damaged[:2] / f"{damaged[2:]}.jpg").write_bytes(b"")
    result = CliRunner().invoke(app, ["backup", "backup.tar"])
    assert result.exit_code == 0
    assert "10 posters" in result.stdout
    assert poster_id(3) in result.stderr
    assert damaged in result.stderr
    with (tmp_path / "backup.tar").open("rb") as file:
        assert set(Archive.open(file).manifest.missing_posters) == {poster_id(3), damaged}


def test_a_damaged_version_is_named_and_the_rest_is_saved(places: Places, tmp_path: Path) -> None:
    places.versions.publish(make_version(tmp_path / "made", "mine-3"))
    (tmp_path / "data" / "versions" / "mine-2" / "network.onnx").write_bytes(b"another network")
    result = CliRunner().invoke(app, ["backup", "backup.tar"])
    assert result.exit_code == 0
    assert "mine-2" in result.stderr
    with (tmp_path / "backup.tar").open("rb") as file:
        assert Archive.open(file).manifest.versions == ("mine-3",)


def test_where_nothing_is_kept_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    assert "nothing to back up" in refused("backup", "backup.tar")
    assert not DatabaseSettings().url().database or not Path(DatabaseSettings().url().database or "").exists()
    assert list(tmp_path.glob("*.tar*")) == list(tmp_path.glob(".*")) == []


@pytest.mark.usefixtures("places")
def test_a_folder_that_is_not_there_is_told() -> None:
    assert "nowhere/backup.tar cannot be written: No such file or directory" in refused("backup", "nowhere/backup.tar")


def test_a_database_out_of_reach_is_told_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://judge:very-secret@127.0.0.1:1/films")
    assert "very-secret" not in refused("backup", "backup.tar")
    assert list(tmp_path.glob("*.tar*")) == list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("command", ["backup", "restore"])
@pytest.mark.parametrize("variable", ["POSTER_JUDGE_POSTER_STORE", "POSTER_JUDGE_VERSIONS_URL", "DATABASE_URL"])
def test_a_store_of_an_unknown_kind_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, command: str, variable: str
) -> None:
    monkeypatch.setenv(variable, "gopher://somewhere")
    result = CliRunner().invoke(app, [command, "backup.tar"])
    assert result.exit_code == CONFIGURATION
    assert result.output.startswith(variable)
    assert result.output.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_disk_that_fills_up_is_told_and_leaves_nothing(places: Places, tmp_path: Path) -> None:
    """The kernel refuses what goes beyond a limit, in the middle of the posters."""
    noise = b"".join(hashlib.sha256(bytes([index])).digest() for index in range(64))
    asyncio.run(places.posters.put_back(poster_id(0), noise))
    result = subprocess.run(
        ["sh", "-c", 'ulimit -f 200; exec "$0" -m launcher backup full.tar', sys.executable],
        cwd=tmp_path,
        env=clean(os.environ) | {"POSTER_JUDGE_DATA_DIR": str(places.data_dir)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == UNAVAILABLE
    assert "full.tar cannot be written: File too large" in result.stderr
    assert list(tmp_path.glob("*.tar*")) == list(tmp_path.glob(".*")) == []
