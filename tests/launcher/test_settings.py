"""Settings: a wrong value is one readable line and a non-zero exit; all of them stand in the README."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.settings import BotSettings
from broker.settings import BrokerSettings
from launcher.cli import app
from launcher.settings_table import markdown_table
from models.database_settings import DatabaseSettings
from models.exit_codes import CONFIGURATION, UNAVAILABLE
from models.settings import SettingsError, load


@pytest.fixture(autouse=True)
def _no_log_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """These commands run in the tests' own process, whose logs they must not redirect."""
    monkeypatch.setattr("launcher.cli.configure", lambda *_: None)


README = Path(__file__).parents[2] / "README.md"


def test_the_readme_lists_every_setting_as_it_is() -> None:
    assert markdown_table() in README.read_text()


@pytest.mark.parametrize(
    ("variable", "value", "command"),
    [
        ("POSTER_JUDGE_QUEUE_LIMIT", "many", ["bot"]),
        ("POSTER_JUDGE_JUDGEMENT_TIMEOUT", "-1", ["bot"]),
        ("POSTER_JUDGE_DISCORD_API_URL", "discord.com", ["bot"]),
        ("POSTER_JUDGE_LOG_LEVEL", "loud", ["status"]),
        ("DATABASE_URL", "mysql://judge:very-secret@host/films", ["db", "upgrade"]),
        ("DATABASE_URL", "very-secret", ["db", "upgrade"]),
        ("DATABASE_URL", "postgresql://judge:very-secret@host:port/films", ["db", "upgrade"]),
        ("DATABASE_URL", "sqlite://", ["db", "upgrade"]),
        ("NATS_URL", "very-secret", ["up"]),
        ("NATS_URL", "nats://very-secret@host:port", ["status"]),
        ("DISCORD_TOKEN", "very-secret token", ["bot"]),
        ("POSTER_JUDGE_SHARD_IDS", "0,1", ["bot"]),
        ("POSTER_JUDGE_OPERATOR_ROLE", "42", ["bot"]),
        ("POSTER_JUDGE_HOME_GUILD", "Film club", ["bot"]),
        ("POSTER_JUDGE_RESUME_AFTER", "inf", ["bot"]),
        ("POSTER_JUDGE_RETRAIN_AT", "24:00", ["bot"]),
        ("POSTER_JUDGE_QUEUE_ACK_WAIT", "nan", ["engine", "serve"]),
        ("POSTER_JUDGE_CDN_HOSTS", ",", ["bot"]),
        ("POSTER_JUDGE_CDN_HOSTS", "host:99999", ["bot"]),
        ("POSTER_JUDGE_MODEL_VERSION", " ", ["engine", "serve"]),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, command: list[str]
) -> None:
    monkeypatch.setenv(variable, value)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == CONFIGURATION
    assert result.output.count("\n") == 1
    assert result.output.startswith(variable)
    assert "very-secret" not in result.output


def test_without_a_token_the_bot_alone_says_how_to_get_one() -> None:
    result = CliRunner().invoke(app, ["bot"])
    assert result.exit_code == CONFIGURATION
    assert "DISCORD_TOKEN is not set" in result.output


def test_without_a_queue_a_command_says_how_to_start_one() -> None:
    result = CliRunner().invoke(app, ["engine", "serve"])
    assert result.exit_code == UNAVAILABLE
    assert "poster-judge up" in result.output


@pytest.mark.parametrize("command", [["up"], ["engine", "serve"], ["status"]])
def test_a_queue_out_of_reach_is_one_line(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("NATS_URL", "nats://very-secret@127.0.0.1:1")
    monkeypatch.setattr("broker.connection.CONNECT_TIMEOUT", 0.5)
    result = CliRunner().invoke(app, command)
    assert result.exit_code in (UNAVAILABLE, 1)
    assert "cannot be reached" in result.output
    assert "very-secret" not in result.output
    assert "Traceback" not in result.output


def test_a_data_directory_that_is_a_file_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("POSTER_JUDGE_DATA_DIR", str(tmp_path / "file"))
    result = CliRunner().invoke(app, ["up"])
    assert result.exit_code == CONFIGURATION
    assert result.output.startswith("POSTER_JUDGE_DATA_DIR: ")


def test_a_file_that_is_no_database_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough to look into " * 40)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'notes.txt'}")
    result = CliRunner().invoke(app, ["db", "upgrade"])
    assert result.exit_code == UNAVAILABLE
    assert result.output.count("\n") == 1


def test_status_makes_no_database_and_says_how_to_get_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["status", "--json"])
    assert result.exit_code == 1
    assert "The database is empty: run `poster-judge db upgrade`" in result.stdout
    assert not (tmp_path / "data").exists()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISCORD_TOKEN", "NATS_URL", "DATABASE_URL", "POSTER_JUDGE_QUEUE_LIMIT"):
        monkeypatch.setenv(variable, "")
    assert load(BotSettings).discord_token is None
    assert load(BrokerSettings).nats_url is None
    assert load(BrokerSettings).queue_limit == 500
    assert load(DatabaseSettings).url().get_backend_name() == "sqlite"


def test_settings_are_read_from_a_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=from-file\nPOSTER_JUDGE_SHARD_IDS=0,2\nPOSTER_JUDGE_SHARD_COUNT=4\n")
    settings = load(BotSettings)
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "from-file"
    assert settings.shards() == [0, 2]


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "very-secret")
    assert "very-secret" not in repr(load(BotSettings))


def test_an_error_names_the_variable_also_where_it_has_no_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTER_JUDGE_SHARD_IDS", "all")
    with pytest.raises(SettingsError, match=r"^POSTER_JUDGE_SHARD_IDS: "):
        load(BotSettings)
