"""Who names a film says its genres and its score, if it was imported from IMDb; where the crowd agrees, IMDb says them.

One member's film weighs what that member's own genres would: else a wrong film would be the cheapest lie of all.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from models.consensus import Slot, consensus, standing
from models.lessons import TRUSTED_FROM, TRUSTED_MEMBERS, Words
from models.tables import Feedback, FeedbackKind, Film

AGREED: Final = 0.75
"""Share of the weights from which the crowd agrees on a film."""


def words_with_films(
    group_id: str, events: Sequence[Feedback], films: Mapping[str, Film], weights: Mapping[int, float]
) -> Words:
    """What was said of the posters of one group, with what naming a film says.

    Args:
        group_id: of the posters.
        events: said in the open, with the retractions among them.
        films: that were imported, by their id at IMDb.
        weights: of each member; see `models.trust.weight`.
    """
    if not any(event.kind is FeedbackKind.IMDB and event.value in films for event in events):
        return Words(group_id=group_id, events=events)  # As most are, and all that follows takes a while.
    named = [event for (_, slot), event in standing(events).items() if slot is Slot.IMDB and event.value in films]
    said = [word for event in named for word in _words_of(films[event.value], event)]
    film = films.get(_agreed_film(events, weights) or "")
    return Words(
        group_id=group_id,
        events=[*events, *said],
        imdb_genres=() if film is None else tuple(film.genres),
        imdb_score=None if film is None else film.score,
    )


def _words_of(film: Film, event: Feedback) -> Iterator[Feedback]:
    """As if the member had said them then; what the member said later stands before them."""
    said = {FeedbackKind.GENRES: list(film.genres) or None, FeedbackKind.SCORE: film.score}
    for kind, value in said.items():
        if value is not None:
            yield Feedback(
                id=event.id, user_id=event.user_id, kind=kind, value=value, private=False, created_at=event.created_at
            )


def _agreed_film(events: Sequence[Feedback], weights: Mapping[int, float]) -> str | None:
    crowd = consensus(events, lambda event: weights[event.user_id])
    naming = [event for (_, slot), event in standing(events).items() if slot is Slot.IMDB]
    trusted = sum(event.value == crowd.imdb_id and weights[event.user_id] >= TRUSTED_FROM for event in naming)
    return crowd.imdb_id if trusted >= TRUSTED_MEMBERS and crowd.imdb_agreement >= AGREED else None
