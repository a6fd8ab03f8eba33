"""Retrainings: asked for by an operator or by the schedule, done by a trainer, decided by an operator."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, EnumValue, Snowflake


class RunState(StrEnum):
    """Where a run is. The last three are final."""

    WAITING = "waiting"
    """Another one is under way, and this one may wait for it."""
    REQUESTED = "requested"
    """It has the slot; no trainer has taken it yet."""
    RUNNING = "running"
    """A trainer is at it."""

    DONE = "done"
    """The version is published and the report written."""
    FAILED = "failed"
    """It ended without a version; `cause` and `explanation` say why."""
    CANCELLED = "cancelled"
    """An operator ended it."""


ACTIVE_STATES: Final = (RunState.REQUESTED, RunState.RUNNING)
"""States of the one run that has the slot."""


class Decision(StrEnum):
    """What became of a run's version."""

    PROMOTED = "promoted"
    REJECTED = "rejected"


class TrainingRun(Base):
    """The row is the truth: what it says can be resumed after any process died."""

    __tablename__ = "training_runs"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    state: Mapped[RunState] = mapped_column(EnumValue(RunState))
    slot: Mapped[int | None]
    """1 while it is active, else None: being unique, it lets one run be active at a time, whoever asks."""
    recipe: Mapped[str] = mapped_column(String(63))
    """`heads` for the challenger of `model_engine.learning`, else the name of a recipe."""
    epochs: Mapped[int | None]
    """None for what the recipe says."""
    note: Mapped[str] = mapped_column(String(500))
    """The operator's own words."""
    user_id: Mapped[Snowflake | None]
    """Discord's id of who asked; None for the command line and the schedule, 0 of one who had everything erased."""
    operator: Mapped[str] = mapped_column(String(100))
    """Their name then; empty when erased."""
    guild_id: Mapped[Snowflake | None]
    """Where news goes; None for nowhere."""
    channel_id: Mapped[Snowflake | None]
    message_id: Mapped[Snowflake | None]
    """The message there that is kept up to date; None until it is written."""
    told: Mapped[str] = mapped_column(String(64))
    """What that message says, so that nothing is told twice; empty before the first word."""

    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    """When the trainer last wrote that it is at it."""
    finished_at: Mapped[datetime | None]
    deliveries: Mapped[int]
    """Trainers that took it up, one after the other; all but the last one died of it."""
    step: Mapped[str] = mapped_column(String(64))
    """What it is at, in a word or two, such as `features`."""
    done: Mapped[int]
    """Of `total`, within the step."""
    total: Mapped[int]
    """0 where it cannot be counted."""

    champion: Mapped[str | None] = mapped_column(String(63))
    """Version that it starts from; None until it was started."""
    snapshot_hash: Mapped[str | None] = mapped_column(String(64))
    snapshot: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The frozen corrections, see `model_engine.learning.snapshot`; dropped when the run has ended."""
    version: Mapped[str | None] = mapped_column(String(63))
    """What it published."""
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """`models.run_reports.RunReport` as JSON."""
    plot: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The history, a PNG."""
    cause: Mapped[str] = mapped_column(String(64))
    """A code where it failed, such as `nothing_new`, `trainer_lost`, `disk_full`."""
    explanation: Mapped[str] = mapped_column(String(500))
    """The sentence that tells the operator what to do about it."""
    decision: Mapped[Decision | None] = mapped_column(EnumValue(Decision))
    decided_by: Mapped[str] = mapped_column(String(100))
    """The operator's name then, or `auto-promotion`; empty before, and when erased."""
    decided_by_id: Mapped[Snowflake | None]
    """Discord's id of who decided; None for the command line and auto-promotion, 0 when erased."""

    __table_args__ = (UniqueConstraint("slot"), Index(None, "state"), {"sqlite_autoincrement": True})
