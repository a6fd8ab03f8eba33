"""Our processes as real ones that know each other, around a real queue and the sandbox, for tests to kill."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from nats.js.api import StreamState

from broker import streams
from broker.connection import Broker, connected
from broker.embedded import EmbeddedServer, running_server_url
from broker.heartbeats import all_heartbeats
from broker.settings import BrokerSettings
from models.database import Database
from models.database_settings import DatabaseSettings
from models.fail_points import VARIABLE
from models.repositories import ReplyRepository
from models.tables import Prediction, PredictionState, Reply
from posters.store import PosterStore
from sandbox import Interaction, Sandbox
from tests.end_to_end.processes import Process, family, until_gone
from tests.end_to_end.wire import Wire

SETTINGS = {
    "POSTER_JUDGE_RUNTIME": "fake",
    "POSTER_JUDGE_INTAKE_WORKERS": "1",
    "POSTER_JUDGE_RESUME_AFTER": "1",
    "POSTER_JUDGE_QUEUE_ACK_WAIT": "1",
    "POSTER_JUDGE_QUEUE_LIMIT": "20",
}
"""What starts fast and is soon taken up again."""

BROKER_SETTINGS = BrokerSettings(queue_limit=20, queue_ack_wait=1.0)
"""The same, for the test's own connections."""


class House:
    """Starts processes that know each other: bot and engine alone, or the launcher with both below it."""

    def __init__(self, sandbox: Sandbox, nats: EmbeddedServer, broker: Broker, wire: Wire, data_dir: Path) -> None:
        self.sandbox = sandbox
        self.nats = nats
        """The queue of all processes but those of a launcher that brings its own."""
        self.broker = broker
        """The test's own connection to it."""
        self.wire = wire
        """Between that queue and them."""
        self.data_dir = data_dir
        self.processes: list[Process] = []
        self._launcher_has_queue = False
        self.environment = SETTINGS | {
            "POSTER_JUDGE_DATA_DIR": str(data_dir),
            "POSTER_JUDGE_DISCORD_API_URL": sandbox.api_url,
            "POSTER_JUDGE_CDN_HOSTS": ",".join(sandbox.cdn_hosts),
            "DISCORD_TOKEN": sandbox.token,
        }

    @property
    def nats_url(self) -> str:
        """Of the queue, by way of the wire."""
        return self.nats.url.replace(f":{urlsplit(self.nats.url).port}", f":{self.wire.port}")

    async def start(self, *arguments: str, fail_at: str = "", **settings: str) -> Process:
        """Starts a process that knows the queue; with `fail_at` it stops where it reaches that fail point."""
        environment = self.environment | {"NATS_URL": self.nats_url, VARIABLE: fail_at} | settings
        process = await Process.start(*arguments, cwd=self.data_dir, **environment)
        self.processes.append(process)
        return process

    async def start_bot(self, fail_at: str = "", **settings: str) -> Process:
        """Starts a bot and waits until it is on Discord."""
        process = await self.start("bot", fail_at=fail_at, **settings)
        await self.sandbox.bot_connected(timeout=30)
        return process

    async def start_engine(self, fail_at: str = "", **settings: str) -> Process:
        """Starts an engine and waits for its first sign of life."""
        before = await self._engines()
        process = await self.start("engine", "serve", fail_at=fail_at, **settings)
        async with asyncio.timeout(60):
            while not await self._engines() - before:
                await asyncio.sleep(0.05)
        return process

    async def start_up(self, fail_at: str = "", *, own_queue: bool = True) -> Process:
        """Starts the launcher and waits until its bot is on Discord."""
        settings = {"NATS_URL": ""} if own_queue else {}
        self._launcher_has_queue = own_queue
        process = await self.start("up", fail_at=fail_at, **settings)
        await self.sandbox.bot_connected(timeout=60)
        return process

    async def stopped(self) -> psutil.Process:
        """The process that stopped at its fail point, once it did."""
        async with asyncio.timeout(40):
            while True:
                for process in (process for ours in self.processes for process in family(ours)):
                    with suppress(psutil.NoSuchProcess):
                        if process.status() == psutil.STATUS_STOPPED:
                            return process
                await asyncio.sleep(0.02)

    async def kill(self, process: Process) -> None:
        """Kills a process; what it started has to end with it."""
        children = family(process)[1:]
        await process.kill()
        await until_gone(children)

    async def replace(self, process: Process) -> Process:
        """Kills a process, and starts another one of its kind as the launcher would."""
        await self.kill(process)
        return await self.start(*process.arguments)

    async def replace_queue(self) -> None:
        """Kills the queue's server, and starts it again as the launcher would."""
        psutil.Process(self.nats.pid).kill()
        await self.nats.wait()
        await self.wire.drop()
        await self.nats.start()

    def owner(self, process: psutil.Process) -> Process:
        """The one of ours that a process is, or is below."""
        return next(ours for ours in self.processes if process in family(ours))

    async def reply(self, interaction: Interaction) -> Reply | None:
        """What the bot remembers of an interaction."""
        database = Database(DatabaseSettings(data_dir=self.data_dir).url())
        try:
            async with database.reading() as session:
                return await ReplyRepository(session).get(int(interaction.id))
        finally:
            await database.close()

    async def until_known(self, interaction: Interaction) -> None:
        """Until the interaction has its row."""
        async with asyncio.timeout(40):
            while await self.reply(interaction) is None:
                await asyncio.sleep(0.02)

    async def until_in_state(self, interaction: Interaction, state: PredictionState) -> None:
        """Until the interaction's only prediction is in a state."""
        async with asyncio.timeout(40):
            while (reply := await self.reply(interaction)) is None or reply.predictions[0].state is not state:
                await asyncio.sleep(0.02)

    async def final_row(self, interaction: Interaction) -> Prediction:
        """The interaction's only prediction, once it is final."""
        reply = None
        try:
            async with asyncio.timeout(60):
                while True:
                    reply = await self.reply(interaction)
                    if reply is not None and all(row.finished_at for row in reply.predictions):
                        (row,) = reply.predictions
                        return row
                    await asyncio.sleep(0.05)
        except TimeoutError:
            states = [row.state for row in reply.predictions] if reply else "no row"
            raise AssertionError(f"Not final: {states}") from None

    async def has_poster(self, poster_id: str) -> bool:
        """Whether the poster lies in the store."""
        return await PosterStore.open(self.data_dir / "posters").exists(poster_id)

    async def until_queues_are_empty(self) -> None:
        """Until no request waits for an engine and no result for a bot."""
        await self.until_empty(streams.REQUESTS)
        await self.until_empty(streams.RESULTS)

    async def until_empty(self, stream: str) -> None:
        """Until no message is in a stream."""
        await self._until(stream, lambda state: state.messages == 0)

    async def until_published(self, stream: str) -> None:
        """Until a message got to a stream, whether or not it is there still."""
        await self._until(stream, lambda state: state.last_seq > 0)

    async def _until(self, stream: str, fits: Callable[[StreamState], bool]) -> None:
        async with asyncio.timeout(40), self._queue() as broker:
            while not fits((await broker.js.stream_info(stream)).state):
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def _queue(self) -> AsyncIterator[Broker]:
        if not self._launcher_has_queue:
            yield self.broker
            return
        url = running_server_url(self.data_dir)
        assert url is not None
        async with connected(url, BROKER_SETTINGS, name="test") as broker:
            yield broker

    async def _engines(self) -> set[str]:
        return {beat.id for beat in await all_heartbeats(self.broker) if beat.kind == "engine"}
