"""How long a retraining of the heads takes on many corrected posters: from the request to the published version.

Run it as `python -m bench.retraining`. A real queue, SQLite, the starter version as champion and a real
`poster-judge trainer`; the posters' features are drawn, their labels drawn from what the champion says of them.
"""

import asyncio
import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from sqlalchemy import insert

from broker.connection import connected
from broker.embedded import EmbeddedServer
from broker.settings import BrokerSettings
from broker.training import request_training
from launcher.parent_death import die_with_parent
from migrations.upgrade import upgrade
from model_engine.float16 import as_float16
from model_engine.learning.losses import answers
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from model_engine.versions import Version
from models.database import Database
from models.database_settings import DatabaseSettings
from models.genres import GENRES
from models.repositories import TrainingRunRepository
from models.scores import BIN_CENTRES
from models.snowflakes import DISCORD_EPOCH
from models.tables import (
    ACTIVE_STATES,
    Feedback,
    FeedbackKind,
    FeedbackWay,
    Poster,
    Prediction,
    PredictionState,
    Reply,
    TrainingRun,
)
from models.versions import STARTER_VERSION

NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)
MEMBERS: Final = 200
WORDS_A_POSTER: Final = 3
AT_ONCE: Final = 1_000

Row = dict[str, Any]


async def fill(database: Database, champion: Version, posters: int) -> None:
    """Writes posters, judgements of them, and what members said."""
    chance = np.random.default_rng(1)
    numbers = itertools.count(1)
    for start in range(0, posters, AT_ONCE):
        count = min(AT_ONCE, posters - start)
        features = np.abs(chance.normal(0.3, 0.4, (count, len(champion.heads().genre_kernel))))
        genres, bins = answers(champion.heads(), champion.calibration, features)
        drawn = chance.random(genres.shape) < genres
        scores = [round(float(chance.choice(BIN_CENTRES, p=one / one.sum())), 1) for one in bins]
        rows = [_rows(start + row, features[row], drawn[row], scores[row], numbers, chance) for row in range(count)]
        async with database.writing() as session:
            for index, table in enumerate((Poster, Reply, Prediction, Feedback)):
                await session.execute(insert(table), [row for own in rows for row in own[index]])


def _rows(
    number: int,
    features: np.ndarray,
    genres: np.ndarray,
    score: float,
    numbers: Iterator[int],
    chance: np.random.Generator,
) -> tuple[list[Row], ...]:
    poster_id, reply_id = f"{number:064x}", next(numbers)
    look = int(chance.integers(-(2**63), 2**63))
    poster = {"id": poster_id, "width": 200, "height": 300, "size": 9, "created_at": NOW, "group_id": f"{number:032x}",
              "perceptual_hash": look}  # fmt: skip
    reply = {"id": reply_id, "application_id": 1, "token_expires_at": NOW, "channel_id": 1, "user_id": 1,
             "private": False, "created_at": NOW}  # fmt: skip
    prediction = {
        "id": f"{reply_id:032x}", "reply_id": reply_id, "position": 0, "state": PredictionState.ANSWERED,
        "poster_id": poster_id, "received_at": NOW, "deadline_at": NOW, "cause": "", "explanation": "",
        "backbone": "efficientnet-lite0", "features": as_float16(features).tobytes(),
    }  # fmt: skip
    named = [GENRES[index] for index in np.flatnonzero(genres)] or ["Drama"]
    words = [
        {"source_id": next(numbers), "poster_id": poster_id, "private": False, "user_id": _member(int(who)),
         "kind": kind, "value": value, "way": FeedbackWay.BUTTON, "created_at": NOW}
        for who in chance.choice(MEMBERS, WORDS_A_POSTER, replace=False)
        for kind, value in ((FeedbackKind.GENRES, named), (FeedbackKind.SCORE, score))
    ]  # fmt: skip
    return [poster], [reply], [prediction], words


def _member(number: int) -> int:
    return (int((NOW - timedelta(days=400)).timestamp() * 1000) - DISCORD_EPOCH << 22) + number


async def ask(database: Database) -> TrainingRun:
    """A run as an operator asks for it."""
    async with database.writing() as session:
        return await TrainingRunRepository(session).add(
            waits=False, recipe="heads", epochs=None, note="", user_id=None, operator="bench", guild_id=None,
            channel_id=None, now=datetime.now(UTC),
        )  # fmt: skip


async def train(database: Database, nats: EmbeddedServer, folder: Path, run: TrainingRun) -> None:
    """Lets a trainer do the run, and tells how long each step took."""
    environment = {"NATS_URL": nats.url, "POSTER_JUDGE_DATA_DIR": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "launcher", "trainer", "--until-idle"), env=environment, preexec_fn=die_with_parent()
    )
    step, since = "start", began
    while run.state in ACTIVE_STATES and process.returncode is None:
        await asyncio.sleep(0.1)
        async with database.reading() as session:
            run = await TrainingRunRepository(session).find(run.id) or run
        if run.step not in (step, "") or run.state not in ACTIVE_STATES:
            print(f"{step}: {time.perf_counter() - since:.1f} s")
            step, since = run.step, time.perf_counter()
    took = time.perf_counter() - began
    await process.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"run: {run.state}, {took:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of CPU, {used.ru_maxrss / 1e3:.0f} MB"
    )
    for check in (run.report or {}).get("checks", ()):
        print(f"  {check['name']}: {check['words']}")


async def measure(posters: int, folder: Path) -> None:
    """All of it, in an empty database."""
    url = DatabaseSettings(data_dir=folder).url()
    upgrade(url)
    database, nats = Database(url), EmbeddedServer(folder)
    champion = VersionStore.from_settings(EngineSettings(data_dir=folder)).load(STARTER_VERSION)
    await nats.start()
    try:
        await fill(database, champion, posters)
        run = await ask(database)
        async with connected(nats.url, BrokerSettings(), name="bench") as broker:
            await request_training(broker, run.id)
        await train(database, nats, folder, run)
    finally:
        await database.close()
        await nats.stop()


def main(posters: Annotated[int, typer.Option(min=10, help="Corrected posters.")] = 10_000) -> None:
    """Measure a retraining of the heads."""
    with tempfile.TemporaryDirectory(prefix="poster-judge-bench-") as name:
        asyncio.run(measure(posters, Path(name)))


if __name__ == "__main__":
    typer.run(main)
