"""IMDb's films, where an operator imported them (developer.imdb.com/non-commercial-datasets)."""

from datetime import datetime
from typing import Final

from sqlalchemy import JSON, BigInteger, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

BYTEWISE: Final = String(500).with_variant(String(500, collation="C"), "postgresql")
"""Compared as SQLite does: only then is a prefix a range of PostgreSQL's index."""

RATED: Final = text("score IS NOT NULL")
"""Somebody voted."""


class Film(Base):
    """A film of `title.basics`, with its rating of `title.ratings`."""

    __tablename__ = "films"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    """IMDb's id, such as `tt0114369`."""
    title: Mapped[str] = mapped_column(String(500))
    """IMDb's primary title."""
    search_title: Mapped[str] = mapped_column(BYTEWISE)
    """The title as it is searched: see `models.film_titles`."""
    year: Mapped[int | None]
    genres: Mapped[list[str]] = mapped_column(JSON)
    """Those of `models.genres.GENRES`; IMDb's others are left out."""
    score: Mapped[float | None]
    """IMDb's score, 1 to 10; None where nobody voted."""
    votes: Mapped[int]

    # Each holds all that choosing among a hundred thousand titles needs, so that only the chosen rows are read. Two of
    # three films have no votes: they would fill the second one with what is never looked for there.
    __table_args__ = (
        Index(None, "search_title", "votes", "id"),
        Index(None, "votes", "search_title", "id", sqlite_where=RATED, postgresql_where=RATED),
    )


class FilmImport(Base):
    """How far the import of a file got, so that one that was stopped goes on."""

    __tablename__ = "film_imports"

    file: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Which of IMDb's files: `title.basics` or `title.ratings`."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the file that was read: another file starts anew."""
    position: Mapped[int] = mapped_column(BigInteger)
    """Bytes of the unpacked file whose lines are in the database."""
    finished_at: Mapped[datetime | None]
