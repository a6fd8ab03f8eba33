"""A house of real processes."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.settings import BrokerSettings
from models.database_settings import DatabaseSettings
from sandbox import Sandbox, SandboxConfig
from tests.databases import migrate
from tests.end_to_end.house import BROKER_SETTINGS, House
from tests.end_to_end.wire import Wire


@pytest.fixture
def broker_settings() -> BrokerSettings:
    return BROKER_SETTINGS


@pytest.fixture
async def wire(nats_server: EmbeddedServer) -> AsyncIterator[Wire]:
    port = urlsplit(nats_server.url).port
    assert port is not None
    wire = Wire(port)
    await wire.mend()
    yield wire
    await wire.cut()


@pytest.fixture
async def house(nats_server: EmbeddedServer, broker: Broker, wire: Wire, tmp_path: Path) -> AsyncIterator[House]:
    data_dir = tmp_path / "house"
    data_dir.mkdir()
    migrate(DatabaseSettings(data_dir=data_dir).url())
    openapi = os.environ.get("SANDBOX_OPENAPI")
    config = SandboxConfig(openapi=Path(openapi) if openapi else None)
    async with Sandbox.start(config) as sandbox:
        house = House(sandbox, nats_server, broker, wire, data_dir)
        yield house
        for process in house.processes:
            await house.kill(process)
        assert sandbox.breaches == []


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield session
