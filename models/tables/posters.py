"""Posters that were judged; the pictures themselves lie in the poster store."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class Poster(Base):
    """A normalised poster. Same picture, same row."""

    __tablename__ = "posters"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """sha256 of the normalised JPEG, hexadecimal."""
    width: Mapped[int]
    """Pixels."""
    height: Mapped[int]
    """Pixels."""
    size: Mapped[int]
    """Bytes of the normalised JPEG."""
    created_at: Mapped[datetime]
    group_id: Mapped[str | None] = mapped_column(String(64))
    """Shared by posters that look the same, whatever their bytes; None (of older programs) for the poster alone."""
    perceptual_hash: Mapped[int | None] = mapped_column(BigInteger)
    """64 bits of what it looks like, as a signed number; posters that look the same differ in few of them."""
    band_0: Mapped[int | None]
    """16 of the hash's bits, by which near ones are looked up; see `models.repositories.posters`."""
    band_1: Mapped[int | None]
    band_2: Mapped[int | None]
    band_3: Mapped[int | None]
    dropped_at: Mapped[datetime | None]
    """When the picture was taken out of the store because nobody corrected it; None while it is there."""

    __table_args__ = (
        Index(None, "group_id"),
        Index(None, "band_0"),
        Index(None, "band_1"),
        Index(None, "band_2"),
        Index(None, "band_3"),
        Index(None, "dropped_at", "created_at"),
    )
