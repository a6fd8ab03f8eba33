"""The trainer's process, from settings to the end."""

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from broker.connection import connected
from broker.errors import BrokerMisconfigured, BrokerUnavailable
from broker.heartbeats import process_name
from broker.settings import BrokerSettings
from broker.training import TrainingQueue
from model_engine.errors import VersionError
from model_engine.learning.ledger import DatabaseGone, Ledger
from model_engine.learning.settings import LearningSettings
from model_engine.learning.trainer import Trainer
from model_engine.learning.work import Work
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from models.database import Database
from models.settings import SettingsError
from posters.settings import PosterSettings
from posters.store import PosterStore

if TYPE_CHECKING:
    from obstore.store import RetryConfig

log = structlog.get_logger(__name__)

STORE_PATIENCE: Final["RetryConfig"] = {
    "max_retries": 1_000,
    "retry_timeout": timedelta(minutes=2),
    "backoff": {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=5), "base": 2},
}
"""A store in the network that is gone for a moment ends no run; nobody waits for a trainer's next second."""


class NotAvailable(Exception):
    """Something that the trainer needs is not there right now; the message is one sentence."""


async def run(
    *,
    database: Database,
    settings: EngineSettings,
    learning_settings: LearningSettings,
    poster_settings: PosterSettings,
    broker_settings: BrokerSettings,
    nats_url: str,
    golden: Path | None = None,
    until_idle: bool = False,
) -> None:
    """Trains until SIGTERM or SIGINT.

    Args:
        database: migrated; of runs and corrections.
        settings: of versions and runtimes.
        learning_settings: of what guards the champion's place.
        poster_settings: of the poster store.
        broker_settings: of the queue.
        nats_url: of the queue, with its token.
        golden: folder of pictures that everybody knows.
        until_idle: whether it ends as soon as no run is asked for.

    Raises:
        SettingsError: a setting is wrong; starting again is of no use.
        NotAvailable: queue or database are out of reach; starting again may help.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    ledger = Ledger(database, stopping)
    store, versions = open_stores(poster_settings, settings)
    try:
        async with connected(nats_url, broker_settings, name="trainer") as broker:
            trainer = Trainer(
                broker=broker,
                queue=await TrainingQueue.open(broker),
                ledger=ledger,
                work=Work(
                    database=database,
                    ledger=ledger,
                    store=store,
                    versions=versions,
                    settings=settings,
                    anchors=learning_settings.anchors,
                    golden=golden,
                ),
                name=process_name(str(os.getpid())),
                stopping=stopping,
                until_idle=until_idle,
            )
            log.info("trainer.ready", until_idle=until_idle)
            await trainer.run()
    except BrokerMisconfigured as error:
        raise SettingsError(str(error)) from None
    except (BrokerUnavailable, DatabaseGone) as error:
        raise NotAvailable(str(error)) from None
    except MemoryError:
        raise NotAvailable("The trainer ran out of memory.") from None


def open_stores(poster_settings: PosterSettings, settings: EngineSettings) -> tuple[PosterStore, VersionStore]:
    """The stores of posters and of versions, each with a trainer's patience.

    Raises:
        SettingsError: a setting is wrong.
    """
    try:
        store = PosterStore.open(poster_settings.poster_store_location, retry=STORE_PATIENCE)
        return store, VersionStore.from_settings(settings, retry=STORE_PATIENCE)
    except (ValueError, VersionError) as error:
        raise SettingsError(str(error)) from None
