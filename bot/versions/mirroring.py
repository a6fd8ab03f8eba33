"""Keeps what engines are told of the champion in step with the database, whoever died between writing the two."""

import asyncio
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.versions.promoting import tell_engines
from broker.connection import Broker
from broker.errors import BrokerError
from models.database import Database

log = structlog.get_logger(__name__)

INTERVAL: Final = 5.0
"""Seconds between two looks."""


async def mirror_champions(database: Database, broker: Broker) -> None:
    """Mirrors until cancelled."""
    while True:
        try:
            await tell_engines(database, broker)
        except (BrokerError, SQLAlchemyError) as error:
            log.warning("champion.not_mirrored", error=type(error).__name__)
        await asyncio.sleep(INTERVAL)
