"""How each server's managers set the bot up."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Snowflake


class GuildSetup(Base):
    """A server's own settings; without a row, everything is as it comes."""

    __tablename__ = "guild_setups"

    guild_id: Mapped[Snowflake] = mapped_column(primary_key=True, autoincrement=False)
    channels: Mapped[list[int]] = mapped_column(JSON)
    """Channels where the bot may be used; empty for all."""
    corrector_role_id: Mapped[Snowflake | None]
    """Only members with this role may correct; None for all."""
    posters_per_minute: Mapped[int | None]
    """Posters a minute that one member may send here; None for what the operator set."""
    corrections_per_minute: Mapped[int | None]
    """Corrections a minute that one member may make here; None for what the operator set."""
    private_replies: Mapped[bool]
    """Whether every reply is for its member alone."""
    auto_judge_channels: Mapped[list[int]] = mapped_column(JSON)
    """Channels where every picture is judged; needs the message-content intent."""
    updated_at: Mapped[datetime]


class BlockedMember(Base):
    """A member whose corrections do not count in a server, and who makes no more of them there."""

    __tablename__ = "blocked_members"

    guild_id: Mapped[Snowflake] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[Snowflake] = mapped_column(primary_key=True, autoincrement=False)
    blocked_at: Mapped[datetime]
