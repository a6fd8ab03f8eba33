"""The real bot against the sandbox over sockets, a real queue and a real database; the engine is played by the test."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker.connection import Broker
from broker.embedded import EmbeddedServer
from sandbox import Sandbox, SandboxConfig
from tests.bot.scene import Scene


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A local Discord; holds every call against Discord's own description where that is at hand."""
    openapi = os.environ.get("SANDBOX_OPENAPI")
    config = SandboxConfig(openapi=Path(openapi) if openapi else None, rate_limits=False)
    async with Sandbox.start(config) as sandbox:
        yield sandbox
        assert sandbox.breaches == []


@pytest.fixture
def quick_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Health looks and speaks ten times as often as it usually does, for tests that wait for its word."""
    monkeypatch.setattr("bot.health.PULSE", 0.2)
    monkeypatch.setattr("bot.judging.database_pulse.INTERVAL", 0.5)
    monkeypatch.setattr("bot.judging.database_pulse.INTERVAL_WHILE_REFUSED", 0.1)


@pytest.fixture
async def scene(sandbox: Sandbox, nats_server: EmbeddedServer, broker: Broker, tmp_path: Path) -> AsyncIterator[Scene]:
    """The bot, connected and with its commands registered."""
    scene = Scene(sandbox, nats_server.url, broker, tmp_path / "data")
    await scene.start_bot()
    yield scene
    await scene.stop_bot()
