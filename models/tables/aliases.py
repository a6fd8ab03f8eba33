"""Names that point at model versions, such as `champion`."""

from datetime import datetime
from typing import Final

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

CHAMPION: Final = "champion"
"""The alias of the version that answers members."""


class ModelAlias(Base):
    """Which version a name means. Promotion moves the alias; versions themselves never change."""

    __tablename__ = "model_aliases"

    alias: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(128))
    changed_at: Mapped[datetime]
