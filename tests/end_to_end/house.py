"""Bot and engine as real processes that know each other, around a real queue and the sandbox."""

import asyncio
from pathlib import Path

from broker import streams
from broker.connection import Broker
from broker.heartbeats import all_heartbeats
from models.database import Database, DatabaseSettings
from models.fail_points import VARIABLE
from models.repositories import ReplyRepository
from models.tables import Prediction
from posters.store import PosterStore
from sandbox import Interaction, Sandbox
from tests.end_to_end.processes import Process


class House:
    """Starts processes that know each other."""

    def __init__(self, sandbox: Sandbox, broker: Broker, nats_url: str, data_dir: Path) -> None:
        self.sandbox = sandbox
        self.broker = broker
        self.processes: list[Process] = []
        self._data_dir = data_dir
        self._environment = {
            "POSTER_JUDGE_DATA_DIR": str(data_dir),
            "POSTER_JUDGE_RESUME_AFTER": "1",
            "POSTER_JUDGE_QUEUE_ACK_WAIT": "1",
            "POSTER_JUDGE_QUEUE_LIMIT": "5",
            "POSTER_JUDGE_DISCORD_API_URL": sandbox.api_url,
            "POSTER_JUDGE_CDN_HOSTS": ",".join(sandbox.cdn_hosts),
            "DISCORD_TOKEN": sandbox.token,
            "NATS_URL": nats_url,
        }

    async def start(self, *arguments: str, fail_at: str = "") -> Process:
        """Starts a process; with `fail_at` it ends, as by `kill -9`, when it gets to that fail point."""
        environment = self._environment | {VARIABLE: fail_at}
        process = await Process.start(*arguments, cwd=self._data_dir, **environment)
        self.processes.append(process)
        return process

    async def start_bot(self, fail_at: str = "") -> Process:
        """Starts a bot and waits until it is on Discord."""
        process = await self.start("bot", fail_at=fail_at)
        await self.sandbox.bot_connected(timeout=30)
        return process

    async def start_engine(self, fail_at: str = "") -> Process:
        """Starts an engine and waits for its first sign of life."""
        before = await self._engines()
        process = await self.start("engine", "serve", fail_at=fail_at)
        async with asyncio.timeout(60):
            while not await self._engines() - before:
                await asyncio.sleep(0.05)
        return process

    async def final_row(self, interaction: Interaction) -> Prediction:
        """The interaction's only prediction, once it is final."""
        database = Database(DatabaseSettings(data_dir=self._data_dir).url())
        try:
            async with asyncio.timeout(40):
                while True:
                    async with database.reading() as session:
                        reply = await ReplyRepository(session).get(int(interaction.id))
                    if reply is not None and all(row.finished_at for row in reply.predictions):
                        (row,) = reply.predictions
                        return row
                    await asyncio.sleep(0.05)
        finally:
            await database.close()

    async def until_queues_are_empty(self) -> None:
        """Until no request waits for an engine and no result for a bot."""
        async with asyncio.timeout(30):
            for stream in (streams.REQUESTS, streams.RESULTS):
                while (await self.broker.js.stream_info(stream)).state.messages:
                    await asyncio.sleep(0.05)

    async def has_poster(self, poster_id: str) -> bool:
        """Whether the poster lies in the store."""
        return await PosterStore.open(self._data_dir / "posters").exists(poster_id)

    async def _engines(self) -> set[str]:
        return {beat.id for beat in await all_heartbeats(self.broker) if beat.kind == "engine"}
