"""Real processes of ours, started as an operator would, for tests to stop, kill and replace."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from launcher.parent_death import die_with_parent


class Process:
    """One `poster-judge` command in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, arguments: tuple[str, ...]) -> None:
        self._process = process
        self.arguments = arguments

    @classmethod
    async def start(cls, *arguments: str, cwd: Path, **environment: str) -> "Process":
        """Starts `poster-judge ARGUMENTS` with these variables and none of the tester's."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "launcher",
                *arguments,
                cwd=cwd,
                env=clean(os.environ) | environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                preexec_fn=die_with_parent(),
            ),
            arguments,
        )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def line(self, containing: str) -> str:
        """The next line of its standard output that contains a text; fails when it ends before."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            while line := (await self._process.stdout.readline()).decode():
                if containing in line:
                    return line.strip()
        raise AssertionError(f"It ended without saying {containing!r}.")

    def freeze(self) -> None:
        """Stops it where it is, as a machine out of breath would."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Lets it go on after `freeze`."""
        self._process.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """Ends it without any warning, if it has not ended."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def ended(self) -> int:
        """Waits for its end; gives its exit code."""
        async with asyncio.timeout(60):
            # Read to the end, so that a full pipe cannot hold the process up.
            await self._process.communicate()
        return self._process.returncode or 0

    async def stop(self) -> int:
        """Ends it in good order; gives its exit code."""
        if self._process.returncode is None:
            self._process.terminate()
        return await self.ended()


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables without any of ours."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("POSTER_JUDGE_") and name not in ("DISCORD_TOKEN", "DATABASE_URL", "NATS_URL")
    }


def family(process: Process) -> list[psutil.Process]:
    """A process and all below it; none if it has ended."""
    try:
        root = psutil.Process(process.pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


async def until_gone(processes: list[psutil.Process]) -> None:
    """Until none of the processes runs any more; whoever inherited them may take its time to note that."""
    async with asyncio.timeout(40):
        while any(_runs(process) for process in processes):
            await asyncio.sleep(0.01)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
