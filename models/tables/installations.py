"""What is drawn once for an installation and never again."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class Installation(Base):
    """The one row."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1."""
    held_out_salt: Mapped[str] = mapped_column(String(64))
    """With it nobody outside can tell which corrected posters measure instead of teaching: a secret."""
