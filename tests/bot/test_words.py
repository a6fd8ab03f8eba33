"""Words for numbers."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.layouts.words import BAR_WIDTH, bar, frequency, headline, likeliest_genres, one_line, percent, verdict
from models.genres import GENRES
from tests.bot.scene import judgement


@pytest.mark.parametrize(
    ("probability", "text"), [(0.0, "<1 %"), (0.004, "<1 %"), (0.01, "1 %"), (0.5, "50 %"), (0.996, ">99 %")]
)
def test_percents_claim_no_certainty(probability: float, text: str) -> None:
    assert percent(probability) == text


@given(st.floats(0, 1))
def test_bars_are_all_as_wide(probability: float) -> None:
    assert len(bar(probability)) == BAR_WIDTH


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_longer_bar_is_a_higher_probability(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert bar(low).count("█") <= bar(high).count("█")


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ([("Horror", 0.8), ("Thriller", 0.6), ("Drama", 0.2)], "Horror · Thriller"),
        ([("Horror", 0.45), ("Thriller", 0.2), ("Drama", 0.2)], "Perhaps Horror"),
        ([("Drama", 0.45), ("Comedy", 0.42), ("Crime", 0.2)], "Perhaps Drama or Comedy"),
        ([("Drama", 0.2), ("Comedy", 0.1), ("Crime", 0.1)], "Perhaps Drama or Comedy"),
    ],
)
def test_the_headline_says_no_more_than_stands_out(top: list[tuple[str, float]], said: str) -> None:
    genres = dict.fromkeys(GENRES, 0.0) | dict(top)
    assert likeliest_genres(msgspec.structs.replace(judgement(), genres=genres)) == said


def test_what_does_not_look_like_a_poster_is_told_before_anything_else() -> None:
    genres = dict.fromkeys(GENRES, 0.0) | {"Drama": 0.45, "Comedy": 0.42}
    said = msgspec.structs.replace(judgement(), genres=genres)
    assert headline(said).startswith("## Perhaps Drama or Comedy\n")
    lines = headline(msgspec.structs.replace(said, looks_like_poster=False)).splitlines()
    assert lines[0] == "## This does not look like a film poster"
    assert lines[1].startswith("If it is one: perhaps Drama or Comedy. ")


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.02, "fewer than 1 in 20"),
        (0.05, "about 1 in 15"),
        (0.08, "about 1 in 15"),
        (0.09, "about 1 in 10"),
        (0.25, "about 3 in 10"),
        (0.28, "about 3 in 10"),
        (0.949, "about 9 in 10"),
        (0.95, "nearly all"),
    ],
)
def test_probabilities_are_told_as_people_count(probability: float, words: str) -> None:
    assert frequency(probability) == words


@pytest.mark.parametrize(
    ("p_good", "words"), [(0.5, "more often than most"), (0.3, "as often as others"), (0.1, "seldom")]
)
def test_the_verdict_is_no_stronger_than_what_was_measured(p_good: float, words: str) -> None:
    assert words in verdict(judgement(p_good=p_good).score)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Alien:\tResurrection ", "Alien: Resurrection"),
        ("Alien\n## 100 % Horror", "Alien ## 100 % Horror"),
        ("Alien\u2028-# Model", "Alien -# Model"),
        ("Alien\u202eneilA\u2066", "AlienneilA"),
        ("فيلم 👨\u200d👩", "فيلم 👨\u200d👩"),
        ("\u202e\n", ""),
    ],
)
def test_a_title_is_one_line_and_turns_no_other_word_around(typed: str, shown: str) -> None:
    assert one_line(typed) == shown
