"""A house of real processes."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.settings import BrokerSettings
from migrations.upgrade import upgrade
from models.database import DatabaseSettings
from sandbox import Sandbox, SandboxConfig
from tests.end_to_end.house import House


@pytest.fixture
def broker_settings() -> BrokerSettings:
    return BrokerSettings(queue_limit=5, queue_ack_wait=1.0)


@pytest.fixture
async def house(nats_server: EmbeddedServer, broker: Broker, tmp_path: Path) -> AsyncIterator[House]:
    data_dir = tmp_path / "house"
    data_dir.mkdir()
    upgrade(DatabaseSettings(data_dir=data_dir).url())
    openapi = os.environ.get("SANDBOX_OPENAPI")
    config = SandboxConfig(openapi=Path(openapi) if openapi else None)
    async with Sandbox.start(config) as sandbox:
        house = House(sandbox, broker, nats_server.url, data_dir)
        yield house
        for process in reversed(house.processes):
            await process.stop()
        assert sandbox.breaches == []
