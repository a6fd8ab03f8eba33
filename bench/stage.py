"""The real parts around the sandbox: queue, engine and bot as processes of their own, ended in every case."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.connection import Broker, connected
from broker.embedded import EmbeddedServer
from broker.heartbeats import all_heartbeats
from broker.settings import BrokerSettings
from launcher.parent_death import die_with_parent
from migrations.upgrade import upgrade
from models.database import Database
from models.database_settings import DatabaseSettings
from sandbox import Sandbox, SandboxConfig

START_TIMEOUT: Final = 60.0
"""Seconds until a process has to be ready."""

STOP_TIMEOUT: Final = 15.0
"""Seconds for an orderly end before the process is killed."""

BARE_BOT: Final = Path(__file__).with_name("bare_bot.py")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What stands for all loads of a run."""

    sandbox: Sandbox
    server: EmbeddedServer
    engine_pid: int
    database: Database
    environment: Mapping[str, str]
    folder: Path

    @asynccontextmanager
    async def our_bot(self, profile: Path | None = None, loop_watch: Path | None = None) -> AsyncIterator[int]:
        """Poster Judge's bot, ready, for the length of a block; gives its process id.

        Args:
            profile: where cProfile writes what it saw of the bot; None to run without (cProfile costs half the speed).
            loop_watch: where `bench.loop_watch` writes what it saw of the bot's event loop, when the block ends.
        """
        program = ["-m", "bench.loop_watch", str(loop_watch)] if loop_watch else ["-m", "launcher"]
        profiling = ["-m", "cProfile", "-o", str(profile)] if profile else []
        command = [sys.executable, *profiling, *program, "bot"]
        async with _process("bot", command, self.environment, self.folder) as process:
            await self._ready("judge", "about")
            yield process.pid
        await self.sandbox.bot_disconnected(timeout=STOP_TIMEOUT)

    @asynccontextmanager
    async def bare_bot(self) -> AsyncIterator[int]:
        """The bare discord.py bot, ready, for the length of a block; gives its process id."""
        environment = {**self.environment, "BARE_BOT_API_URL": self.sandbox.api_url}
        async with _process("bare-bot", [sys.executable, str(BARE_BOT)], environment, self.folder) as process:
            await self._ready("judge")
            yield process.pid
        await self.sandbox.bot_disconnected(timeout=STOP_TIMEOUT)

    async def _ready(self, *commands: str) -> None:
        await self.sandbox.bot_connected(timeout=START_TIMEOUT)
        await self.sandbox.commands_registered(*commands, timeout=START_TIMEOUT)


@asynccontextmanager
async def staged(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Stage]:
    """Sandbox (in this process), queue, database and engine, for the length of a block.

    Args:
        folder: empty; for data and logs.
        settings: environment variables for bot and engine, over their defaults.
    """
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox.start(SandboxConfig()))
        server = EmbeddedServer(folder / "data", before_exec=die_with_parent())
        await server.start()
        stack.push_async_callback(server.stop)
        url = DatabaseSettings(data_dir=folder / "data").url()
        await asyncio.to_thread(upgrade, url)
        database = Database(url)
        stack.push_async_callback(database.close)
        environment = _environment(sandbox, server, folder) | settings
        command = [sys.executable, "-m", "launcher", "engine", "serve"]
        engine = await stack.enter_async_context(_process("engine", command, environment, folder))
        broker = await stack.enter_async_context(connected(server.url, BrokerSettings(), name="bench"))
        await _until_engine(broker, engine)
        yield Stage(
            sandbox=sandbox,
            server=server,
            engine_pid=engine.pid,
            database=database,
            environment=environment,
            folder=folder,
        )


def _environment(sandbox: Sandbox, server: EmbeddedServer, folder: Path) -> dict[str, str]:
    ours = ("DISCORD_TOKEN", "DATABASE_URL", "NATS_URL")
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("POSTER_JUDGE_") and name not in ours
    }
    return clean | {
        "POSTER_JUDGE_DATA_DIR": str(folder / "data"),
        "POSTER_JUDGE_DISCORD_API_URL": sandbox.api_url,
        "POSTER_JUDGE_CDN_HOSTS": ",".join(sandbox.cdn_hosts),
        # One member of one server stands for all of them.
        "POSTER_JUDGE_MEMBER_POSTERS_PER_MINUTE": "0",
        "POSTER_JUDGE_SERVER_POSTERS_PER_MINUTE": "0",
        "DISCORD_TOKEN": sandbox.token,
        "NATS_URL": server.url,
    }


@asynccontextmanager
async def _process(
    name: str, command: list[str], environment: Mapping[str, str], folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that ends with the block, and with this process if that is killed. Its log is `NAME.log`."""
    with (folder / f"{name}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(),
        )
    try:
        yield process
    except BaseException:
        # The folder goes; what the process had to say about the failure stays.
        sys.stderr.write((folder / f"{name}.log").read_text(errors="replace"))
        raise
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_TIMEOUT):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _until_engine(broker: Broker, engine: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(START_TIMEOUT):
        while not any(beat.kind == "engine" for beat in await all_heartbeats(broker)):
            if engine.returncode is not None:
                raise RuntimeError(f"The engine ended with {engine.returncode} before it was ready.")
            await asyncio.sleep(0.1)
