"""Which corrections a manager should look at, and why. Pure; none of it takes a correction back by itself.

The figures are few and coarse on purpose, so that a manager can see for themself whether a reason holds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from models.consensus import Consensus
from models.snowflakes import given_at
from models.tables import Feedback, FeedbackKind

CROWD: Final = 3
"""Other members who have to agree before somebody can be far from them: of two against one, either may be right."""

LIKENESS: Final = 0.25
"""Jaccard index of the genres below which a correction is far from the crowd's: not one in four genres is shared.

Films have one to three genres at IMDb; one shared of two and three is 1/4, and still counts as near."""

POINTS: Final = 2.5
"""Points by which a score is far from the crowd's: IMDb's scores have a standard deviation of 1.2 (see the model card),
so it is two of them, and nobody misreads a number by as much."""

FAST: Final = 10
"""Corrections of one member within `SPAN` that are too many: one in six seconds leaves no time to look."""

SPAN: Final = timedelta(minutes=1)

YOUNG: Final = timedelta(days=7)
"""Age of an account below which its corrections are shown; how far young accounts count is in `models.trust`."""


class Reason(StrEnum):
    """Why to look; the value is how it is told."""

    FAR_GENRES = "other genres than most"
    FAR_SCORE = "a score far from most"
    OTHER_FILM = "another film than most"
    FAST = "many in a minute"
    YOUNG_ACCOUNT = "new account"


def far_from(event: Feedback, others: Consensus) -> Reason | None:
    """How a correction differs from what others say of the poster.

    Args:
        event: no retraction.
        others: consensus of the other members alone.
    """
    if event.kind in (FeedbackKind.GENRES, FeedbackKind.AGREE):
        crowd = set(others.genres)
        if others.genre_members >= CROWD and crowd and jaccard(set(event.value), crowd) < LIKENESS:
            return Reason.FAR_GENRES
    elif event.kind is FeedbackKind.SCORE:
        if others.score is not None and others.score_members >= CROWD and abs(event.value - others.score) >= POINTS:
            return Reason.FAR_SCORE
    elif event.kind is FeedbackKind.IMDB:
        agreed = others.imdb_members * others.imdb_agreement >= CROWD
        if others.imdb_id is not None and agreed and event.value != others.imdb_id:
            return Reason.OTHER_FILM
    return None


def jaccard(one: Collection[str], other: Collection[str]) -> float:
    """How alike two sets are: what they share, of all that is in either; 0 to 1, and 1 of two empty ones."""
    union = {*one, *other}
    return len({*one} & {*other}) / len(union) if union else 1.0


def is_young(event: Feedback) -> bool:
    """Whether the member's account was young when the correction was made; Discord's id says when it was made."""
    return event.created_at - given_at(event.user_id) < YOUNG


def is_fast(event: Feedback, times: Sequence[datetime]) -> bool:
    """Whether a correction is one of too many within some `SPAN`.

    Args:
        event: the correction.
        times: of all corrections of its member, its own among them, oldest first.
    """
    # Any span with the event in it that holds enough is bounded by two of the times, FAST - 1 places apart.
    first, last = bisect_left(times, event.created_at - SPAN), bisect_right(times, event.created_at + SPAN)
    near = times[first:last]
    return any(
        start <= event.created_at <= end and end - start <= SPAN
        for start, end in zip(near, near[FAST - 1 :], strict=False)
    )


def reasons(event: Feedback, others: Consensus | None, times: Sequence[datetime]) -> tuple[Reason, ...]:
    """Why a manager should look at a correction; empty for most of them.

    Args:
        event: no retraction.
        others: what the other members say of the poster; None where the manager may not be shown how it compares.
        times: as for `is_fast`.
    """
    found = [None if others is None else far_from(event, others)]
    found += [Reason.FAST if is_fast(event, times) else None, Reason.YOUNG_ACCOUNT if is_young(event) else None]
    return tuple(reason for reason in found if reason is not None)
