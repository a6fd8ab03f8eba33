import string
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.feedback.sentences import NOT_UNDERSTOOD, sentence
from bot.feedback.understanding import GenreStatement, Problem, ProblemKind, parse_score, resolve, understand
from models.genres import GENRES
from tests.bot.feedback.meanings import meaning

MESSAGES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("messages.toml").read_text(encoding="utf-8")
)
LONGEST_SENTENCE = 200

some_genres = st.lists(st.sampled_from(GENRES), min_size=1, max_size=6, unique=True)
words_of_messages = st.sampled_from(
    sorted({word for group in MESSAGES.values() for text in group for word in text.split()})
)
like_messages = st.lists(words_of_messages, max_size=30).map(" ".join)
hostile = st.text(
    alphabet="<@!&:>#*_`~|/\\[]()\u200b\u202e\u0301\u20e3 \n.,-+%★☆½٣７Ⅶ0123456789tnohrima'’?!", max_size=300
)
quick = settings(max_examples=60, deadline=None)
any_text = st.one_of(st.text(max_size=300), hostile, like_messages)


def listed(genres: list[str]) -> str:
    return genres[0] if len(genres) == 1 else ", ".join(genres[:-1]) + " and " + genres[-1]


def in_vocabulary_order(genres: list[str]) -> tuple[str, ...]:
    return tuple(sorted(genres, key=GENRES.index))


@pytest.mark.parametrize("group", MESSAGES)
def test_messages_of_members_mean_what_the_table_says(group: str) -> None:
    understood = {text: meaning(understand(text)) for text in MESSAGES[group]}
    assert understood == MESSAGES[group]


def test_the_table_is_as_long_as_promised() -> None:
    assert sum(len(group) for group in MESSAGES.values()) >= 170


@pytest.mark.parametrize(
    "change",
    [str.lower, str.upper, lambda text: f"  {text}\n", lambda text: text.replace(" ", "   "), "<@42> {}".format],
)
def test_capitals_and_blanks_change_nothing(change: Callable[[str], str]) -> None:
    messages = [text for group in MESSAGES.values() for text in group if not text.startswith(">")]
    changed = {text: understand(change(text)) for text in messages}
    assert {text: meaning(found) for text, found in changed.items()} == {
        text: meaning(understand(text)) for text in messages
    }


@given(any_text)
@example("7" * 5000)
@example("1e999 tt" + "0" * 500)
@example("<" * 2000 + "~~" * 1000 + "a" * 2000)
@settings(max_examples=400, deadline=None)
def test_any_text_gives_sound_labels_and_sentences_that_are_safe_to_send(text: str) -> None:
    understood = understand(text)
    assert understood.score is None or (0 <= understood.score <= 10 and round(understood.score, 1) == understood.score)
    assert understood.imdb_id is None or (understood.imdb_id.startswith("tt") and 9 <= len(understood.imdb_id) <= 10)
    if understood.genres is not None:
        statement = understood.genres
        named = statement.stated + statement.added + statement.removed
        assert named
        assert set(named) <= set(GENRES)
        assert len(set(named)) == len(named)
        assert not (statement.stated and (statement.added or statement.removed))
        assert not understood.agrees
    for problem in understood.problems:
        said = sentence(problem)
        assert 0 < len(said) <= LONGEST_SENTENCE
        assert not set("@<>`*_|~#\n[]") & set(said)
        assert "://" not in said


@given(st.integers(min_value=1, max_value=40), like_messages)
@settings(max_examples=30, deadline=None)
def test_a_longer_message_is_read_word_by_word_and_not_word_against_word(times: int, text: str) -> None:
    """Twice the message takes twice the steps: counted in calls, since a clock would lie on a busy machine."""

    def steps(message: str) -> int:
        count = 0

        def counting(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(counting)
        try:
            understand(message)
        finally:
            sys.setprofile(None)
        return count

    understand(text)
    once = steps(text + " ")
    assert steps((text + " ") * times) <= 3 * times * once + 2000


@given(some_genres)
@quick
def test_any_set_of_genres_that_is_stated_is_read_back_as_that_set(genres: list[str]) -> None:
    for message in (
        listed(genres),
        f"it's {listed(genres)}",
        f"no, it's {listed(genres)}!",
        f"genres: {', '.join(genres)}".lower(),
    ):
        understood = understand(message)
        assert understood.genres == GenreStatement(stated=in_vocabulary_order(genres)), message
        assert understood.problems == ()


@given(some_genres)
@quick
def test_any_set_of_genres_that_is_denied_is_read_back_as_removed(genres: list[str]) -> None:
    denied = " or ".join(genres)
    for message in (
        f"it's not {denied}",
        f"no {denied}",
        f"remove {listed(genres)}",
        f"neither {' nor '.join(genres)}",
    ):
        assert understand(message).genres == GenreStatement(removed=in_vocabulary_order(genres)), message


@given(some_genres)
@quick
def test_any_set_of_genres_that_is_added_is_read_back_as_added(genres: list[str]) -> None:
    for message in (f"add {listed(genres)}", f"also {listed(genres)}", f"you forgot {listed(genres)}"):
        assert understand(message).genres == GenreStatement(added=in_vocabulary_order(genres)), message


@given(st.integers(min_value=0, max_value=100))
@quick
def test_any_score_is_read_in_all_its_spellings(tenths: int) -> None:
    score = tenths / 10
    for message in (
        f"imdb {score}",
        f"{score} on imdb",
        f"imdb {score:.1f}/10",
        f"score {score:.1f}".replace(".", ","),
        f"it's {score:.1f}",
    ):
        assert understand(message).score == score, message
    for entry in (f"{score}", f"{score:.1f}".replace(".", ","), f" {score} ", f"imdb {score}"):
        assert parse_score(entry).score == score, entry


@given(st.text(max_size=100))
@quick
def test_the_field_for_the_score_holds_a_score_an_id_or_one_problem(text: str) -> None:
    entry = parse_score(text)
    found = [entry.score is not None, entry.imdb_id is not None, bool(entry.problems)]
    assert sum(found) == (1 if text.strip() else 0)
    assert len(entry.problems) <= 1


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("7.3", "7.3"),
        ("7,3", "7.3"),
        ("7.3/10", "7.3"),
        ("８．５", "8.5"),
        ("10/10", "10.0"),
        ("7.25", "7.3"),
        ("https://www.imdb.com/title/tt0114369/", "tt0114369"),
        ("https://m.imdb.com/de/title/tt0114369/?ref_=fn_al_tt_1", "tt0114369"),
        ("tt10872600", "tt10872600"),
        ("73%", "?unreadable_score"),
        ("4/5", "?unreadable_score"),
        ("eleven", "?score_out_of_range"),
        ("11", "?score_out_of_range"),
        ("-1", "?score_out_of_range"),
        ("6 or 7", "?several_scores"),
        ("good", "?unreadable_score"),
        ("seven", "7.0"),
        ("https://www.imdb.com/name/nm0000123/", "?unreadable_id"),
        ("https://www.imdb.com.evil.example/title/tt0114369/", "?unreadable_score"),
        ("", ""),
    ],
)
def test_the_field_for_the_score_takes_what_members_type(entry: str, expected: str) -> None:
    assert meaning(parse_score(entry)) == expected


def test_a_statement_of_all_genres_replaces_those_predicted_and_a_change_changes_them() -> None:
    assert resolve(GenreStatement(stated=("Comedy", "Horror")), ["Drama"]) == ("Comedy", "Horror")
    assert resolve(GenreStatement(added=("Crime",), removed=("Drama",)), ["Drama", "Action"]) == ("Action", "Crime")
    assert resolve(GenreStatement(removed=("Drama",)), ["Drama"]) == ()


@pytest.mark.parametrize("kind", ProblemKind)
@pytest.mark.parametrize(
    "about", ["", "blargh", "@everyone <@1> `x` https://a.example ||x|| \u202e" + string.printable * 9]
)
@pytest.mark.parametrize("suggestions", [(), ("Drama",), ("Crime", "Drama", "Thriller"), GENRES])
def test_every_problem_has_one_short_sentence_that_pings_nobody(
    kind: ProblemKind, about: str, suggestions: tuple[str, ...]
) -> None:
    said = sentence(Problem(kind=kind, about=about, suggestions=suggestions))
    assert 0 < len(said) <= LONGEST_SENTENCE
    assert not set("@<>`*_|~#\n[]\u202e") & set(said)
    assert "://" not in said
    assert said.endswith(("?", ".")), said


def test_what_is_not_understood_gets_a_short_answer() -> None:
    assert len(NOT_UNDERSTOOD) <= LONGEST_SENTENCE
