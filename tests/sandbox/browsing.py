"""The sandbox's page in a real browser."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from sandbox import Sandbox

if TYPE_CHECKING:
    from playwright.async_api import Browser as Browser
    from playwright.async_api import Page as Page
else:
    Browser = Page = object  # playwright need not be installed to read this

#: Variable that says, where it is set, that tests with a browser must not be left out.
REQUIRED = "BROWSER_REQUIRED"

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Run a browser until the block ends; skip the test where there is none, but fail where one is required."""
    if CHROMIUM is None:
        lacking = "no chromium was found to show the page in"
        pytest.fail(lacking) if os.environ.get(REQUIRED) else pytest.skip(lacking)
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    async with playwright.async_playwright() as running:
        browser = await running.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        await browser.close()


async def open_page(browser: Browser, sandbox: Sandbox, *, width: int = 1100, **address: str) -> Page:
    """Open the page and wait until it shows the bot's commands.

    Args:
        browser: From `running_browser`.
        sandbox: Whose page.
        width: Of the window, in pixels.
        address: What the address says: `member`, alice if not given, and `channel`.
    """
    page = await browser.new_page(viewport={"width": width, "height": 700})
    page.set_default_timeout(10_000)
    await page.goto(f"{sandbox.base_url}/?{urlencode({'member': 'alice', **address})}")
    await page.locator("#shortcuts button").first.wait_for()
    return page
