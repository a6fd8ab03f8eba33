"""`poster-judge up`: everything on one machine, started in order, watched, ended in order."""

import asyncio
import json
import secrets
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
import typer

from bot.settings import BotSettings
from broker.cancelling import cancel_all
from broker.connection import Broker, connected
from broker.embedded import EmbeddedServer
from broker.errors import BrokerError, BrokerMisconfigured
from broker.heartbeats import all_heartbeats
from broker.settings import BrokerSettings
from launcher.children import Child, ChildMisconfigured
from launcher.configuration import Unavailable
from launcher.data_lock import alone
from launcher.parent_death import die_with_parent
from launcher.queue_keeper import keep_queue_alive
from launcher.training_on_demand import train_on_demand
from migrations.upgrade import DatabaseNotReady, upgrade
from model_engine.learning.settings import LearningSettings
from model_engine.settings import EngineSettings
from models.database_settings import DatabaseSettings
from models.messages import Heartbeat
from models.settings import SettingsError, load
from posters.settings import PosterSettings

log = structlog.get_logger(__name__)

POLL_INTERVAL: Final = 0.1
"""Seconds between looks at whether a part is up."""

SANDBOX_TIMEOUT: Final = 30.0
"""Seconds until the sandbox has to listen."""

STARTING_WORD_AFTER: Final = 30.0
"""Seconds after which a start that is not complete says what it still waits for."""


@dataclass
class Parts:
    """What was started, in this order."""

    server: EmbeddedServer | None = None
    children: list[Child] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    """What the children need to find each other."""
    page: str | None = None
    """Address of the sandbox's page; None when the bot joins Discord."""


async def run_up(sandbox_port: int) -> None:
    """Runs everything until SIGTERM or SIGINT.

    Raises:
        SettingsError: a setting is wrong.
        Unavailable: another `up` uses the data directory, or a part cannot be started.
    """
    bot, broker_settings, database = load(BotSettings), load(BrokerSettings), load(DatabaseSettings)
    for group in (PosterSettings, EngineSettings, LearningSettings):
        load(group)  # Wrong values are told here, once, and not by every child.
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(bot.data_dir))
        parts = Parts()
        stack.push_async_callback(_stop, parts)
        stopping = _stop_on_signals()
        url = await _start_queue(parts, broker_settings)
        await _migrate(database)
        if bot.discord_token is None:
            await _start_sandbox(parts, bot.data_dir, sandbox_port)
        parts.children += [
            Child("engine", ["engine", "serve"], parts.environment),
            Child("bot", ["bot"], parts.environment),
        ]
        try:
            broker = await stack.enter_async_context(connected(url, broker_settings, name="up"))
        except BrokerMisconfigured as error:
            raise SettingsError(str(error)) from None
        except BrokerError as error:
            raise Unavailable(str(error)) from None
        await _watch(parts, broker, bot.data_dir, database, stopping)


def _stop_on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


async def _start_queue(parts: Parts, settings: BrokerSettings) -> str:
    if settings.nats_url is not None:
        return settings.nats_url.get_secret_value()
    parts.server = EmbeddedServer(settings.data_dir, before_exec=die_with_parent())
    try:
        await parts.server.start()
    except BrokerError as error:
        raise Unavailable(str(error)) from None
    parts.environment["NATS_URL"] = parts.server.url
    return parts.server.url


async def _migrate(database: DatabaseSettings) -> None:
    try:
        await asyncio.to_thread(upgrade, database.url())
    except DatabaseNotReady as error:
        raise Unavailable(str(error)) from None


async def _start_sandbox(parts: Parts, data_dir: Path, port: int) -> None:
    ready_file = data_dir / "run" / "sandbox.json"
    ready_file.parent.mkdir(parents=True, exist_ok=True)
    ready_file.unlink(missing_ok=True)
    token = secrets.token_urlsafe(32)
    sandbox = Child(
        "sandbox",
        ["sandbox", "--port", str(port), "--ready-file", str(ready_file)],
        {"SANDBOX_TOKEN": token, "SANDBOX_APPLICATION_NAME": "Poster Judge"},
    )
    parts.children.append(sandbox)
    sandbox.start()
    ready = await _first_content(ready_file, sandbox)
    parts.page = ready["page_url"]
    parts.environment |= {
        "DISCORD_TOKEN": token,
        "POSTER_JUDGE_DISCORD_API_URL": ready["api_url"],
        "POSTER_JUDGE_CDN_HOSTS": ready["cdn_host"],
    }


async def _first_content(ready_file: Path, sandbox: Child) -> dict[str, str]:
    try:
        async with asyncio.timeout(SANDBOX_TIMEOUT):
            while not ready_file.exists():
                if sandbox.failed:
                    raise Unavailable("The sandbox did not start; is its port taken? Choose one with --sandbox-port.")
                await asyncio.sleep(POLL_INTERVAL)
    except TimeoutError:
        raise Unavailable("The sandbox did not start in time.") from None
    return json.loads(ready_file.read_text())


async def _watch(
    parts: Parts, broker: Broker, data_dir: Path, database: DatabaseSettings, stopping: asyncio.Event
) -> None:
    for child in parts.children:
        child.start()
    tasks = [asyncio.create_task(child.wait()) for child in parts.children]
    trainer = Child("trainer", ["trainer", "--until-idle"], parts.environment)
    parts.children.append(trainer)
    tasks.append(asyncio.create_task(train_on_demand(database.url(), trainer)))
    if parts.server is not None:
        tasks.append(asyncio.create_task(keep_queue_alive(parts.server, broker, data_dir)))
    announcing = asyncio.create_task(_announce(parts, broker))
    stop = asyncio.create_task(stopping.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except ChildMisconfigured as error:
        raise SettingsError(f"The {error} cannot be started with these settings; see the line above.") from None
    finally:
        await cancel_all((*tasks, announcing, stop))


async def _announce(parts: Parts, broker: Broker) -> None:
    """Prints the one line that says that all is ready and where to go."""
    waited = 0.0
    started = time.time()
    while True:
        # Entries of processes that a former run left behind say nothing about these.
        beats = [beat for beat in await _beats(broker) if beat.at > started]
        bot = _find(beats, lambda beat: beat.kind == "bot" and beat.state == "ready")
        engine = _find(beats, lambda beat: beat.kind == "engine" and beat.state == "ready")
        if bot and engine:
            break
        await asyncio.sleep(POLL_INTERVAL)
        waited += POLL_INTERVAL
        if abs(waited - STARTING_WORD_AFTER) < POLL_INTERVAL / 2:
            missing = " and ".join(name for name, beat in (("engine", engine), ("bot", bot)) if beat is None)
            typer.echo(f"Still waiting for the {missing}; the log above says why.")
    if parts.page is not None:
        typer.echo(f"Ready. There is no DISCORD_TOKEN, so this is the sandbox, a local Discord: open {parts.page}")
    else:
        typer.echo(f"Ready. The bot is on Discord; to add it to a server, open {bot.detail}")


async def _beats(broker: Broker) -> list[Heartbeat]:
    try:
        return await all_heartbeats(broker)
    except BrokerError:
        return []


def _find(beats: list[Heartbeat], fits: Callable[[Heartbeat], bool]) -> Heartbeat | None:
    return next((beat for beat in beats if fits(beat)), None)


async def _stop(parts: Parts) -> None:
    # The bot first, so that nothing new comes; the queue last, so that what is in hand still gets through.
    for child in reversed(parts.children):
        await child.stop()
    if parts.server is not None:
        await parts.server.stop()
