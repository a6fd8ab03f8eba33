"""`poster-judge up` on the sandbox, kept alive as an operating system would, with its processes in reach."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from bench.soak.disk import Disk
from broker.connection import connected
from broker.embedded import running_server_url
from broker.heartbeats import all_heartbeats, is_well
from broker.settings import BrokerSettings
from launcher.parent_death import die_with_parent
from models.database_settings import DatabaseSettings
from sandbox import CdnFault, Sandbox

PAUSE_BEFORE_RESTART: Final = 0.5
"""Seconds after which a dead launcher is started again, as by systemd's `Restart=always`."""

START_TIMEOUT: Final = 60.0
"""Seconds until everything has to be ready at first."""

STOP_TIMEOUT: Final = 60.0
"""Seconds for an orderly end."""


@dataclass
class Household:
    """Everything that faults are made to."""

    sandbox: Sandbox
    disk: Disk
    environment: Mapping[str, str]
    log: Path
    cdn_fault: Callable[[], CdnFault | None] = lambda: None
    """What the CDN does wrong with the next upload."""
    launcher: psutil.Process | None = None
    restarts: int = 0
    """Starts of the launcher after the first."""
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def data_dir(self) -> Path:
        """Of the launcher."""
        return self.disk.folder / "data"

    def process(self, name: str) -> psutil.Process | None:
        """A process by its role; None while there is none.

        Args:
            name: `launcher`, `bot`, `engine`, `nats-server` or `intake worker`.
        """
        if name == "launcher":
            return self.launcher
        with suppress(psutil.NoSuchProcess):
            for process in self.launcher.children(recursive=True) if self.launcher else ():
                with suppress(psutil.NoSuchProcess):
                    if _role(process) == name:
                        return process
        return None

    def send_signal(self, name: str, number: signal.Signals) -> bool:
        """Sends a signal to a process by its role; False if there is none to take it."""
        with suppress(psutil.NoSuchProcess):
            if (process := self.process(name)) is not None:
                process.send_signal(number)
                return True
        return False

    async def ready(self) -> None:
        """Waits until a bot and an engine say that they are well."""
        async with asyncio.timeout(START_TIMEOUT):
            while not await self._is_well():  # noqa: ASYNC110  # Other processes tell nobody.
                await asyncio.sleep(0.2)

    async def _is_well(self) -> bool:
        url = running_server_url(self.data_dir)
        if url is None:
            return False
        async with connected(url, BrokerSettings(data_dir=self.data_dir), name="soak") as broker:
            return {beat.kind for beat in await all_heartbeats(broker) if is_well(beat)} == {"bot", "engine"}

    async def keep_alive(self) -> None:
        """Starts the launcher, and again whenever it dies, until `stop`."""
        while not self._stopping.is_set():
            with self.log.open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "launcher", "up"),
                    cwd=self.disk.folder,
                    env=self.environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=die_with_parent(),
                )
            self.launcher = psutil.Process(process.pid)
            await process.wait()
            self.launcher = None
            self.restarts += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_BEFORE_RESTART):
                    await self._stopping.wait()

    async def stop(self, keeping: asyncio.Task[None]) -> None:
        """Ends everything in good order."""
        self._stopping.set()
        self.send_signal("launcher", signal.SIGTERM)
        async with asyncio.timeout(STOP_TIMEOUT):
            await keeping


@asynccontextmanager
async def housed(sandbox: Sandbox, disk: Disk, settings: Mapping[str, str]) -> AsyncIterator[Household]:
    """A running household, ready, for the length of a block.

    Args:
        sandbox: in this process.
        disk: that holds the data directory.
        settings: environment variables over the defaults.
    """
    house = Household(sandbox, disk, {**_environment(sandbox, disk), **settings}, disk.folder.parent / "up.log")
    keeping = asyncio.create_task(house.keep_alive())
    try:
        await house.ready()
        yield house
        await house.stop(keeping)
    finally:
        keeping.cancel()
        house.send_signal("launcher", signal.SIGKILL)


def _environment(sandbox: Sandbox, disk: Disk) -> dict[str, str]:
    ours = ("DISCORD_TOKEN", "DATABASE_URL", "NATS_URL")
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("POSTER_JUDGE_") and name not in ours
    }
    return clean | {
        "POSTER_JUDGE_DATA_DIR": str(disk.folder / "data"),
        "POSTER_JUDGE_DISCORD_API_URL": sandbox.api_url,
        "POSTER_JUDGE_CDN_HOSTS": ",".join(sandbox.cdn_hosts),
        "DISCORD_TOKEN": sandbox.token,
    }


def database_settings(house: Household) -> DatabaseSettings:
    """Where the household's database is."""
    return DatabaseSettings(data_dir=house.data_dir, database_url=None)


def _role(process: psutil.Process) -> str | None:
    if process.name().startswith("nats-server"):
        return "nats-server"
    arguments = process.cmdline()
    if arguments[-2:] == ["launcher", "bot"]:
        return "bot"
    if arguments[-2:] == ["engine", "serve"]:
        return "engine"
    parent = process.parent()
    # Workers are forked from a server that is the bot's child.
    if parent is not None and any("forkserver" in part for part in parent.cmdline()):
        return "intake worker"
    return None
