"""One poster's way from the member's upload to the answer."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, EnumValue, Snowflake


class PredictionState(StrEnum):
    """Where a prediction is. The last five are final; each prediction reaches exactly one of them."""

    RECEIVED = "received"
    """Acknowledged to Discord; the poster is being fetched and checked."""
    QUEUED = "queued"
    """The poster is stored and its request published, or about to be."""
    DECIDED = "decided"
    """What the member will be told is known (`outcome`), but not yet told."""

    ANSWERED = "answered"
    """Discord confirmed the message with the judgement."""
    REFUSED = "refused"
    """The input could not be judged, and the member was told why."""
    FAILED = "failed"
    """The engine could not judge it, and the member was told."""
    EXPIRED = "expired"
    """No engine came to it in time, and the member was told."""
    UNDELIVERED = "undelivered"
    """Whatever the outcome, Discord no longer takes an answer."""


OPEN_STATES: Final = (PredictionState.RECEIVED, PredictionState.QUEUED)
"""States in which the outcome is still open."""


class Prediction(Base):
    """The row is the truth: what it says can be resumed after any process died."""

    __tablename__ = "predictions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Also the message id of its request and of its result."""
    reply_id: Mapped[Snowflake] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    position: Mapped[int]
    """Place in the reply, from 0."""
    state: Mapped[PredictionState] = mapped_column(EnumValue(PredictionState))
    outcome: Mapped[PredictionState | None] = mapped_column(EnumValue(PredictionState))
    """The final state that telling the member leads to."""
    cause: Mapped[str] = mapped_column(String(64), default="")
    """A code for everything but an answer: of the refusal, of the engine's failure, of Discord's."""
    explanation: Mapped[str] = mapped_column(String(500), default="")
    """The sentence that tells the member what to do about it."""

    attachment_url: Mapped[str | None] = mapped_column(Text)
    """Where the poster is fetched; erased with the token."""
    title: Mapped[str | None] = mapped_column(String(200))
    """The film's title, as the member typed it, or as IMDb has it."""
    imdb_id: Mapped[str | None] = mapped_column(String(12))
    """The film that the member chose from the titles offered."""
    poster_id: Mapped[str | None] = mapped_column(ForeignKey("posters.id"))

    received_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    """After this nobody waits for the judgement."""
    queued_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    judgement: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`models.judgements.Judgement` as JSON."""
    model_version: Mapped[str | None] = mapped_column(String(128))
    backbone: Mapped[str | None] = mapped_column(String(64))
    features: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Pooled features, little-endian float16, so that a head can be retrained without the picture."""
    timings: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Milliseconds of each step, as in `models.messages.Timings`, with the bot's own."""

    __table_args__ = (Index(None, "reply_id"), Index(None, "state", "deadline_at"), Index(None, "poster_id"))
