"""What naming a film at IMDb teaches."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.film_words import words_with_films
from models.lessons import FULL_WEIGHT, Lesson, lessons
from models.tables import Feedback, FeedbackKind, Film

ALICE, BOB, CARO, MALLORY = 1, 2, 3, 666
HEAT = Film(id="tt0113277", title="Heat", genres=["Crime", "Drama"], score=8.3)
UNRATED = Film(id="tt0000001", title="Nobody voted", genres=["Short"], score=None)
FILMS = {film.id: film for film in (HEAT, UNRATED)}


def said(number: int, user_id: int, value: Any, kind: FeedbackKind = FeedbackKind.IMDB) -> Feedback:
    return Feedback(id=number, user_id=user_id, kind=kind, value=value, created_at=datetime(2026, 11, 1, tzinfo=UTC))


def taught(*events: Feedback, **weights: float) -> Lesson:
    trust = {ALICE: 1.0, BOB: 1.0, CARO: 1.0, MALLORY: weights.get("mallory", 1.0)}
    (lesson,) = lessons([words_with_films("g", events, FILMS, trust)], trust)
    return lesson


def test_one_member_who_names_a_film_teaches_as_much_as_one_who_names_its_genres() -> None:
    lesson = taught(said(1, ALICE, HEAT.id))
    assert (lesson.genres, lesson.score, lesson.measures) == (("Crime", "Drama"), 8.3, False)
    assert lesson.genre_weight == pytest.approx(1 / FULL_WEIGHT)
    assert lesson.score_weight == pytest.approx(1 / FULL_WEIGHT)


def test_where_trusted_members_agree_on_the_film_imdb_itself_says_the_labels() -> None:
    lesson = taught(said(1, ALICE, HEAT.id), said(2, BOB, HEAT.id), said(3, CARO, ["Comedy"], FeedbackKind.GENRES))
    assert (lesson.genres, lesson.genre_weight, lesson.score_weight) == (("Crime", "Drama"), 1.0, 1.0)
    assert lesson.measures


def test_a_wrong_film_of_one_member_does_not_overrule_the_others() -> None:
    honest = [said(n, member, ["Horror"], FeedbackKind.GENRES) for n, member in ((1, ALICE), (2, BOB), (3, CARO))]
    assert taught(*honest, said(4, MALLORY, HEAT.id)).genres == ("Horror",)


def test_two_films_or_members_who_are_not_trusted_are_no_agreement() -> None:
    split = taught(said(1, ALICE, HEAT.id), said(2, BOB, UNRATED.id))
    assert split.genre_weight != 1.0
    assert split.score_weight != 1.0
    assert not taught(said(1, ALICE, HEAT.id), said(2, MALLORY, HEAT.id), mallory=0.25).measures


def test_what_a_member_said_later_stands_before_the_film() -> None:
    assert taught(said(1, ALICE, HEAT.id), said(2, ALICE, ["Comedy"], FeedbackKind.GENRES)).genres == ("Comedy",)


def test_a_film_that_was_taken_back_or_never_imported_teaches_nothing() -> None:
    back = taught(said(1, ALICE, HEAT.id), said(2, ALICE, [1], FeedbackKind.RETRACT))
    for lesson in (back, taught(said(1, ALICE, "tt9999999"))):
        assert (lesson.genre_weight, lesson.score_weight, lesson.measures) == (0.0, 0.0, False)


def test_a_film_without_votes_teaches_its_genres_alone() -> None:
    lesson = taught(said(1, ALICE, UNRATED.id))
    assert (lesson.genres, lesson.score) == (("Short",), None)
