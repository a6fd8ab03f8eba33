"""`poster-judge up` starts a trainer when a run is asked for."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import psutil

from broker.connection import connected
from broker.embedded import running_server_url
from broker.settings import BrokerSettings
from broker.training import request_training
from models.database import Database
from models.database_settings import DatabaseSettings
from models.repositories import TrainingRunRepository
from models.tables import ACTIVE_STATES, RunState
from tests.end_to_end.up import QUICK, start, status


async def test_a_run_that_is_asked_for_starts_a_trainer_which_ends_by_itself(tmp_path: Path) -> None:
    up, _ = await start(tmp_path / "data", **QUICK)
    database = Database(DatabaseSettings(data_dir=tmp_path / "data").url())
    try:
        async with database.writing() as session:
            run = await TrainingRunRepository(session).add(
                waits=False, recipe="heads", epochs=None, note="", user_id=None, operator="test", guild_id=None,
                channel_id=None, now=datetime.now(UTC),
            )  # fmt: skip
        url = running_server_url(tmp_path / "data")
        assert url is not None
        async with connected(url, BrokerSettings(), name="test") as broker, asyncio.timeout(60):
            await request_training(broker, run.id)
            while run.state in ACTIVE_STATES:
                await asyncio.sleep(0.1)
                async with database.reading() as session:
                    found = await TrainingRunRepository(session).find(run.id)
                assert found is not None
                run = found
            assert (run.state, run.cause) == (RunState.FAILED, "no_corrections")
            while any(child.cmdline()[-1:] == ["--until-idle"] for child in psutil.Process(up.pid).children()):
                await asyncio.sleep(0.1)
        assert (await status(tmp_path / "data"))["trainers"] == []
    finally:
        await database.close()
        assert await up.stop() == 0
