"""What is remembered of a member beside what they asked and said."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Snowflake


class Member(Base):
    """A member's own choices; without a row, none was made."""

    __tablename__ = "members"

    user_id: Mapped[Snowflake] = mapped_column(primary_key=True, autoincrement=False)
    on_leaderboard: Mapped[bool]
    """Whether others may see how much this member corrected."""
    erasing_since: Mapped[datetime | None]
    """When the member had everything erased; None unless that is under way. The row goes last."""

    __table_args__ = (Index(None, "erasing_since"),)


class Hint(Base):
    """Something that a member was told and need not be told again."""

    __tablename__ = "hints"

    user_id: Mapped[Snowflake] = mapped_column(primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Such as `empty_reply`, or `unclear:` with the id of the prediction that it was about."""
    told_at: Mapped[datetime]
