"""Signs that a process can write."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class Pulse(Base):
    """A process's latest write: a database may well be read and yet refuse to be written."""

    __tablename__ = "pulses"

    process: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Its name, as in its heartbeat."""
    at: Mapped[datetime]
