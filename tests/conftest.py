"""Fixtures that all tests share: real NATS, real SQLite and PostgreSQL."""

import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import URL, make_url

from broker.connection import Broker, connected
from broker.embedded import EmbeddedServer
from broker.settings import BrokerSettings
from migrations.upgrade import upgrade
from models.database import Database
from tests.databases import create_database, migrate, running_postgres


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the developer's shell and no `.env` gets into a test."""
    for name in list(os.environ):
        if name.startswith("POSTER_JUDGE_") or name in ("DISCORD_TOKEN", "DATABASE_URL", "NATS_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("POSTER_JUDGE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command that ran in this process leaves no handler behind, which would write to a stream that is closed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real PostgreSQL; one server per test process."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server.get_uri()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """Name of a PostgreSQL database built by running the migrations, to copy."""
    url = create_database(postgres_server)
    upgrade(url)
    assert url.database is not None
    return url.database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> URL:
    """Address of an empty database of each kind."""
    if database_kind == "sqlite":
        return make_url(f"sqlite:///{tmp_path / 'test.db'}")
    return create_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> URL:
    """Address of a database of each kind, as the migrations build it."""
    if database_kind == "sqlite":
        url = make_url(f"sqlite:///{tmp_path / 'test.db'}")
        migrate(url)
        return url
    server, template = (request.getfixturevalue(name) for name in ("postgres_server", "migrated_postgres"))
    return create_database(server, template)


@pytest.fixture
async def database(database_url: URL) -> AsyncIterator[Database]:
    """A migrated database of each kind."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def broker_settings() -> BrokerSettings:
    """A small queue whose messages are soon taken for lost."""
    return BrokerSettings(queue_limit=5, queue_ack_wait=1.0)


@pytest.fixture
async def nats_server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    """A real nats-server with an empty store."""
    server = EmbeddedServer(tmp_path / "nats")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def broker(nats_server: EmbeddedServer, broker_settings: BrokerSettings) -> AsyncIterator[Broker]:
    """A connection to the real nats-server."""
    async with connected(nats_server.url, broker_settings, name="test") as broker:
        yield broker
