"""`poster-judge model`: an operator's day, on the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from launcher.cli import app
from migrations.upgrade import upgrade
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from models.database_settings import DatabaseSettings
from models.settings import load
from tests.launcher.backup.stock import make_version


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["model", *words])
    return result.exit_code, result.output


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTER_JUDGE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("POSTER_JUDGE_LOG_LEVEL", "error")
    monkeypatch.delenv("NATS_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_a_database_that_is_not_there_yet_is_told() -> None:
    code, said = run("status")
    assert code == 69
    assert "db upgrade" in said


def test_versions_are_listed_shown_promoted_and_taken_back(tmp_path: Path) -> None:
    upgrade(load(DatabaseSettings).url())
    assert run("list") == (0, "starter-3  champion\n")
    code, card = run("show", "starter-3")
    assert code == 0
    assert card.startswith("# starter-3")
    code, said = run("promote", "nobody")
    assert code == 69
    assert "There is no version nobody; there are: starter-3." in said

    store = VersionStore.from_settings(load(EngineSettings))
    store.publish(make_version(tmp_path / "broken", "broken-1"))
    code, said = run("promote", "broken-1")
    assert code == 69
    assert "labels.json" in said

    code, said = run("status")
    assert code == 0
    assert said.startswith("Champion: starter-3\nNo queue is running, so nothing is known of the engines")
    code, said = run("rollback")
    assert code == 69
    assert "there is none before it" in said
