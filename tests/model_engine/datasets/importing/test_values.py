from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_engine.datasets.importing import values
from model_engine.datasets.importing.gathering import READERS, Gathering
from model_engine.datasets.manifest import COLUMNS, DatasetError, typed
from models.genres import GENRES

BROKEN = "broken"

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["8.3", "tt1", "1995", "N/A"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)


def outcome(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except values.BrokenValue:
        return BROKEN


@pytest.mark.parametrize(
    ("read", "value", "found"),
    [
        (values.text, "  two   words\n", "two words"),
        (values.text, "N/A", None),
        (values.text, "\\N", None),
        (values.text, "nan", None),
        (values.text, ["list"], BROKEN),
        (values.title, "Null", "Null"),
        (values.title, "", None),
        (values.year, "1995–1998", 1995),
        (values.year, "1995.0", 1995),
        (values.year, 1995, 1995),
        (values.year, "22 November 1995", 1995),
        (values.year, "95", BROKEN),
        (values.year, "1066", BROKEN),
        (values.score, "8.3/10", 8.3),
        (values.score, 7.300000190734863, 7.300000190734863),
        (values.score, "10", 10.0),
        (values.score, "10.1", BROKEN),
        (values.score, "-1", BROKEN),
        (values.score, "83%", BROKEN),
        (values.votes, "1,234,567", 1_234_567),
        (values.votes, "12.0", 12),
        (values.votes, "1.2K", BROKEN),
        (values.genres, "Comedy|Drama", "Comedy|Drama"),
        (values.genres, "comedy, SCI-FI / Science Fiction", "Comedy|Sci-Fi"),
        (values.genres, ["Reality-TV", "Horror", None], "Reality-TV|Horror"),
        (values.genres, [], None),
        (values.genres, {"a": 1}, BROKEN),
        (values.address, "https://m.media-amazon.com/a.jpg", "https://m.media-amazon.com/a.jpg"),
        (values.address, "ftp://host/a.jpg", BROKEN),
        (values.address, "file:///etc/passwd", BROKEN),
        (values.split, "Val", "validation"),
        (values.split, "holdout", BROKEN),
        (values.imdb_id, "114709", "tt0114709"),
        (values.imdb_id, "tt0114709", "tt0114709"),
        (values.imdb_id, "nm0000158", BROKEN),
    ],
)
def test_values_are_read_as_sources_write_them(read: Callable[[Any], Any], value: Any, found: Any) -> None:
    assert outcome(read, value) == found


@pytest.mark.parametrize(
    ("words", "title", "year"),
    [
        ("Toy Story (1995)", "Toy Story", "1995"),
        ("Cosmos (1980– )", "Cosmos", "1980"),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", "2009"),
        ("1984", "1984", None),
        ("(1995)", "(1995)", None),
    ],
)
def test_a_year_behind_a_title_is_told_apart_from_it(words: str, title: str, year: str | None) -> None:
    assert values.title_and_year(words) == (title, year)


@settings(deadline=None)
@given(rows=st.lists(st.dictionaries(st.sampled_from(list(COLUMNS)), anything), max_size=8))
def test_whatever_a_source_says_becomes_a_manifest_or_one_sentence(rows: list[dict[str, Any]]) -> None:
    gathering = Gathering("a source")
    for row in rows:
        gathering.add(row)

    assert gathering.read == len(rows)
    left = len(rows) - sum(gathering.left_out.values())
    if not left:
        with pytest.raises(DatasetError, match=f"{len(rows)} rows were read"):
            gathering.table()
        return
    table = gathering.table()
    assert len(table) == left
    pd.testing.assert_frame_equal(typed(table), table)
    assert table["source"].notna().all()


@given(value=anything)
def test_every_reader_gives_a_value_or_says_that_it_is_broken(value: Any) -> None:
    for name, read in READERS.items():
        found = outcome(read, value)
        assert found is None or isinstance(found, str | int | float), name


@given(names=st.lists(st.sampled_from(GENRES), min_size=1, unique=True), between=st.sampled_from("|,;/"))
def test_genres_of_the_vocabulary_are_read_whatever_is_between_them(names: list[str], between: str) -> None:
    assert values.genres(between.join(name.upper() for name in names)) == "|".join(names)


def test_what_was_wrong_is_counted_by_kind() -> None:
    gathering = Gathering("a source")
    for row in (
        {"id": "a", "score": "eight", "genres": "Drama|Talk-Show"},
        {"id": "a", "score": "8"},
        {"score": "8"},
        {"id": "b", "year": "soon", "score": "N/A"},
    ):
        gathering.add(row)

    assert gathering.left_out == {"id that was there before": 1, "no id": 1}
    assert gathering.broken == {"score": 1, "year": 1}
    assert gathering.unknown_genres == {"Talk-Show": 1}
    assert gathering.table()["id"].to_list() == ["a", "b"]
