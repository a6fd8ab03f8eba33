"""What members together say of a poster: a pure function of their events."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from models.genres import GENRE_INDEX
from models.tables import Feedback, FeedbackKind


class Slot(StrEnum):
    """What a member can say one thing about at a time: a later word takes the place of an earlier one."""

    GENRES = "genres"
    SCORE = "score"
    IMDB = "imdb"


SLOT_OF: Final = {
    FeedbackKind.AGREE: Slot.GENRES,
    FeedbackKind.GENRES: Slot.GENRES,
    FeedbackKind.SCORE: Slot.SCORE,
    FeedbackKind.IMDB: Slot.IMDB,
}
"""The slot that an event of each kind fills; a retraction fills none."""

MAJORITY: Final = 0.5
"""Share of the weighted votes from which a genre is the crowd's."""

DISPUTED: Final = (0.25, 0.75)
"""Shares between which members contradict each other about a genre."""

FAR_APART: Final = 1.5
"""Points between reported scores that cannot both be IMDb's: it moves by tenths."""

WeightOf = Callable[[Feedback], float]
"""Weight of an event, above 0."""


@dataclass(frozen=True)
class GenreVote:
    """The crowd's word on one genre that somebody named."""

    genre: str
    share: float
    """Of the weights of those who spoke about genres, 0 to 1."""
    members: int
    """Who named it."""


@dataclass(frozen=True, kw_only=True)
class Consensus:
    """The crowd's word on a poster; without members it is empty."""

    members: int = 0
    """Members whose word stands, on anything."""
    votes: tuple[GenreVote, ...] = ()
    """Genres that anybody named: the largest share first, ties in the vocabulary's order."""
    genre_members: int = 0
    score: float | None = None
    """Weighted median of the reported IMDb scores, 0 to 10."""
    score_members: int = 0
    score_range: tuple[float, float] | None = None
    """Lowest and highest reported score."""
    imdb_id: str | None = None
    """The film with the most weight; the first one named among equals."""
    imdb_members: int = 0
    """Who named any film."""
    imdb_agreement: float = 0.0
    """Share of the weights that named `imdb_id`, 0 to 1."""

    @property
    def genres(self) -> tuple[str, ...]:
        """Genres that at least half of the crowd named, in the vocabulary's order; empty where there is none."""
        named = [vote.genre for vote in self.votes if vote.share >= MAJORITY]
        return tuple(sorted(named, key=GENRE_INDEX.__getitem__))

    @property
    def disputed(self) -> tuple[str, ...]:
        """Genres about which members contradict each other."""
        low, high = DISPUTED
        return tuple(vote.genre for vote in self.votes if low < vote.share < high)

    @property
    def scores_differ(self) -> bool:
        """Whether the reported scores cannot all be IMDb's."""
        return self.score_range is not None and self.score_range[1] - self.score_range[0] >= FAR_APART


def standing(events: Iterable[Feedback]) -> dict[tuple[int, Slot], Feedback]:
    """Each member's word on each slot: the latest event that nobody took back.

    Args:
        events: of one poster, or of posters that look the same; with the retractions among them.
    """
    events = list(events)
    gone = retracted(events)
    latest: dict[tuple[int, Slot], Feedback] = {}
    for event in sorted(events, key=lambda event: event.id):
        slot = SLOT_OF.get(event.kind)
        if slot is not None and event.id not in gone:
            latest[event.user_id, slot] = event
    return latest


def retracted(events: Iterable[Feedback]) -> set[int]:
    """Ids of the events that were taken back; a retraction that was itself taken back takes nothing back."""
    gone: set[int] = set()
    for event in sorted(events, key=lambda event: event.id, reverse=True):
        if event.kind is FeedbackKind.RETRACT and event.id not in gone:
            gone.update(event.value)
    return gone


def consensus(events: Iterable[Feedback], weight_of: WeightOf) -> Consensus:
    """What the crowd says, from its events.

    Args:
        events: as for `standing`.
        weight_of: see `models.trust`.
    """
    words = standing(events)
    genres = [event for (_, slot), event in words.items() if slot is Slot.GENRES]
    scores = [event for (_, slot), event in words.items() if slot is Slot.SCORE]
    films = [event for (_, slot), event in words.items() if slot is Slot.IMDB]
    film, agreement = _most_named(films, weight_of)
    return Consensus(
        members=len({user_id for user_id, _ in words}),
        votes=_votes(genres, weight_of),
        genre_members=len(genres),
        score=_median([(float(event.value), weight_of(event)) for event in scores]),
        score_members=len(scores),
        score_range=_range([float(event.value) for event in scores]),
        imdb_id=film,
        imdb_members=len(films),
        imdb_agreement=agreement,
    )


def _votes(events: Sequence[Feedback], weight_of: WeightOf) -> tuple[GenreVote, ...]:
    total = sum(weight_of(event) for event in events)
    votes = []
    for genre in GENRE_INDEX:
        naming = [event for event in events if genre in event.value]
        if naming:
            votes.append(GenreVote(genre, sum(weight_of(event) for event in naming) / total, len(naming)))
    return tuple(sorted(votes, key=lambda vote: -vote.share))


def _median(weighted: Sequence[tuple[float, float]]) -> float | None:
    """The weighted median: half of the weight lies on either side; the middle of two where it parts them exactly."""
    half = sum(weight for _, weight in weighted) / 2
    below = 0.0
    ordered = sorted(weighted)
    for index, (value, weight) in enumerate(ordered):
        below += weight
        if below == half and index + 1 < len(ordered):
            return (value + ordered[index + 1][0]) / 2
        if below >= half:
            return value
    return None


def _range(values: Collection[float]) -> tuple[float, float] | None:
    return (min(values), max(values)) if values else None


def _most_named(events: Sequence[Feedback], weight_of: WeightOf) -> tuple[str | None, float]:
    weights: dict[Any, float] = {}
    for event in sorted(events, key=lambda event: event.id):
        weights[event.value] = weights.get(event.value, 0.0) + weight_of(event)
    if not weights:
        return None, 0.0
    film = max(weights, key=weights.__getitem__)
    return film, weights[film] / sum(weights.values())
