"""IMDb's films: finding what somebody types among a million titles, and keeping what an import reads."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Text, bindparam, case, cast, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.film_titles import search_title, split_year
from models.repositories.changes import insert
from models.tables import Film

LOOKED_AT: Final = 50_000
"""Index entries that one question looks at, at most: so many of the best known films are nearly all that is asked."""

WORDS: Final = 8
"""Most words that are looked for."""

OF_ANY_YEAR: Final = 500
"""Films of a title, among which those of a year are looked for."""


class FilmRepository:
    """Rows of `films`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def count(self) -> int:
        """Films that were imported."""
        return await self.session.scalar(select(func.count()).select_from(Film)) or 0

    async def by_id(self, film_id: str) -> Film | None:
        """The film with one of IMDb's ids, such as `tt0113277`; any other text finds none."""
        # PostgreSQL does not even look for a text that has a null in it.
        return await self.session.get(Film, film_id) if film_id.isascii() and film_id.isalnum() else None

    async def complete(self, typed: str, limit: int = 25) -> Sequence[Film]:
        """Films that somebody may mean who typed this so far, a year or its first digits at the end included.

        The title itself comes first, then titles that begin so, then those in which each word begins a word; of each
        kind those with the most votes first. Words are looked for in the `LOOKED_AT` films with the most votes only.
        """
        films = await self._search(search_title(typed), limit)
        if (parts := split_year(typed)) is not None:
            title, year = parts
            of_title = await self._search(search_title(title), OF_ANY_YEAR)
            films += [film for film in of_title if str(film.year).startswith(year) and film not in films]
        return films[:limit]

    async def best_match(self, typed: str) -> Film | None:
        """The film of a title, with or without its year: "Heat", "Heat 1995", "heat (1995)".

        Of several the one with the most votes; a year may be off by one. Where no title is the same, the nearest one of
        the `LOOKED_AT` films with the most votes that has one typo (in five letters or more) or two (in nine or more);
        then the one with the most votes in which two or more words that were typed begin words; else None.
        """
        readings: list[tuple[str, int | None]] = [(search_title(typed), None)]
        if (parts := split_year(typed)) is not None and len(parts[1]) == 4:
            readings.append((search_title(parts[0]), int(parts[1])))
        for title, year in readings:
            if title and (film := await self._titled([title], year)):
                return film
        title, year = readings[-1]
        similar = await self._titled(await self._similar_titles(title), year)
        return similar or await self._with_words(readings)

    async def keep_titles(self, rows: Sequence[dict[str, Any]]) -> None:
        """Adds films, or brings them up to date; their ratings stay.

        Args:
            rows: `id`, `title`, `search_title`, `year`, `genres` of each; a later one of the same id stands.
        """
        if not rows:
            return
        statement = insert(self.session, Film)
        new = statement.excluded
        values = {column.key: new[column.key] for column in (Film.title, Film.search_title, Film.year, Film.genres)}
        # A newer file has little that is new: what stays the same is not written again.
        differs = or_(
            Film.title.is_distinct_from(new.title),
            Film.search_title.is_distinct_from(new.search_title),
            Film.year.is_distinct_from(new.year),
            cast(Film.genres, Text).is_distinct_from(cast(new.genres, Text)),
        )
        statement = statement.on_conflict_do_update(index_elements=[Film.id], set_=values, where=differs)
        connection = await self.session.connection()
        await connection.execute(statement, [{"score": None, "votes": 0} | row for row in rows])

    async def rate(self, rows: Sequence[dict[str, Any]]) -> None:
        """Gives films their ratings; those of titles that are not kept are left out.

        Args:
            rows: `film_id`, `new_score`, `new_votes` of each.
        """
        if not rows:
            return
        score, votes = bindparam("new_score", type_=Film.score.type), bindparam("new_votes", type_=Film.votes.type)
        statement = (
            update(Film)
            .where(
                Film.id == bindparam("film_id"),
                or_(Film.votes != votes, Film.score.is_distinct_from(score)),
            )
            .values(score=score, votes=votes)
        )
        connection = await self.session.connection()
        await connection.execute(statement, rows)

    async def _search(self, key: str, limit: int) -> list[Film]:
        ids = await self._known_with_words(key, limit)
        if key and len(ids) < limit:
            ids += await self._beginning_with(key, limit)
        films = (await self.session.scalars(select(Film).where(Film.id.in_(ids)))).all()
        return sorted(films, key=lambda film: (_rank(film.search_title, key), -film.votes, film.id))[:limit]

    async def _with_words(self, readings: Iterable[tuple[str, int | None]]) -> Film | None:
        for title, year in readings:
            if len(title.split()) < 2:
                continue
            for film in await self._search(title, OF_ANY_YEAR):
                if year is None or (film.year is not None and abs(film.year - year) <= 1):
                    return film
        return None

    async def _known_with_words(self, key: str, limit: int) -> list[str]:
        known = _best_known()
        title = known.c.search_title
        spaced = literal(" ").concat(title)
        rank = case((title == key, 0), (title.startswith(key, autoescape=True), 1), else_=2)
        query = (
            select(known.c.id)
            .where(*(spaced.contains(f" {word}", autoescape=True) for word in key.split()[:WORDS]))
            .order_by(rank, known.c.votes.desc())
            .limit(limit)
        )
        return list((await self.session.scalars(query)).all())

    async def _beginning_with(self, key: str, limit: int) -> list[str]:
        range_of_index = (
            select(Film.id, Film.search_title, Film.votes)
            .where(Film.search_title >= key, Film.search_title < key + chr(0x10FFFF))
            .order_by(Film.search_title)
            .limit(LOOKED_AT)
            .subquery()
        )
        rank = case((range_of_index.c.search_title == key, 0), else_=1)
        query = select(range_of_index.c.id).order_by(rank, range_of_index.c.votes.desc()).limit(limit)
        return list((await self.session.scalars(query)).all())

    async def _titled(self, titles: Iterable[str], year: int | None) -> Film | None:
        """The best known film of the first of some titles that has one."""
        for title in titles:
            query = select(Film).where(Film.search_title == title)
            if year is not None:
                query = query.where(Film.year.between(year - 1, year + 1)).order_by(func.abs(Film.year - year))
            film = await self.session.scalar(query.order_by(Film.votes.desc(), Film.id).limit(1))
            if film is not None:
                return film
        return None

    async def _similar_titles(self, key: str) -> list[str]:
        """Titles with typos in them, the nearest first, then the best known."""
        typos = 0 if len(key) < 5 else 1 if len(key) < 9 else 2
        if not typos:
            return []
        known = _best_known()
        length = func.length(known.c.search_title)
        query = select(known.c.search_title).where(length.between(len(key) - typos, len(key) + typos))
        titles = (await self.session.scalars(query.order_by(known.c.votes.desc()))).all()
        found = process.extract(key, titles, scorer=OSA.distance, score_cutoff=typos, limit=5)
        return [title for title, _distance, _position in found]


def _best_known() -> Any:
    # The index has those with a score alone, and is found by the same condition.
    rated = select(Film.id, Film.search_title, Film.votes).where(Film.score.is_not(None))
    return rated.order_by(Film.votes.desc()).limit(LOOKED_AT).subquery()


def _rank(title: str, key: str) -> int:
    return 0 if title == key else 1 if title.startswith(key) else 2
