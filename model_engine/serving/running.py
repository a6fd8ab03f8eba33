"""The engine's process, from settings to the end."""

import asyncio
import os
import signal

import structlog

from broker.connection import connected
from broker.errors import BrokerMisconfigured, BrokerUnavailable
from broker.heartbeats import process_name
from broker.judging import RequestQueue
from broker.settings import BrokerSettings
from model_engine.errors import DeviceError, DeviceHangs, RuntimeUnavailable, VersionError
from model_engine.judging import Judge
from model_engine.runtimes import open_runtime
from model_engine.serving.champion import ChampionFollower, Judges
from model_engine.serving.server import Server
from model_engine.settings import CHAMPION, EngineSettings
from model_engine.version_store import VersionStore, open_version
from models.exit_codes import UNAVAILABLE
from models.settings import SettingsError
from posters.settings import PosterSettings
from posters.store import PosterStore

log = structlog.get_logger(__name__)


class NotAvailable(Exception):
    """Something that the engine needs is not there right now; the message is one sentence."""


async def run(
    *,
    settings: EngineSettings,
    poster_settings: PosterSettings,
    broker_settings: BrokerSettings,
    nats_url: str,
    name: str | None = None,
) -> None:
    """Serves until SIGTERM or SIGINT.

    Raises:
        SettingsError: the version cannot be loaded.
        NotAvailable: the queue or the device is not there; starting again may help.
    """
    try:
        judge = await asyncio.to_thread(_open_judge, settings)
    except (VersionError, RuntimeUnavailable) as error:
        raise SettingsError(str(error)) from None
    judges = Judges(judge)
    try:
        async with connected(nats_url, broker_settings, name="engine") as broker:
            follower = None
            if settings.model_version == CHAMPION:
                follower = ChampionFollower(broker, judges, lambda version: _open_judge(settings, version))
                await (
                    follower.look()
                )  # Before it says that it is ready: nobody is judged by a version that was replaced.
            server = Server(
                broker=broker,
                queue=await RequestQueue.open(broker),
                judges=judges,
                store=PosterStore.open(poster_settings.poster_store_location),
                name=name or process_name(str(os.getpid())),
                follower=follower,
            )
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, server.stop)
            log.info("engine.ready", version=judges.current.version.name, runtime=judges.current.runtime.name)
            await server.run()
    except BrokerMisconfigured as error:
        raise SettingsError(str(error)) from None
    except DeviceHangs as error:
        # The thread that waits for the device never ends, and an orderly end would wait for it.
        log.critical("engine.device_hangs", reason=str(error))
        os._exit(UNAVAILABLE)
    except (BrokerUnavailable, DeviceError) as error:
        raise NotAvailable(str(error)) from None
    except MemoryError:
        raise NotAvailable("The engine ran out of memory.") from None
    finally:
        judges.current.close()


def _open_judge(settings: EngineSettings, name: str | None = None) -> Judge:
    """The version of this name, or the one that the settings name, ready to judge."""
    version = open_version(settings) if name is None else VersionStore.from_settings(settings).load(name)
    runtime = open_runtime(
        settings.runtime, version, max_batch_size=settings.max_batch_size, threads=settings.engine_threads
    )
    runtime.warm_up()
    return Judge(version, runtime)
