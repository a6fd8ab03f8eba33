"""What the crowd says of a poster."""

from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.consensus import Slot, consensus, standing
from models.genres import GENRES
from models.snowflakes import DISCORD_EPOCH, given_at
from models.tables import Feedback, FeedbackKind
from models.trust import weight

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def event(number: int, user: int, kind: FeedbackKind, value: Any) -> Feedback:
    return Feedback(id=number, user_id=user, kind=kind, value=value, created_at=NOW)


def said(*words: tuple[int, FeedbackKind, Any]) -> list[Feedback]:
    return [event(number, *word) for number, word in enumerate(words, 1)]


def one_each(_event: Feedback) -> float:
    return 1.0


GENRES_OF, SCORE, IMDB, AGREE, RETRACT = (
    FeedbackKind.GENRES,
    FeedbackKind.SCORE,
    FeedbackKind.IMDB,
    FeedbackKind.AGREE,
    FeedbackKind.RETRACT,
)


def test_nobody_said_anything() -> None:
    empty = consensus([], one_each)
    assert (empty.members, empty.genres, empty.score, empty.imdb_id) == (0, (), None, None)


def test_genres_that_half_of_the_members_named_are_the_crowds() -> None:
    crowd = consensus(
        said((1, AGREE, ["Horror", "Crime"]), (2, GENRES_OF, ["Comedy", "Horror"]), (3, GENRES_OF, ["Horror"])),
        one_each,
    )
    assert crowd.genres == ("Horror",)
    assert [(vote.genre, vote.members) for vote in crowd.votes] == [("Horror", 3), ("Comedy", 1), ("Crime", 1)]
    assert crowd.disputed == ("Comedy", "Crime")


def test_what_a_manager_took_back_counts_again_once_the_removal_is_undone() -> None:
    words = [(1, GENRES_OF, ["Horror"]), (9, RETRACT, [1]), (8, RETRACT, [2])]
    assert consensus(said(*words[:2]), one_each).genres == ()
    assert consensus(said(*words), one_each).genres == ("Horror",)
    assert consensus(said(*words, (9, RETRACT, [3])), one_each).genres == ()


def test_a_members_later_word_takes_the_place_of_the_earlier_one() -> None:
    crowd = consensus(
        said((1, AGREE, ["Drama"]), (1, GENRES_OF, ["Horror"]), (1, SCORE, 5.0), (1, SCORE, 6.4)), one_each
    )
    assert (crowd.genres, crowd.score, crowd.members) == (("Horror",), 6.4, 1)


def test_what_was_taken_back_gives_way_to_what_was_said_before() -> None:
    events = said((1, GENRES_OF, ["Drama"]), (1, GENRES_OF, ["Horror"]), (1, SCORE, 2.0), (1, RETRACT, [2, 3]))
    crowd = consensus(events, one_each)
    assert (crowd.genres, crowd.score) == (("Drama",), None)


def test_scores_that_cannot_both_be_imdbs_are_seen() -> None:
    assert consensus(said((1, SCORE, 6.0), (2, SCORE, 8.1)), one_each).scores_differ
    assert not consensus(said((1, SCORE, 6.4), (2, SCORE, 6.6)), one_each).scores_differ


def test_the_film_is_the_one_that_most_weight_names() -> None:
    crowd = consensus(said((1, IMDB, "tt0000001"), (2, IMDB, "tt0000002"), (3, IMDB, "tt0000002")), one_each)
    assert (crowd.imdb_id, crowd.imdb_members) == ("tt0000002", 3)
    assert crowd.imdb_agreement == pytest.approx(2 / 3)


def test_new_accounts_weigh_little() -> None:
    week_old = (int((NOW - timedelta(days=7)).timestamp() * 1000) - DISCORD_EPOCH) << 22
    assert given_at(week_old) == NOW - timedelta(days=7)
    crowd = consensus(
        said((1, GENRES_OF, ["Drama"]), (week_old, GENRES_OF, ["News"]), (week_old + 1, GENRES_OF, ["News"])),
        lambda event: weight(event.user_id, event.created_at),
    )
    assert crowd.genres == ("Drama",)


@given(st.integers(0, 50), st.integers(0, 50))
def test_who_had_more_removed_weighs_less(removed: int, standing_words: int) -> None:
    here = weight(1, NOW, removed=removed, standing=standing_words)
    assert 0 < here <= 1
    assert weight(1, NOW, removed=removed + 1, standing=standing_words) < here


words = st.lists(
    st.tuples(st.integers(1, 5), st.just(GENRES_OF), st.sets(st.sampled_from(GENRES), min_size=1, max_size=4).map(list))
    | st.tuples(st.integers(1, 5), st.just(SCORE), st.integers(0, 100).map(lambda tenths: tenths / 10)),
    max_size=12,
)


@given(words, st.randoms())
def test_the_order_in_which_events_are_read_does_not_matter(spoken: list[Any], random: Any) -> None:
    events = said(*spoken)
    shuffled = random.sample(events, len(events))
    assert consensus(shuffled, one_each) == consensus(events, one_each)


@given(words)
def test_shares_are_shares_and_the_score_is_the_median(spoken: list[Any]) -> None:
    events = said(*spoken)
    crowd = consensus(events, one_each)
    scores = [event.value for (_, slot), event in standing(events).items() if slot is Slot.SCORE]
    assert crowd.score == (pytest.approx(median(scores)) if scores else None)
    assert all(0 < vote.share <= 1 for vote in crowd.votes)
    assert crowd.members == len({user for user, _, _ in spoken})


@given(words)
def test_taking_everything_back_leaves_nothing(spoken: list[Any]) -> None:
    events = said(*spoken)
    taken = [
        event(100 + user, user, RETRACT, [one.id for one in events if one.user_id == user]) for user in range(1, 6)
    ]
    assert consensus([*events, *taken], one_each) == consensus([], one_each)
