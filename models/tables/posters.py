"""Posters that were judged; the pictures themselves lie in the poster store."""

from datetime import datetime

from sqlalchemy import String
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
