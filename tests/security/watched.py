"""Our processes with everything they write kept, and every command line of them and theirs."""

import asyncio
import itertools
import json
import os
import sys
from pathlib import Path

import psutil

from launcher.parent_death import die_with_parent
from tests.end_to_end.processes import clean
from tests.security import forked_commands
from tests.security.forked_commands import ForkedCommand

TIMEOUT = 60.0


class Watched:
    """Starts `poster-judge` commands, and knows what was written and what the process list showed."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._environment = environment
        self._numbers = itertools.count()
        self._started: list[asyncio.subprocess.Process] = []
        self.command_lines: set[str] = set()

    async def start(self, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
        """Starts a command; what it writes to either stream is kept."""
        with (self._folder / f"{next(self._numbers)}-{arguments[0]}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "launcher",
                *arguments,
                cwd=self._folder,
                env=clean(os.environ) | self._environment | environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(),
            )
        self._started.append(process)
        return process

    async def run_all(self, commands: list[ForkedCommand]) -> list[int]:
        """Runs commands side by side to their ends; gives their exit codes."""
        with (self._folder / "forked.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                forked_commands.__file__,
                cwd=self._folder,
                env=clean(os.environ) | self._environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                preexec_fn=die_with_parent(),
            )
        self._started.append(process)
        async with asyncio.timeout(TIMEOUT):
            codes, _ = await process.communicate(forked_commands.as_json(commands))
        return json.loads(codes)

    async def until_written(self, text: str) -> None:
        """Until any of them has written `text`."""
        async with asyncio.timeout(TIMEOUT):
            while text not in self.written():
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """Ends what still runs, the latest first."""
        self.look()
        for process in reversed(self._started):
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(TIMEOUT):
                await process.wait()

    def look(self) -> None:
        """Notes the command lines of everything below this test, servers and workers included."""
        for process in psutil.Process().children(recursive=True):
            try:
                self.command_lines.add(" ".join(process.cmdline()))
            except psutil.NoSuchProcess:
                continue

    def written(self) -> str:
        """All that was written so far, by the queue's server too."""
        # Not by rglob: it fails where a folder vanishes meanwhile, as those of a queue that starts do.
        found = (Path(folder, name) for folder, _, names in os.walk(self._folder) for name in names)
        return "".join(path.read_text(errors="replace") for path in sorted(found) if path.suffix == ".log")


def readable_by_others(folder: Path) -> list[Path]:
    """Files in a folder that other users of the machine may read, as far as they get into their folders."""
    open_ = []
    for path in folder.iterdir():
        bits = path.stat().st_mode
        if path.is_dir() and bits & 0o011:
            open_ += readable_by_others(path)
        elif path.is_file() and bits & 0o044:
            open_.append(path)
    return open_
