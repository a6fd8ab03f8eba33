"""What tests of the bot act in: members on one side, the queue on the other, the bot between."""

import asyncio
import io
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from pydantic import SecretStr

from bot.running import run
from bot.settings import BotSettings
from broker.connection import Broker
from broker.errors import BrokerUnavailable
from broker.judging import RequestQueue, publish_result
from broker.settings import BrokerSettings
from broker.work_queues import Delivery
from models.database import Database
from models.database_settings import DatabaseSettings
from models.genres import GENRES
from models.judgements import Judgement, ScoreJudgement
from models.messages import JudgeRequest, JudgeResult, ResultKind, Timings
from models.repositories import ReplyRepository
from models.tables import Prediction, Reply
from posters.settings import PosterSettings
from sandbox import Sandbox, Upload
from tests.databases import migrate


def poster(colour: str = "darkred", size: tuple[int, int] = (200, 300), image_format: str = "JPEG") -> bytes:
    """A picture that the project drew itself."""
    picture = Image.new("RGB", size, colour)
    ImageDraw.Draw(picture).ellipse((20, 40, size[0] - 20, size[1] // 2), fill="gold")
    buffer = io.BytesIO()
    picture.save(buffer, image_format)
    return buffer.getvalue()


def upload(data: bytes | None = None, name: str = "poster.jpg", **declared: Any) -> Upload:
    """A member's upload."""
    return Upload(name, poster() if data is None else data, **declared)


def judgement(horror: float = 0.8, p_good: float = 0.3) -> Judgement:
    """A judgement that likes horror."""
    genres = dict.fromkeys(GENRES, 0.02) | {"Horror": horror, "Thriller": 0.4}
    distribution = [0.0] * 20
    distribution[12], distribution[14] = 1 - p_good, p_good
    return Judgement(
        model_version="starter-3", genres=genres, score=ScoreJudgement.from_distribution(tuple(distribution))
    )


class Scene:
    """A bot that can be stopped, killed and started; an engine that the test plays."""

    def __init__(
        self, sandbox: Sandbox, nats_url: str, broker: Broker, data_dir: Path, database_url: str | None = None
    ) -> None:
        self.sandbox = sandbox
        self.broker = broker
        self.data_dir = data_dir
        self._nats_url = nats_url
        self._task: asyncio.Task[None] | None = None
        self._queue: RequestQueue | None = None
        self.database_settings = DatabaseSettings(
            data_dir=data_dir, database_url=SecretStr(database_url) if database_url else None
        )

    async def start_bot(self, *, name: str | None = "bot-under-test", **settings: Any) -> None:
        """Starts the bot and waits until it is on Discord with its commands."""
        migrate(self.database_settings.url())
        self._task = asyncio.create_task(
            run(
                settings=BotSettings(
                    **{
                        "data_dir": self.data_dir,
                        "discord_token": SecretStr(self.sandbox.token),
                        "discord_api_url": self.sandbox.api_url,
                        "resume_after": 0.5,
                    }
                    | settings
                ),
                poster_settings=PosterSettings(
                    data_dir=self.data_dir, cdn_hosts=self.sandbox.cdn_hosts, intake_workers=1
                ),
                broker_settings=BrokerSettings(queue_limit=5, queue_ack_wait=1.0),
                database_settings=self.database_settings,
                nats_url=self._nats_url,
                name=name,
            )
        )
        connected = asyncio.create_task(self.sandbox.bot_connected(timeout=20))
        await asyncio.wait([self._task, connected], return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            connected.cancel()
            self._task.result()
        await connected

    @property
    def bot_runs(self) -> bool:
        """Whether the bot that was started has not ended."""
        return self._task is not None and not self._task.done()

    async def stop_bot(self) -> None:
        """Ends the bot; nothing that it had in hand is finished."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self.sandbox.bot_disconnected()
            self._task = None

    async def next_request(self) -> Delivery[JudgeRequest]:
        """What an engine would pull next."""
        if self._queue is None:
            self._queue = await RequestQueue.open(self.broker)
        async with asyncio.timeout(20):
            while True:
                with suppress(BrokerUnavailable):  # A test may have killed the queue.
                    for delivery in await self._queue.pull(1, wait=2):
                        return delivery

    async def answer(self, delivery: Delivery[JudgeRequest], **changes: Any) -> None:
        """Answers a request as an engine would."""
        await self.send_result(delivery, **changes)
        await delivery.acknowledge()

    async def send_result(self, delivery: Delivery[JudgeRequest], **changes: Any) -> None:
        """Sends a result without acknowledging the request."""
        result = {
            "kind": ResultKind.JUDGED,
            "judgement": judgement(),
            "backbone": "efficientnet-lite0",
            "features": b"\x00\x3c" * 1280,
            "timings": Timings(infer=3.0, batch_size=1),
        } | changes
        await publish_result(
            self.broker,
            JudgeResult(prediction_id=delivery.body.prediction_id, engine="test", runtime="fake", **result),
        )

    async def reply_row(self, interaction: Any) -> Reply | None:
        """What the bot remembers of an interaction."""
        database = Database(self.database_settings.url())
        try:
            async with database.reading() as session:
                return await ReplyRepository(session).get(int(interaction.id))
        finally:
            await database.close()

    async def final_row(self, interaction: Any) -> Prediction:
        """The interaction's only prediction, once it is final."""
        async with asyncio.timeout(20):
            while True:
                reply = await self.reply_row(interaction)
                if reply is not None and all(row.finished_at for row in reply.predictions):
                    (row,) = reply.predictions
                    return row
                await asyncio.sleep(0.02)
