"""What members said of judgements: events that are only ever added."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, EnumValue, Snowflake


class FeedbackKind(StrEnum):
    """What an event says; beside each, its `value`."""

    AGREE = "agree"
    """The genres that the reply named are right: a list of them."""
    GENRES = "genres"
    """The film has these genres and no others: a list."""
    SCORE = "score"
    """IMDb's score of the film: a number of 0 to 10 with one decimal."""
    IMDB = "imdb"
    """The film itself: its id at IMDb, such as `tt0114369`."""
    RETRACT = "retract"
    """Earlier events do not count: a list of their ids. From their member, an undo; from another one, a removal."""


class FeedbackWay(StrEnum):
    """How it was said."""

    BUTTON = "button"
    MENU = "menu"
    MODAL = "modal"
    TEXT = "text"
    COMMAND = "command"


class Feedback(Base):
    """One event. A member's latest event that was not retracted counts, in each of the slots of `models.consensus`."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    """Later events have greater ones."""
    source_id: Mapped[Snowflake]
    """Discord's id of the interaction or message that said it: the same thing heard twice is one event."""
    prediction_id: Mapped[str | None] = mapped_column(ForeignKey("predictions.id", ondelete="SET NULL"))
    """The judgement that it was said of; None when that one's member had it deleted."""
    poster_id: Mapped[str] = mapped_column(ForeignKey("posters.id", ondelete="CASCADE"))
    guild_id: Mapped[Snowflake | None]
    """Where it was said; None in direct messages."""
    private: Mapped[bool]
    """Said of a judgement that only its member sees: nobody else is shown it."""
    user_id: Mapped[Snowflake]
    about_user_id: Mapped[Snowflake | None]
    """Of a retraction: whose events it takes back; else None."""
    kind: Mapped[FeedbackKind] = mapped_column(EnumValue(FeedbackKind))
    value: Mapped[Any] = mapped_column(JSON)
    way: Mapped[FeedbackWay] = mapped_column(EnumValue(FeedbackWay))
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("source_id", "kind"),
        Index(None, "prediction_id"),
        Index(None, "poster_id"),
        Index(None, "user_id", "created_at"),
        Index(None, "about_user_id"),
        Index(None, "guild_id", "created_at"),
        # An erased event's id must never be another's: a retraction may still name it.
        {"sqlite_autoincrement": True},
    )
