"""A sandbox on a stopped clock, and a bot on it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox, SandboxConfig, Upload
from tests.sandbox.browsing import Browser, running_browser
from tests.sandbox.showcase_bot import ShowcaseBot
from tests.sandbox.tiny_bot import TinyBot, connected, png, running_on

_OPENAPI = os.environ.get("SANDBOX_OPENAPI")


@pytest.fixture
def openapi() -> Path:
    """Path of Discord's OpenAPI description."""
    if _OPENAPI is None:
        pytest.skip("SANDBOX_OPENAPI does not say where Discord's OpenAPI description is")
    return Path(_OPENAPI)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox whose time stands still; requests and answers are held against the description if there is one."""
    config = SandboxConfig(
        frozen_clock=True,
        rate_limits=False,
        openapi=Path(_OPENAPI) if _OPENAPI else None,
        check_responses=True,
    )
    async with Sandbox.start(config) as sandbox:
        yield sandbox
        own = [breach for breach in sandbox.breaches if breach.rule == "the sandbox's own answer"]
        assert own == []


@pytest.fixture
async def bot(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TinyBot]:
    """A connected bot."""
    async with connected(sandbox, monkeypatch) as bot:
        yield bot


@pytest.fixture
def poster() -> Upload:
    """A poster a member may send."""
    return Upload("poster.png", png())


@pytest.fixture
async def showcase(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ShowcaseBot]:
    """A connected bot with every kind of component and option, whose commands are registered."""
    bot = ShowcaseBot()
    async with running_on(sandbox, monkeypatch, bot):
        await sandbox.commands_registered("show", "export", "feedback")
        yield bot


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser, to open the page in."""
    async with running_browser() as browser:
        yield browser
