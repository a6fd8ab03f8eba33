"""What an operator sees of `poster-judge imdb`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from launcher.cli import app
from launcher.films import reading
from migrations.upgrade import upgrade
from models.database_settings import DatabaseSettings
from models.exit_codes import UNAVAILABLE
from tests.launcher.films.imdb import basics, films_in, packed, rating, ratings, title


@pytest.fixture(autouse=True)
def _no_log_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """These commands run in the tests' own process, whose logs they must not redirect."""
    monkeypatch.setattr("launcher.cli.configure", lambda *_: None)


@pytest.fixture
def _database() -> None:
    upgrade(DatabaseSettings().url())


def imported(**files: Path) -> tuple[str, str]:
    """What an import says, and what it complains of."""
    result = CliRunner().invoke(app, ["imdb", "import", *options(files)])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def refused(**files: Path) -> str:
    """The one line with which an import refuses."""
    result = CliRunner().invoke(app, ["imdb", "import", *options(files)])
    assert (result.exit_code, result.stdout) == (UNAVAILABLE, "")
    assert result.stderr.count("\n") == 1
    return result.stderr


def options(files: dict[str, Path]) -> list[str]:
    return [part for name, path in files.items() for part in (f"--{name}", str(path))]


@pytest.mark.usefixtures("_database")
@pytest.mark.parametrize("pack", [True, False])
def test_films_are_imported_once_and_newer_files_bring_them_up_to_date(tmp_path: Path, pack: bool) -> None:
    def plain_or_packed(path: Path) -> Path:
        return packed(path) if pack else path

    titles = plain_or_packed(basics(tmp_path / "b.tsv", title(1), title(2, kind="tvEpisode"), "broken\n", title(3)))
    scores = plain_or_packed(ratings(tmp_path / "r.tsv", rating(1, 8.3, 700), rating(2)))
    said, complaints = imported(basics=titles, ratings=scores)
    assert said.startswith("title.basics: 2 films read.\ntitle.ratings: 2 ratings read.\nThe database has 2 films.\n")
    assert complaints == "title.basics: 1 line skipped, not as IMDb describes them.\n"
    films = films_in(DatabaseSettings().url())
    assert films[0] == ("tt0000001", "Film 1", "film 1", 1995, 8.3, 700, ["Drama", "News"])

    assert "title.ratings: all of this file was imported before." in imported(basics=titles, ratings=scores)[0]
    assert films_in(DatabaseSettings().url()) == films

    # What is new in titles gets its rating from the ratings that were read before.
    newer = plain_or_packed(basics(tmp_path / "newer.tsv", title(1, "Renamed"), title(2)))
    said, complaints = imported(basics=newer, ratings=scores)
    assert "The database has 3 films." in said
    assert not complaints
    scored = [(film[1], film[4]) for film in films_in(DatabaseSettings().url())]
    assert scored == [("Renamed", 8.3), ("Film 2", 7.5), ("Film 3", None)]


@pytest.mark.usefixtures("_database")
def test_lines_are_read_once_wherever_portions_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PORTION_ROWS", 2)
    monkeypatch.setattr(reading, "PORTION_LINES", 3)
    monkeypatch.setattr(reading, "LINE_LIMIT", 200)
    kinds = ["movie", "movie", "tvEpisode", "tvEpisode", "tvEpisode", "movie", "movie", "movie", "tvEpisode"]
    lines = [title(number, kind=kind) for number, kind in enumerate(kinds)]
    said, complaints = imported(basics=basics(tmp_path / "b.tsv", *lines, "x" * 450 + "\n", title(10), title(11)[:-9]))
    assert "title.basics: 6 films read." in said
    assert complaints == "title.basics: 4 lines skipped, not as IMDb describes them.\n"
    kept = [film[0] for film in films_in(DatabaseSettings().url())]
    assert kept == [f"tt{number:07}" for number in (0, 1, 5, 6, 7, 10)]


@pytest.mark.usefixtures("_database")
def test_a_file_that_cannot_be_imported_is_one_sentence(tmp_path: Path) -> None:
    titles = basics(tmp_path / "b.tsv", *(title(number) for number in range(5000)))
    assert refused(ratings=titles) == (
        f"{titles} is not IMDb's title.ratings.tsv: its first line should name tconst, averageRating, numVotes.\n"
    )
    (tmp_path / "empty").touch()
    assert "is not IMDb's title.basics.tsv" in refused(basics=tmp_path / "empty")
    assert "cannot be read: No such file" in refused(basics=tmp_path / "missing")
    assert "cannot be read: Is a directory" in refused(basics=tmp_path)
    assert "Name what to import" in refused()

    cut = packed(titles)
    cut.write_bytes(cut.read_bytes()[:-1000])
    assert "is cut short or damaged: fetch it again" in refused(basics=cut)
    stands = CliRunner().invoke(app, ["imdb", "status"])
    assert "title.basics: 0 bytes" not in stands.stdout
    assert "not yet all of it" in stands.stdout
    # A file that is another takes no other's place.
    assert "is not IMDb's title.basics.tsv" in refused(basics=tmp_path / "empty")
    assert CliRunner().invoke(app, ["imdb", "status"]).stdout == stands.stdout
    assert "title.ratings" not in stands.stdout
    imported(basics=packed(titles))
    assert len(films_in(DatabaseSettings().url())) == 5000


def test_without_a_database_the_operator_is_told_how_to_make_one(tmp_path: Path) -> None:
    assert "poster-judge db upgrade" in refused(basics=basics(tmp_path / "b.tsv"))
