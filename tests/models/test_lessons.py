"""What corrections teach, whoever made them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.genres import GENRES
from models.lessons import FULL_WEIGHT, LEAST_POSTERS, MOST_TIMES, Lesson, Words, lessons
from models.tables import Feedback, FeedbackKind

ALICE, BOB, CARO, MALLORY = 1, 2, 3, 666
TRUSTED: Mapping[int, float] = {ALICE: 1.0, BOB: 1.0, CARO: 1.0, MALLORY: 1.0}


def said(number: int, user_id: int, value: Any, kind: FeedbackKind = FeedbackKind.GENRES) -> Feedback:
    return Feedback(id=number, user_id=user_id, kind=kind, value=value, created_at=datetime(2026, 11, 1, tzinfo=UTC))


def of(*events: Feedback, group: str = "g", **known: Any) -> Words:
    return Words(group_id=group, events=events, **known)


def taught(*events: Feedback, weights: Mapping[int, float] = TRUSTED, **known: Any) -> Lesson:
    (lesson,) = lessons([of(*events, **known)], weights)
    return lesson


def test_members_who_agree_teach_more_the_more_they_are_up_to_a_full_weight() -> None:
    alone = taught(said(1, ALICE, ["Horror"]))
    two = taught(said(1, ALICE, ["Horror"]), said(2, BOB, ["Horror"]))
    three = taught(said(1, ALICE, ["Horror"]), said(2, BOB, ["Horror"]), said(3, CARO, ["Horror"]))
    assert [lesson.genres for lesson in (alone, two, three)] == [("Horror",)] * 3
    assert [lesson.genre_weight for lesson in (alone, two, three)] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert (alone.measures, two.measures) == (False, True)


def test_members_who_contradict_each_other_teach_little_and_where_none_wins_nothing() -> None:
    split = taught(said(1, ALICE, ["Horror"]), said(2, BOB, ["Comedy"]))
    assert split.genre_weight == 0.0
    mostly = taught(said(1, ALICE, ["Horror"]), said(2, BOB, ["Horror"]), said(3, CARO, ["Comedy"]))
    assert mostly.genres == ("Horror",)
    assert 0.0 < mostly.genre_weight < 1.0


def test_scores_that_cannot_all_be_imdbs_teach_nothing() -> None:
    near = taught(said(1, ALICE, 7.1, FeedbackKind.SCORE), said(2, BOB, 7.2, FeedbackKind.SCORE))
    assert near.score == pytest.approx(7.15)
    assert near.score_weight == pytest.approx(2 / FULL_WEIGHT)
    far = taught(said(1, ALICE, 9.0, FeedbackKind.SCORE), said(2, BOB, 3.0, FeedbackKind.SCORE))
    assert far.score_weight == 0.0


def test_what_imdb_says_is_taken_before_what_members_say() -> None:
    lesson = taught(
        said(1, MALLORY, ["Horror"]), said(2, MALLORY, 9.9, FeedbackKind.SCORE), imdb_genres=("Drama",), imdb_score=6.1
    )
    assert lesson == Lesson(
        group_id="g", genres=("Drama",), genre_weight=1.0, score=6.1, score_weight=1.0, measures=True
    )


def test_one_trusted_member_on_genres_and_another_on_the_score_do_not_measure() -> None:
    assert not taught(said(1, ALICE, ["Horror"]), said(2, BOB, 7.0, FeedbackKind.SCORE)).measures


def test_new_accounts_and_those_whose_words_were_removed_do_not_measure() -> None:
    low = {**TRUSTED, ALICE: 0.25, BOB: 0.3}
    lesson = taught(said(1, ALICE, ["Horror"]), said(2, BOB, ["Horror"]), weights=low)
    assert not lesson.measures
    assert lesson.genre_weight == pytest.approx(0.55 / FULL_WEIGHT)


def test_what_was_taken_back_teaches_nothing() -> None:
    lesson = taught(said(1, ALICE, ["Horror"]), said(2, ALICE, [1], FeedbackKind.RETRACT))
    assert (lesson.genres, lesson.genre_weight, lesson.score_weight) == ((), 0.0, 0.0)


def total_of(user_id: int, groups: Sequence[Words]) -> float:
    own = [lesson for group, lesson in zip(groups, lessons(groups, TRUSTED), strict=True)
           if {event.user_id for event in group.events} == {user_id}]  # fmt: skip
    return sum(lesson.genre_weight for lesson in own)


def test_a_flood_from_one_member_weighs_no_more_than_a_few_times_what_the_median_member_says() -> None:
    honest = [of(said(n, ALICE if n % 2 else BOB, ["Drama"]), group=f"h{n}") for n in range(40)]
    flood = [of(said(1_000 + n, MALLORY, ["Horror"]), group=f"m{n}") for n in range(2_000)]
    assert total_of(MALLORY, honest + flood) == pytest.approx(MOST_TIMES * 20 / FULL_WEIGHT)
    assert total_of(ALICE, honest + flood) == pytest.approx(20 / FULL_WEIGHT)


def test_where_most_say_little_one_may_still_label_a_few_posters_at_full_weight() -> None:
    little = [of(said(n, user_id, ["Drama"]), group=f"h{n}") for n, user_id in enumerate((ALICE, BOB))]
    much = [of(said(10 + n, CARO, ["Drama"]), group=f"c{n}") for n in range(100)]
    assert total_of(CARO, little + much) == pytest.approx(LEAST_POSTERS / FULL_WEIGHT)


def test_a_flood_from_several_accounts_does_not_raise_its_own_bound() -> None:
    honest_members, flooders = range(1, 9), range(100, 102)
    weights = dict.fromkeys([*honest_members, *flooders], 1.0)
    honest = [of(said(n, 1 + n % 8, ["Drama"]), group=f"h{n}") for n in range(400)]
    flood = [
        of(*(said(1_000 * user_id + n, user_id, ["Horror"]) for user_id in flooders), group=f"m{n}")
        for n in range(1_000)
    ]
    false = sum(lesson.genre_weight for lesson in lessons(honest + flood, weights) if "Horror" in lesson.genres)
    true = sum(lesson.genre_weight for lesson in lessons(honest + flood, weights) if "Drama" in lesson.genres)
    assert false == pytest.approx(len(flooders) * MOST_TIMES * 50 / FULL_WEIGHT)
    assert true == pytest.approx(400 / FULL_WEIGHT)


def test_many_new_accounts_cannot_lower_what_others_may_say() -> None:
    old, new = range(1, 11), range(100, 130)
    weights = dict.fromkeys(old, 1.0) | dict.fromkeys(new, 0.25)
    honest = [of(said(n, 1 + n % 10, ["Drama"]), group=f"h{n}") for n in range(500)]
    crowd = [of(said(10_000 + user_id, user_id, ["Horror"]), group=f"n{user_id}") for user_id in new]
    true = sum(lesson.genre_weight for lesson in lessons(honest + crowd, weights) if "Drama" in lesson.genres)
    assert true == pytest.approx(500 / FULL_WEIGHT)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ALICE, BOB, CARO, MALLORY]), st.lists(st.sampled_from(GENRES), min_size=1, max_size=4)
        ),
        max_size=8,
    ),
    st.floats(0.01, 1.0),
)
def test_weights_lie_between_nothing_and_one_and_teach_no_genre_without_one(
    words: list[tuple[int, list[str]]], weight: float
) -> None:
    events = [said(number, user_id, genres) for number, (user_id, genres) in enumerate(words, start=1)]
    lesson = taught(*events, weights={**TRUSTED, MALLORY: weight})
    assert 0.0 <= lesson.genre_weight <= 1.0
    assert bool(lesson.genre_weight) <= bool(lesson.genres)
