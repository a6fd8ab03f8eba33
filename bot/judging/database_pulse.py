"""Whether the database takes a write right now, found out by writing."""

import asyncio
import time
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.judging.clock import now
from models.database import Database
from models.database_faults import sentence_for_fault
from models.repositories import PulseRepository

log = structlog.get_logger(__name__)

INTERVAL: Final = 5.0
"""Seconds between two writes."""

INTERVAL_WHILE_REFUSED: Final = 1.0
"""Seconds between two tries, so that health is soon green again."""

PATIENCE: Final = 6.0
"""Seconds for one write, from its turn on, after which the database counts as hanging."""

KEPT: Final = timedelta(minutes=5)
"""After this a silent process's row goes."""


class DatabasePulse:
    """Writes a row every few seconds, in a task of its own, so that nobody waits for a database that hangs."""

    def __init__(self, database: Database, process: str) -> None:
        """`process` names the row."""
        self._database = database
        self._process = process
        self._fault: str | None = None
        self._began: float | None = None

    @property
    def problem(self) -> str | None:
        """Why the database refuses, as a sentence; None as long as it does not."""
        if self._fault is None and self._began is not None and time.monotonic() - self._began > PATIENCE:
            return "The database refuses: it does not answer."
        return self._fault

    async def run(self) -> None:
        """Writes until cancelled."""
        while True:
            fault = await self._try()
            if fault != self._fault:
                log.warning("database.health", problem=fault)
            self._fault = fault
            await asyncio.sleep(INTERVAL if fault is None else INTERVAL_WHILE_REFUSED)

    async def _try(self) -> str | None:
        try:
            async with self._database.writing() as session:
                # Only now: to stand in a long line is no fault of the database's.
                self._began = time.monotonic()
                pulses = PulseRepository(session)
                await pulses.beat(self._process, now())
                await pulses.erase_before(now() - KEPT)
        except SQLAlchemyError as error:
            return sentence_for_fault(error)
        except Exception as error:
            # A driver's own fault must not end the loop that reports faults.
            log.exception("database.probe_failed")
            return f"The database refuses: {type(error).__name__}."
        finally:
            self._began = None
        return None
