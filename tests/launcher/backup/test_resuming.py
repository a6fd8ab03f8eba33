"""What was open when the backup was made ends after the restore: the rows are the truth, and no queue is needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, update

from bot.judging.clock import now
from broker.connection import connected
from broker.embedded import EmbeddedServer
from broker.settings import BrokerSettings
from models.database import Database
from models.database_settings import DatabaseSettings
from models.tables import Prediction, PredictionState
from sandbox import Interaction, Sandbox, SandboxConfig
from tests.bot.scene import Scene, upload
from tests.launcher.backup.stock import backed_up, places_in, restored


@asynccontextmanager
async def scene_in(folder: Path, sandbox: Sandbox) -> AsyncIterator[Scene]:
    """A bot with a queue and a data directory of its own."""
    server = EmbeddedServer(folder / "nats")
    await server.start()
    async with connected(server.url, BrokerSettings(queue_limit=5, queue_ack_wait=1.0), name="test") as broker:
        scene = Scene(sandbox, server.url, broker, folder)
        await scene.start_bot()
        yield scene
        await scene.stop_bot()
    await server.stop()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.start(SandboxConfig(rate_limits=False)) as sandbox:
        yield sandbox


async def backup_with_an_open_judgement(
    tmp_path: Path, sandbox: Sandbox, *, private: bool = False, late: bool = False
) -> tuple[Path, Interaction]:
    """A backup made while the bot runs and an engine has the request; then that system is gone."""
    async with scene_in(tmp_path / "old", sandbox) as scene:
        interaction = await sandbox.member("alice").slash("judge", poster=upload(), private=private)
        await scene.next_request()
        file = await backed_up(places_in(tmp_path / "old", url_in(tmp_path / "old")), tmp_path / "backup.tar")
    if late:  # As when a day lies between the backup and the restore.
        later = places_in(tmp_path / "later", url_in(tmp_path / "later"))
        await restored(file, later)
        database = Database(later.database_url)
        async with database.writing() as session:
            await session.execute(update(Prediction).values(deadline_at=now() - timedelta(days=1)))
        await database.close()
        file = await backed_up(later, tmp_path / "late.tar")
    await restored(file, places_in(tmp_path / "new", url_in(tmp_path / "new")))
    return file, interaction


def url_in(folder: Path) -> URL:
    return DatabaseSettings(data_dir=folder).url()


async def test_an_open_judgement_is_judged_and_answered(tmp_path: Path, sandbox: Sandbox) -> None:
    _, interaction = await backup_with_an_open_judgement(tmp_path, sandbox)
    async with scene_in(tmp_path / "new", sandbox) as scene:
        row = (await scene.reply_row(interaction)).predictions[0]
        assert row.state is PredictionState.QUEUED
        delivery = await scene.next_request()
        assert delivery.body.poster_id == row.poster_id
        await scene.answer(delivery)
        assert "Horror" in (await interaction.reply()).text
        assert (await scene.final_row(interaction)).state is PredictionState.ANSWERED


async def test_one_whose_time_is_over_is_expired_and_told(tmp_path: Path, sandbox: Sandbox) -> None:
    _, interaction = await backup_with_an_open_judgement(tmp_path, sandbox, late=True)
    async with scene_in(tmp_path / "new", sandbox) as scene:
        assert (await scene.final_row(interaction)).state is PredictionState.EXPIRED
        assert "Horror" not in (await interaction.reply()).text


async def test_one_that_discord_takes_no_answer_to_ends_undelivered(tmp_path: Path, sandbox: Sandbox) -> None:
    _, interaction = await backup_with_an_open_judgement(tmp_path, sandbox, private=True, late=True)
    sandbox.expire_tokens()
    async with scene_in(tmp_path / "new", sandbox) as scene:
        row = await scene.final_row(interaction)
        assert (row.state, row.cause) == (PredictionState.UNDELIVERED, "token_expired")
