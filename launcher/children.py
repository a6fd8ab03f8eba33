"""Child processes that are watched: started again when they die, ended in good order when we end."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from launcher.parent_death import die_with_parent
from models.exit_codes import CONFIGURATION

log = structlog.get_logger(__name__)

FIRST_PAUSE: Final = 0.5
"""Seconds before a child that died is started again; doubled with each death in a row."""

LONGEST_PAUSE: Final = 30.0

STABLE_AFTER: Final = 60.0
"""Seconds after which a death is no longer in a row with the one before."""

STOP_TIMEOUT: Final = 20.0
"""Seconds that a child has to end in good order before it is killed."""


class ChildMisconfigured(Exception):
    """A child said that starting it again is of no use; it has told why on its own."""


class Child:
    """One process of ours, kept alive."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Prepares a child.

        Args:
            name: for the log.
            arguments: of `poster-judge`; never a secret, since everyone can read the process list.
            environment: in addition to ours; secrets go here.
        """
        self.name = name
        self._arguments = arguments
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self.failed = False
        """Whether its latest run ended by itself."""

    def start(self) -> None:
        """Starts it, and again whenever it dies; does nothing if it was started before."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._keep_alive())

    async def wait(self) -> None:
        """Waits for ever, since it is started again whenever it dies.

        Raises:
            ChildMisconfigured: it ended with the exit code of a wrong configuration.
        """
        if self._watching is not None:
            await asyncio.shield(self._watching)

    async def _keep_alive(self) -> None:
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            code = await self.run_once()
            self.failed = True
            if code == CONFIGURATION:
                raise ChildMisconfigured(self.name)
            if loop.time() - started > STABLE_AFTER:
                pause = FIRST_PAUSE
            log.warning("child.died", name=self.name, exit_code=code, starts_again_in=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def stop(self) -> None:
        """Ends it in good order, or by force after a while."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await process.wait()
        except TimeoutError:
            log.warning("child.killed", name=self.name)
            process.kill()
            await process.wait()

    async def run_once(self) -> int:
        """Starts it, waits for its end, and gives its exit code; `stop` ends it early."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "launcher",
            *self._arguments,
            env={**os.environ, **self._environment},
            stdin=asyncio.subprocess.DEVNULL,
            # Logs go to standard error; what a command says to a person who starts it alone, the launcher says better.
            stdout=asyncio.subprocess.DEVNULL,
            preexec_fn=die_with_parent(),
            # Ctrl-C in a terminal reaches the whole group at once; the order of the end is ours to keep.
            start_new_session=True,
        )
        self.failed = False
        log.debug("child.started", name=self.name, pid=self._process.pid)
        return await self._process.wait()
