"""What an operator sets about posters is understood, or told to be wrong."""

from pathlib import Path

import pytest

from models.settings import SettingsError, load
from posters.settings import DISCORD_CDN_HOSTS, PosterSettings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_defaults_are_ten_megabytes_forty_megapixels_and_discord() -> None:
    settings = load(PosterSettings)

    assert settings.limits.max_bytes == 10_000_000
    assert settings.limits.max_pixels == 40_000_000
    assert settings.cdn_hosts == DISCORD_CDN_HOSTS
    assert settings.poster_store_location == settings.data_dir / "posters"


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTER_JUDGE_CDN_HOSTS", "cdn.discordapp.com, 127.0.0.1:8137,")
    assert load(PosterSettings).cdn_hosts == ("cdn.discordapp.com", "127.0.0.1:8137")


def test_the_byte_limit_and_the_store_are_set_by_their_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTER_JUDGE_MAX_UPLOAD_BYTES", "2000000")
    monkeypatch.setenv("POSTER_JUDGE_POSTER_STORE", "s3://bucket/posters")
    settings = load(PosterSettings)

    assert settings.limits.max_bytes == 2_000_000
    assert settings.poster_store_location == "s3://bucket/posters"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("POSTER_JUDGE_MAX_UPLOAD_BYTES", "ten"),
        ("POSTER_JUDGE_INTAKE_WORKERS", "0"),
        ("POSTER_JUDGE_MAX_PIXELS", "900000000"),
        ("POSTER_JUDGE_CDN_HOSTS", "https://cdn.discordapp.com/attachments"),
    ],
)
def test_a_wrong_value_is_told_with_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"^{variable}: "):
        load(PosterSettings)


def test_every_setting_is_described() -> None:
    assert all(field.description for field in PosterSettings.model_fields.values())
