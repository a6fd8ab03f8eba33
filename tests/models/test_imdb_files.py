"""What is read of IMDb's lines."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.imdb_files import BASICS, RATINGS, BadLine

HEAT = ["tt0113277", "movie", 'Heat "II"', "Heat", "0", "1995", "\\N", "170", "Action,Crime,Talk-Show"]


def line(**changes: str) -> bytes:
    fields = dict(zip(BASICS.columns, HEAT, strict=True)) | changes
    return "\t".join(fields.values()).encode() + b"\n"


def test_a_film_is_read_with_its_quotes_and_the_genres_that_are_judged() -> None:
    expected: dict[str, Any] = {"id": "tt0113277", "title": 'Heat "II"', "search_title": "heat ii", "year": 1995}
    assert BASICS.read(line()) == expected | {"genres": ["Action", "Crime"]}
    assert BASICS.read(line(startYear="\\N", genres="\\N")) == expected | {"year": None, "genres": []}
    assert BASICS.read(line().replace(b"\n", b"\tnew column\r\n")) == BASICS.read(line())
    assert RATINGS.read(b"tt0113277\t8.3\t740000\n") == {
        "film_id": "tt0113277",
        "new_score": 8.3,
        "new_votes": 740_000,
    }


@pytest.mark.parametrize("change", [{"titleType": "tvEpisode"}, {"titleType": "videoGame"}, {"isAdult": "1"}])
def test_what_is_no_film_for_everybody_is_left_out(change: dict[str, str]) -> None:
    assert BASICS.read(line(**change)) is None


@pytest.mark.parametrize(
    "bad",
    [
        line(tconst="nm0113277"),
        line(primaryTitle="\\N"),
        line(primaryTitle=" "),
        line(primaryTitle="He\0at"),
        line(isAdult="1995"),
        line(startYear="19"),
        line().replace(b"\t", b",", 1),
        line()[:-1],
        b"\xff" + line(),
        b"\n",
    ],
)
def test_a_film_that_is_not_as_described_is_a_bad_line(bad: bytes) -> None:
    with pytest.raises(BadLine):
        BASICS.read(bad)


@pytest.mark.parametrize("fields", ["8.3", "8.3\t-1", "8.3\tmany", "11\t5", "nan\t5", "8.3\t9999999999", "\\N\t5"])
def test_a_rating_that_is_none_is_a_bad_line(fields: str) -> None:
    with pytest.raises(BadLine):
        RATINGS.read(f"tt0113277\t{fields}\n".encode())


@given(st.binary(max_size=200) | st.lists(st.text(), min_size=9).map(lambda fields: "\t".join(fields).encode() + b"\n"))
def test_any_bytes_are_a_row_no_row_or_a_bad_line(some: bytes) -> None:
    for source in (BASICS, RATINGS):
        try:
            source.read(some)
        except BadLine:
            continue
