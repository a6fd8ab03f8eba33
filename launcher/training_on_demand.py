"""A trainer for `poster-judge up`: started when a run is asked for, ended by itself when none is any more."""

import asyncio
from typing import Final

import structlog
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from launcher.children import Child
from models.database import UNIT_TIMEOUT, Database
from models.repositories.training_runs import TrainingRunRepository

log = structlog.get_logger(__name__)

INTERVAL: Final = 2.0
"""Seconds between two looks at whether a run is asked for."""

PAUSE_AFTER_DEATH: Final = 5.0
"""Seconds before a trainer that died is started again; a run that three of them died of is given up."""


async def train_on_demand(url: URL, trainer: Child) -> None:
    """Looks until cancelled.

    Args:
        url: of the database.
        trainer: a child that ends by itself; whoever started this stops it.
    """
    database = Database(url, unit_timeout=UNIT_TIMEOUT)
    try:
        while True:
            await asyncio.sleep(INTERVAL)
            if await _is_asked_for(database) and (code := await trainer.run_once()):
                log.warning("trainer.died", exit_code=code)
                await asyncio.sleep(PAUSE_AFTER_DEATH)
    finally:
        await database.close()


async def _is_asked_for(database: Database) -> bool:
    try:
        async with database.reading() as session:
            return await TrainingRunRepository(session).active() is not None
    except SQLAlchemyError as error:
        log.warning("trainer.not_looked", error=type(error).__name__)
        return False
