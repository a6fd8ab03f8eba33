"""Which version judges, and who decided so: a log that is only ever added to."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Snowflake


class Promotion(Base):
    """One change of the champion; the latest one holds."""

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    """Later ones have greater ones."""
    version: Mapped[str] = mapped_column(String(63))
    """Champion from here on."""
    previous_id: Mapped[int] = mapped_column(BigInteger)
    """The promotion that it takes the place of, 0 for none: of two at once only one can follow it."""
    rollback: Mapped[bool]
    """Whether it takes the latest promotion back that was not taken back."""
    user_id: Mapped[Snowflake | None]
    """Discord's id of the operator; None from the command line, 0 of one who had everything erased."""
    operator: Mapped[str] = mapped_column(String(100))
    """The operator's name then; empty when erased."""
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("previous_id"),
        # Engines keep the greatest id that they heard of: it must never be given twice.
        {"sqlite_autoincrement": True},
    )
