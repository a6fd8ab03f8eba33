"""A sandbox on a stopped clock, and a bot on it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

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


@pytest_asyncio.fixture(loop_scope="session")
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


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TinyBot]:
    """A connected bot."""
    async with connected(sandbox, monkeypatch) as bot:
        yield bot


@pytest.fixture
def poster() -> Upload:
    """A poster a member may send."""
    return Upload("poster.png", png())


@pytest_asyncio.fixture(loop_scope="session")
async def showcase(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ShowcaseBot]:
    """A connected bot with every kind of component and option, whose commands are registered."""
    bot = ShowcaseBot()
    async with running_on(sandbox, monkeypatch, bot):
        await sandbox.commands_registered("show", "export", "feedback")
        yield bot


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def running() -> AsyncIterator[Browser]:
    """One browser for all tests of a process."""
    async with running_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(running: Browser) -> AsyncIterator[Browser]:
    """A browser, to open the page in; what a test opens is closed after it."""
    yield running
    for context in running.contexts:
        await context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of the sandbox share one event loop: the browser's, which takes longer to start than they take."""
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
