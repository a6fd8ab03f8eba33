"""The table of all corrections: complete, without names, and whole or not there, on SQLite and on PostgreSQL."""

import csv
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import URL
from typer.testing import CliRunner

from bot.feedback import exporting
from bot.feedback.corrections import Corrections
from bot.feedback.exporting import COLUMNS, ExportError, export
from launcher.cli import app
from models.database import Database
from models.exit_codes import UNAVAILABLE
from models.tables import FeedbackWay
from tests.bot.feedback.test_corrections import ALICE, BOB, genres, judged, score, speaker


async def fill(database: Database) -> None:
    """Two posters that look the same, another one, one of which all was taken back, and a private one."""
    corrections = Corrections(database, per_minute=0)
    for number, (poster, group) in enumerate((("a", "a"), ("b", "a"), ("c", "c"), ("d", "d")), 1):
        prediction = await judged(database, number, poster=poster, group=group)
        noted = await corrections.say(prediction, speaker(BOB), [score(float(number))], FeedbackWay.TEXT)
        if poster == "d":
            await corrections.undo(noted.event_ids, speaker(BOB))
        if poster == "a":
            await corrections.say(prediction, speaker(ALICE), [genres("Horror", "Comedy")], FeedbackWay.MENU)
    private = await judged(database, 9, poster="e", private=True)
    await corrections.say(private, speaker(ALICE), [score(9.0)], FeedbackWay.TEXT)


async def test_a_row_says_what_the_crowd_says_of_a_poster_in_csv_and_parquet_alike(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PORTION", 2)
    await fill(database)
    assert await export(database, tmp_path / "corrections.csv") == 3
    with (tmp_path / "corrections.csv").open(newline="") as file:
        rows = {row["poster_id"][0]: row for row in csv.DictReader(file)}
    assert list(rows) == ["a", "b", "c"]
    assert list(rows["a"]) == list(COLUMNS)
    assert (rows["a"]["genres"], rows["b"]["genres"], rows["c"]["genres"]) == ("Comedy;Horror", "Comedy;Horror", "")
    assert (rows["a"]["score"], rows["a"]["members"], rows["a"]["events"], rows["b"]["events"]) == (
        "2.0",
        "2",
        "2",
        "1",
    )
    assert await export(database, tmp_path / "corrections.parquet") == 3
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(tmp_path / "corrections.parquet")).fetchall()
    assert [["" if value is None else str(value) for value in row] for row in found] == [
        list(row.values()) for row in rows.values()
    ]
    assert sorted(path.name for path in tmp_path.glob("*corrections*")) == ["corrections.csv", "corrections.parquet"]


async def test_nothing_is_overwritten_or_left_half_written(database: Database, tmp_path: Path) -> None:
    await fill(database)
    file = tmp_path / "corrections.csv"
    file.write_text("mine")
    with pytest.raises(ExportError, match="there already"):
        await export(database, file)
    with pytest.raises(ExportError, match=r"ends in \.csv or \.parquet"):
        await export(database, tmp_path / "corrections.xls")
    with pytest.raises(ExportError, match="cannot be written"):
        await export(database, tmp_path / "nowhere" / "corrections.csv")
    assert file.read_text() == "mine"
    await export(database, file, force=True)
    assert file.read_text().startswith("poster_id,")


async def test_an_empty_table_has_its_columns(database: Database, tmp_path: Path) -> None:
    assert await export(database, tmp_path / "corrections.parquet") == 0
    with duckdb.connect() as connection:
        assert connection.read_parquet(str(tmp_path / "corrections.parquet")).columns == list(COLUMNS)


def test_the_command_line_writes_it_and_says_in_a_line_what_is_wrong(
    database_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.cli.configure", lambda *_: None)
    monkeypatch.setenv("DATABASE_URL", database_url.render_as_string(hide_password=False))
    written = CliRunner().invoke(app, ["feedback", "export", str(tmp_path / "out.csv")])
    assert (written.exit_code, written.output.count("\n")) == (0, 1)
    assert "of 0 posters" in written.output
    again = CliRunner().invoke(app, ["feedback", "export", str(tmp_path / "out.csv")])
    assert again.exit_code == UNAVAILABLE
    assert "--force" in again.output
