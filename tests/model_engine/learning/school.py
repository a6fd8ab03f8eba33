"""A trainer among real parts: queue, database, poster store, version store, and a small champion."""

import asyncio
import io
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from broker import streams
from broker.connection import Broker
from broker.training import TrainingQueue, request_training
from model_engine.float16 import as_float16
from model_engine.learning.ledger import Ledger
from model_engine.learning.trainer import Trainer
from model_engine.learning.work import Work
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from model_engine.versions import Version
from models.database import Database
from models.learning_recipes import LearningRecipe
from models.repositories.promotions import PromotionRepository
from models.repositories.training_runs import TrainingRunRepository
from models.snowflakes import DISCORD_EPOCH
from models.tables import (
    Feedback,
    FeedbackKind,
    FeedbackWay,
    Poster,
    Prediction,
    PredictionState,
    Reply,
    RunState,
    TrainingRun,
)
from posters.intake import normalise
from posters.limits import Limits
from posters.store import PosterStore
from tests.model_engine.learning.small_champion import BACKBONE, WIDTH

NOW = datetime(2026, 11, 21, tzinfo=UTC)
GUILD = 77


def member(number: int) -> int:
    """An account of more than a year."""
    return (int((NOW - timedelta(days=400)).timestamp() * 1000) - DISCORD_EPOCH << 22) + number


class School:
    """Starts trainers, and asks what became of runs."""

    def __init__(self, broker: Broker, database: Database, champion: Version, data_dir: Path) -> None:
        self.broker = broker
        self.database = database
        self.settings = EngineSettings(data_dir=data_dir, runtime="onnx")
        self.store = PosterStore.open(data_dir / "posters")
        self.versions = VersionStore.from_settings(self.settings)
        self.versions.publish(champion.folder)
        self.data_dir = data_dir
        self.stopping = asyncio.Event()
        self._numbers = itertools.count(1)
        self._trainers = itertools.count(1)

    async def promote(self, version: str) -> None:
        """Makes a version champion."""
        async with self.database.writing() as session:
            promotions = PromotionRepository(session)
            latest = await promotions.latest()
            await promotions.add(
                version, follows=latest, rollback=False, user_id=None, operator="test", reason="", now=NOW
            )

    async def correct(self, posters: int, *, seed: int = 1, kept: bool = True) -> list[str]:
        """Two members agree on as many posters, whose first feature decides; gives the posters' ids."""
        features = np.random.default_rng(seed).normal(0, 1, (posters, WIDTH))
        ids = []
        async with self.database.writing() as session:
            for row in features:
                number = next(self._numbers)
                poster_id = f"{seed:08x}{number:056x}"
                ids.append(poster_id)
                session.add(
                    Poster(id=poster_id, width=2, height=3, size=9, created_at=NOW, group_id=f"g{seed}-{number}")
                )
                await session.flush()
                if kept:
                    session.add(self._judged(poster_id, number, as_float16(row).tobytes()))
                session.add_all(self._words(poster_id, horror=row[0] > 0))
        return ids

    async def correct_picture(self, picture: Image.Image, group: str = "picture", *, horror: bool = True) -> None:
        """Two members agree on a picture that is in the poster store, and whose judgement is gone."""
        packed = io.BytesIO()
        picture.save(packed, "PNG")
        poster = normalise(packed.getvalue(), Limits())
        await self.store.put(poster)
        async with self.database.writing() as session:
            session.add(
                Poster(
                    id=poster.sha256,
                    width=2,
                    height=3,
                    size=9,
                    created_at=NOW,
                    group_id=group,
                    perceptual_hash=poster.perceptual_hash,
                )
            )
            await session.flush()
            session.add_all(self._words(poster.sha256, horror=horror))

    async def ask(self, **values: Any) -> int:
        """Asks for a run as the bot does; gives its id."""
        plain = {
            "waits": False,
            "recipe": LearningRecipe.HEADS,
            "epochs": None,
            "note": "",
            "user_id": None,
            "operator": "test",
            "guild_id": None,
            "channel_id": None,
            "now": datetime.now(UTC),
        }
        async with self.database.writing() as session:
            run = await TrainingRunRepository(session).add(**plain | values)
        await request_training(self.broker, run.id)
        return run.id

    def trainer(self, **values: Any) -> Trainer:
        """A trainer that ends when nothing is asked for any more; `queue` has to be given."""
        ledger = Ledger(self.database, self.stopping)
        golden = values.pop("golden", None)
        work = Work(
            database=self.database,
            ledger=ledger,
            store=self.store,
            versions=self.versions,
            settings=self.settings,
            anchors=values.pop("anchors", None),
            golden=golden,
        )
        return Trainer(
            broker=self.broker,
            ledger=ledger,
            work=work,
            name=f"trainer-{next(self._trainers)}",
            stopping=self.stopping,
            until_idle=True,
            **values,
        )

    async def train(self, **values: Any) -> None:
        """Lets a trainer work until nothing is asked for any more."""
        async with asyncio.timeout(90):
            await self.trainer(queue=await TrainingQueue.open(self.broker), **values).run()

    async def run(self, run_id: int) -> TrainingRun:
        """The run's row."""
        async with self.database.reading() as session:
            run = await TrainingRunRepository(session).find(run_id)
        assert run is not None
        return run

    async def asked_and_ended(self, recipe: LearningRecipe = LearningRecipe.HEADS, **values: Any) -> TrainingRun:
        """A run that was asked for and that a trainer brought to an end."""
        run_id = await self.ask(recipe=recipe)
        await self.train(**values)
        run = await self.run(run_id)
        assert run.state in (RunState.DONE, RunState.FAILED, RunState.CANCELLED)
        assert run.slot is None
        assert await self.requests() == 0
        return run

    async def requests(self) -> int:
        """Requests that are in the queue, taken or not."""
        return (await self.broker.js.stream_info(streams.TRAININGS)).state.messages

    def _judged(self, poster_id: str, number: int, features: bytes) -> Reply:
        reply = Reply(
            id=number,
            application_id=2,
            token=None,
            token_expires_at=NOW,
            guild_id=GUILD,
            channel_id=4,
            user_id=member(1),
            private=False,
            created_at=NOW,
        )
        reply.predictions = [
            Prediction(
                id=f"{number:032x}",
                position=0,
                state=PredictionState.ANSWERED,
                poster_id=poster_id,
                received_at=NOW,
                deadline_at=NOW,
                backbone=BACKBONE,
                features=features,
            )
        ]
        return reply

    def _words(self, poster_id: str, *, horror: bool) -> list[Feedback]:
        return [
            Feedback(
                source_id=next(self._numbers),
                poster_id=poster_id,
                guild_id=GUILD,
                private=False,
                user_id=member(who),
                kind=kind,
                value=value,
                way=FeedbackWay.BUTTON,
                created_at=NOW,
            )
            for who in (1, 2)
            for kind, value in (
                (FeedbackKind.GENRES, ["Horror"] if horror else ["Comedy"]),
                (FeedbackKind.SCORE, 8.0 if horror else 4.0),
            )
        ]
