"""How films are found among those of IMDb, on both databases."""

from typing import Any

import pytest

from models.database import Database
from models.film_titles import search_title
from models.repositories import FilmRepository
from models.repositories import films as films_repository

FILMS = (
    ("tt0113277", "Heat", 1995, 740_000),
    ("tt0093164", "Heat", 1986, 5_000),
    ("tt0062626", "Heat", 1972, 2_000),
    ("tt0071562", "The Godfather Part II", 1974, 1_400_000),
    ("tt0068646", "The Godfather", 1972, 2_100_000),
    ("tt0317248", "City of God", 2002, 800_000),
    ("tt1856101", "Blade Runner 2049", 2017, 700_000),
    ("tt0083658", "Blade Runner", 1982, 850_000),
    ("tt0245429", "千と千尋の神隠し", 2001, 900_000),
    ("tt9999901", "100% Wolf", 2020, 3_000),
    ("tt9999902", "1000 Wolves", None, 0),
)


def row(film_id: str, title: str, year: int | None, **changes: Any) -> dict[str, Any]:
    values = {"id": film_id, "title": title, "search_title": search_title(title), "year": year, "genres": ["Drama"]}
    return values | changes


def rating(film_id: str, score: float, votes: int) -> dict[str, Any]:
    return {"film_id": film_id, "new_score": score, "new_votes": votes}


async def keep(database: Database) -> None:
    async with database.writing() as session:
        films = FilmRepository(session)
        await films.keep_titles([row(film_id, title, year) for film_id, title, year, _votes in FILMS])
        await films.rate([rating(film_id, 7.5, votes) for film_id, _title, _year, votes in FILMS if votes])


async def completed(database: Database, typed: str, limit: int = 25) -> list[str]:
    async with database.reading() as session:
        return [f"{film.title} {film.year}" for film in await FilmRepository(session).complete(typed, limit)]


async def matched(database: Database, typed: str) -> str | None:
    async with database.reading() as session:
        film = await FilmRepository(session).best_match(typed)
        return None if film is None else film.id


async def test_the_same_rows_again_change_nothing_and_newer_ones_what_differs(database: Database) -> None:
    async with database.writing() as session:
        await FilmRepository(session).keep_titles([])
        await FilmRepository(session).rate([])
    for _ in range(2):
        await keep(database)
        async with database.writing() as session:
            await FilmRepository(session).rate([rating("tt0000404", 9.0, 9)])
    async with database.writing() as session:
        films = FilmRepository(session)
        assert await films.count() == len(FILMS)
        for nobody in ("tt0000404", "", "tt\0", "tt\ud800", "Heat (1995)", "tt" + 9000 * "1"):
            assert await films.by_id(nobody) is None
        await films.keep_titles([row("tt0113277", "Heat", 1996, genres=["Crime", "Action"])])
        await films.rate([rating("tt0113277", 8.3, 750_000)])
        film = await films.by_id("tt0113277")
        assert film is not None
        assert (film.year, film.genres, film.score, film.votes) == (1996, ["Crime", "Action"], 8.3, 750_000)
        unrated = await films.by_id("tt9999902")
        assert unrated is not None
        assert (unrated.year, unrated.score, unrated.votes) == (None, None, 0)


async def test_what_is_typed_is_completed_by_the_title_then_beginnings_then_words(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await completed(database, "heat") == []
    await keep(database)
    assert await completed(database, "god") == ["The Godfather 1972", "The Godfather Part II 1974", "City of God 2002"]
    assert await completed(database, "The Godfather part") == ["The Godfather Part II 1974"]
    assert await completed(database, "g", limit=2) == ["The Godfather 1972", "The Godfather Part II 1974"]
    assert await completed(database, "run bla") == ["Blade Runner 1982", "Blade Runner 2049 2017"]
    assert await completed(database, "", limit=1) == ["The Godfather 1972"]
    assert await completed(database, "heat (19") == ["Heat 1995", "Heat 1986", "Heat 1972"]
    assert await completed(database, "HEAT 1986") == ["Heat 1986"]
    assert await completed(database, "blade runner 2049") == ["Blade Runner 2049 2017"]
    assert await completed(database, "千と") == ["千と千尋の神隠し 2001"]
    assert await completed(database, "100%") == ["100% Wolf 2020", "1000 Wolves None"]
    assert await completed(database, "nothing of the kind") == []
    assert await completed(database, "\0 \ud800", limit=1) == ["The Godfather 1972"]

    # Beyond the best known ones, titles are still found by how they begin.
    monkeypatch.setattr(films_repository, "LOOKED_AT", 3)
    assert await completed(database, "1000 w") == ["1000 Wolves None"]
    assert await completed(database, "wolves") == []


async def test_a_title_names_the_best_known_film_unless_a_year_or_a_typo_says_more(database: Database) -> None:
    assert await matched(database, "heat") is None
    await keep(database)
    for typed in ("Heat", " heat ", "Heat 1995", "heat (1996)"):
        assert await matched(database, typed) == "tt0113277"
    assert await matched(database, "Heat, 1986") == "tt0093164"
    assert await matched(database, "godfather") == "tt0068646"
    assert await matched(database, "the godfahter") == "tt0068646"
    assert await matched(database, "the gdofather (1972)") == "tt0068646"
    assert await matched(database, "Blade Runner 2049") == "tt1856101"
    # Words that were left out are no matter where the others leave no doubt.
    assert await matched(database, "city god") == "tt0317248"
    assert await matched(database, "blade 2049") == "tt1856101"
    assert await matched(database, "godfather part 1974") == "tt0071562"
    for typed in ("blade god", "city god 1980", "blade runner 1999"):
        assert await matched(database, typed) is None
    for typed in ("\0", "\ud800", "heet", "Heat 2020", "the gdofather (1980)", "god", "", "!?", "100"):
        assert await matched(database, typed) is None
