"""Which corrections managers are shown, and why: not the ordinary ones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.suspicion import FAST, SPAN, Reason, is_fast, jaccard, reasons
from models.consensus import Consensus, GenreVote
from models.snowflakes import DISCORD_EPOCH
from models.tables import Feedback, FeedbackKind

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def account(age: timedelta) -> int:
    """Id of an account made that long before `NOW`."""
    return (int((NOW - age).timestamp() * 1000) - DISCORD_EPOCH) << 22


OLD = account(timedelta(days=365))


def said(kind: FeedbackKind, value: Any, user: int = OLD, at: datetime = NOW) -> Feedback:
    return Feedback(id=1, user_id=user, kind=kind, value=value, created_at=at)


def crowd(members: int, *genres: str, score: float | None = None, film: str | None = None) -> Consensus:
    return Consensus(
        members=members,
        votes=tuple(GenreVote(genre, 1.0, members) for genre in genres),
        genre_members=members,
        score=score,
        score_members=members,
        imdb_id=film,
        imdb_members=members,
        imdb_agreement=1.0,
    )


@pytest.mark.parametrize(
    ("event", "others", "expected"),
    [
        (said(FeedbackKind.GENRES, ["Musical"]), crowd(3, "Horror", "Thriller"), [Reason.FAR_GENRES]),
        (said(FeedbackKind.AGREE, ["Musical"]), crowd(3, "Horror"), [Reason.FAR_GENRES]),
        (said(FeedbackKind.GENRES, ["Musical"]), crowd(2, "Horror"), []),  # Too few to be a crowd.
        (said(FeedbackKind.GENRES, ["Musical"]), crowd(3), []),  # A crowd without a word on it.
        (said(FeedbackKind.GENRES, ["Horror", "Comedy"]), crowd(3, "Horror", "Thriller", "Crime"), []),
        (said(FeedbackKind.SCORE, 9.9), crowd(3, score=3.0), [Reason.FAR_SCORE]),
        (said(FeedbackKind.SCORE, 5.0), crowd(3, score=3.0), []),
        (said(FeedbackKind.SCORE, 9.9), crowd(2, score=3.0), []),
        (said(FeedbackKind.IMDB, "tt1"), crowd(3, film="tt2"), [Reason.OTHER_FILM]),
        (said(FeedbackKind.IMDB, "tt1"), crowd(3, film="tt1"), []),
        (said(FeedbackKind.SCORE, 5.0, account(timedelta(days=6))), crowd(0), [Reason.YOUNG_ACCOUNT]),
        (said(FeedbackKind.SCORE, 5.0, account(timedelta(days=8))), crowd(0), []),
        # What a manager may not see is not compared for them either.
        (said(FeedbackKind.SCORE, 9.9), None, []),
    ],
)
def test_what_stands_out_and_what_does_not(event: Feedback, others: Consensus | None, expected: list[Reason]) -> None:
    assert list(reasons(event, others, [event.created_at])) == expected


def every(seconds: float, count: int) -> list[datetime]:
    return [NOW + timedelta(seconds=seconds * number) for number in range(count)]


def test_ten_in_a_minute_are_many_and_nine_are_not() -> None:
    many = every(6.6, FAST)
    assert all(is_fast(said(FeedbackKind.SCORE, 5.0, at=at), many) for at in many)
    few = every(6.6, FAST - 1)
    assert not any(is_fast(said(FeedbackKind.SCORE, 5.0, at=at), few) for at in few)
    slow = every(6.7, 100)
    assert not any(is_fast(said(FeedbackKind.SCORE, 5.0, at=at), slow) for at in slow)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=40))
def test_a_correction_is_fast_just_when_some_minute_with_it_holds_too_many(seconds: Sequence[int]) -> None:
    times = sorted(NOW + timedelta(seconds=second) for second in seconds)
    for at in times:
        spans = [[other for other in times if start <= other <= start + SPAN] for start in times]
        expected = any(at in span and len(span) >= FAST for span in spans)
        assert is_fast(said(FeedbackKind.SCORE, 5.0, at=at), times) == expected


NAMES = st.sets(st.sampled_from(["Horror", "Comedy", "Crime", "Drama"]))


@given(NAMES, NAMES)
def test_likeness_is_a_share_the_same_both_ways_and_whole_for_the_same(one: set[str], other: set[str]) -> None:
    assert 0 <= jaccard(one, other) == jaccard(other, one) <= 1
    assert (jaccard(one, other) == 1) == (one == other)
