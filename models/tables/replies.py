"""One message of the bot's for one interaction: what is needed to answer it, also after a restart."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.tables.base import Base, Snowflake
from models.tables.predictions import Prediction


class Reply(Base):
    """A deferred reply. It shows one to four predictions and is edited once, when all of them are decided."""

    __tablename__ = "replies"

    id: Mapped[Snowflake] = mapped_column(primary_key=True, autoincrement=False)
    """The interaction's id."""
    application_id: Mapped[Snowflake]
    token: Mapped[str | None] = mapped_column(String(512))
    """The interaction's token: a secret, erased when it ran out or was used up."""
    token_expires_at: Mapped[datetime]
    guild_id: Mapped[Snowflake | None]
    channel_id: Mapped[Snowflake | None]
    user_id: Mapped[Snowflake]
    private: Mapped[bool]
    """Whether only the member may see it."""
    in_reply_to: Mapped[Snowflake | None]
    """The member's message that it answers, where no command asked for it: then `id` is that message's as well, and
    there is no token."""
    message_id: Mapped[Snowflake | None]
    """The message that carries the answer."""
    created_at: Mapped[datetime]
    telling_at: Mapped[datetime | None]
    """Set before a message that Discord cannot be asked about afterwards, so that it is sent at most once."""

    predictions: Mapped[list[Prediction]] = relationship(
        order_by=Prediction.position, lazy="raise", cascade="all, delete-orphan"
    )

    __table_args__ = (Index(None, "token_expires_at"), Index(None, "user_id", "id"), Index(None, "message_id"))
