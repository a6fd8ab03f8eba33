"""IMDb's films in a conversation: titles that complete themselves, and what IMDb itself says."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.feedback.titles import titled
from models.database import Database
from models.repositories import FeedbackRepository, FilmRepository
from models.tables import Feedback, FeedbackKind, Film, Prediction

FAR_FROM_IMDBS: Final = 0.3
"""Points by which a reported score may differ from the imported one: scores move, and an import grows old."""


class Films:
    """Looks films up; knows none where no operator imported any."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def complete(self, typed: str) -> Sequence[Film]:
        """Up to 25 films that somebody may mean who typed this so far."""
        async with self._database.reading() as session:
            return await FilmRepository(session).complete(typed)

    async def by_id(self, film_id: str) -> Film | None:
        """The film with one of IMDb's ids."""
        async with self._database.reading() as session:
            return await FilmRepository(session).by_id(film_id)

    async def best_match(self, title: str) -> Film | None:
        """The film that somebody means by a title, if it is clear enough."""
        async with self._database.reading() as session:
            return await FilmRepository(session).best_match(title)


async def film_of(session: AsyncSession, prediction: Prediction, named: str | None) -> Film | None:
    """The film of a poster: the one that the asker chose, else the one that the crowd named, if it was imported."""
    film_id = prediction.imdb_id or named
    return None if film_id is None else await FilmRepository(session).by_id(film_id)


async def checked_against_imdb(session: AsyncSession, prediction: Prediction, events: Sequence[Feedback]) -> str:
    """A sentence on how what a member just said stands to IMDb's own words; empty where they agree or none are known.

    Args:
        session: of the unit that stored the events.
        prediction: of which it was said.
        events: what the member said.
    """
    said = {event.kind: event.value for event in events}
    film_id = said.get(FeedbackKind.IMDB)
    if film_id is None and FeedbackKind.SCORE in said and prediction.poster_id is not None:
        viewer = events[0].user_id
        film_id = (await FeedbackRepository(session).consensus_of(prediction.poster_id, viewer=viewer)).imdb_id
    film = await film_of(session, prediction, film_id)
    if film is None:
        return ""
    score = said.get(FeedbackKind.SCORE)
    if score is not None and film.score is not None and abs(score - film.score) >= FAR_FROM_IMDBS:
        return f"IMDb itself gave {titled(film)} **{film.score:.1f}** when its scores were last brought here."
    return f"At IMDb that is {titled(film)}." if FeedbackKind.IMDB in said else ""
