"""A small champion, and corrections that teach it something."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from broker.connection import Broker
from migrations.upgrade import upgrade
from model_engine.learning.snapshot import Snapshot, pack
from model_engine.learning.task import Task
from model_engine.versions import Version, load_version
from models import database as database_module
from models.database import Database
from models.database_settings import DatabaseSettings
from models.lessons import Lesson
from tests.model_engine.learning.school import School
from tests.model_engine.learning.small_champion import BACKBONE, NAME, WIDTH, write_small_champion


@pytest.fixture(scope="session")
def small_champion(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return load_version(write_small_champion(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="session")
def deep_champion(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A small one whose last stage can learn."""
    return load_version(write_small_champion(tmp_path_factory.mktemp("deep"), network="tiny-deep"))


def corrected(count: int, seed: int = 1) -> Snapshot:
    """Posters whose first feature decides between Horror and Comedy, and the score; three of ten measure."""
    features = np.random.default_rng(seed).normal(0, 1, (count, WIDTH)).astype("<f2")
    lessons = tuple(
        Lesson(
            group_id=f"{row:032x}",
            genres=("Horror",) if features[row, 0] > 0 else ("Comedy",),
            genre_weight=1.0,
            score=8.0 if features[row, 0] > 0 else 4.0,
            score_weight=0.6,
            measures=row % 10 != 1,
        )
        for row in range(count)
    )
    return Snapshot(
        champion=NAME,
        backbone=BACKBONE,
        lessons=lessons,
        held_out=tuple(row % 10 < 3 for row in range(count)),
        features=features.tobytes(),
        left_out={},
    )


def task_for(champion: Version, snapshot: Snapshot, golden: Path | None = None) -> Task:
    return Task(
        name="run-7",
        champion=champion,
        snapshot=snapshot,
        snapshot_hash=pack(snapshot)[1],
        attempt=1,
        epochs=None,
        requested_at=datetime.now(UTC),
        anchors=None,
        golden=golden,
    )


@pytest.fixture
async def school(
    broker: Broker, small_champion: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[School]:
    async with school_of(small_champion, broker, tmp_path, monkeypatch) as school:
        yield school


@pytest.fixture
async def deep_school(
    broker: Broker, deep_champion: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[School]:
    async with school_of(deep_champion, broker, tmp_path, monkeypatch) as school:
        yield school


@asynccontextmanager
async def school_of(
    champion: Version, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[School]:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT", 0.1)
    url = DatabaseSettings(data_dir=tmp_path / "data").url()
    upgrade(url)
    database = Database(url)
    school = School(broker, database, champion, tmp_path / "data")
    await school.promote(NAME)
    yield school
    await database.close()
