"""What corrections teach: labels and weights per poster, from its members' words; who said what stays behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from models.consensus import Slot, consensus, standing
from models.tables import Feedback

TRUSTED_FROM: Final = 0.5
"""Weight from which a member counts as trusted; see `models.trust`."""

TRUSTED_MEMBERS: Final = 2
"""Trusted members from whom on a poster may measure what was learnt."""

FULL_WEIGHT: Final = 3.0
"""Weight of members that makes a poster count in full: more of them add no more."""

MOST_TIMES: Final = 3.0
"""One member's words may come to this many times the median member's at most, whatever their number.

Not to a share of all words: a few accounts that flood would raise their own bound with every word
(`python -m bench.learning`).
"""

LEAST_POSTERS: Final = 20.0
"""Posters that a member may label at full weight, however little the others say."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was said of the posters of one group in the open, and what IMDb says, where the film is known."""

    group_id: str
    """Shared by posters that look the same."""
    events: Sequence[Feedback]
    """With the retractions among them."""
    imdb_genres: tuple[str, ...] = ()
    imdb_score: float | None = None


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """One poster's labels. Holds no member."""

    group_id: str
    genres: tuple[str, ...] = ()
    genre_weight: float = 0.0
    """0 where nobody said anything of genres, up to 1."""
    score: float | None = None
    score_weight: float = 0.0
    """Likewise."""
    measures: bool = False
    """Whether its labels are good enough to measure by: of two trusted members or more, or IMDb's own."""


def lessons(words: Iterable[Words], weights: Mapping[int, float]) -> list[Lesson]:
    """The labels of every group, in their order, with no member's words counting for more than they may.

    Args:
        words: of all groups.
        weights: of each member, above 0 and up to 1; see `models.trust.weight`.
    """
    groups = list(words)
    factors = _factors(groups, weights)

    def weight_of(event: Feedback) -> float:
        return weights[event.user_id] * factors[event.user_id]

    taught = []
    for group in groups:
        said = standing(group.events)
        crowd = consensus(group.events, weight_of)
        by_slot = {slot: [event for (_, own), event in said.items() if own is slot] for slot in Slot}
        genres, scores = by_slot[Slot.GENRES], by_slot[Slot.SCORE]
        trusted = max(sum(weights[event.user_id] >= TRUSTED_FROM for event in slot) for slot in (genres, scores))
        agreed = _agreement([vote.share for vote in crowd.votes])
        from_imdb = group.imdb_score is not None or bool(group.imdb_genres)
        taught.append(
            Lesson(
                group_id=group.group_id,
                genres=group.imdb_genres or crowd.genres,
                genre_weight=1.0 if group.imdb_genres else agreed * _full(map(weight_of, genres)) * bool(crowd.genres),
                score=crowd.score if group.imdb_score is None else group.imdb_score,
                score_weight=_score_weight(group, crowd.scores_differ, _full(map(weight_of, scores))),
                measures=from_imdb or trusted >= TRUSTED_MEMBERS,
            )
        )
    return taught


def _factors(groups: Sequence[Words], weights: Mapping[int, float]) -> dict[int, float]:
    """By member, what their weight is multiplied by, so that all they said comes to no more than one may say."""
    spoken: dict[int, float] = {}
    for group in groups:
        for user_id in {user_id for user_id, _ in standing(group.events)}:
            spoken[user_id] = spoken.get(user_id, 0.0) + weights[user_id]
    most = max(LEAST_POSTERS, MOST_TIMES * _median(spoken, weights))
    return {user_id: min(1.0, most / total) for user_id, total in spoken.items()}


def _median(spoken: Mapping[int, float], weights: Mapping[int, float]) -> float:
    """Of what members said, each member counted by weight, so that many new accounts cannot pull it to their side."""
    half = sum(weights[user_id] for user_id in spoken) / 2
    below = 0.0
    for user_id in sorted(spoken, key=spoken.__getitem__):
        below += weights[user_id]
        if below >= half:
            return spoken[user_id]
    return 0.0


def _agreement(shares: Sequence[float]) -> float:
    """1 where all agree on every genre that anybody named, 0 where all are split in half."""
    return sum(abs(2.0 * share - 1.0) for share in shares) / len(shares) if shares else 0.0


def _full(weights: Iterable[float]) -> float:
    return min(1.0, sum(weights) / FULL_WEIGHT)


def _score_weight(group: Words, scores_differ: bool, spoken: float) -> float:
    if group.imdb_score is not None:
        return 1.0
    return 0.0 if scores_differ else spoken
