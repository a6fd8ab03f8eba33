"""The sample posters in a real browser."""

import asyncio
import json
from pathlib import Path

from PIL import Image

import sandbox.samples
from sandbox import Sandbox
from tests.sandbox.browsing import Browser, open_page
from tests.sandbox.tiny_bot import TinyBot

POSTERS = Path(sandbox.samples.__file__).parent / "posters"


async def test_a_visitor_without_a_poster_takes_one_of_the_samples(
    sandbox: Sandbox, bot: TinyBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="The Last Well at Calico, Western").click()
    await page.locator(".preview", has_text="western.jpg").wait_for()
    await page.keyboard.press("Enter")  # the focus is where the command is sent
    picture = page.get_by_role("img", name="The poster", exact=True)
    await picture.wait_for()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalHeight)") == 600
    # Once messages are there, the gallery by the field has them still; here by keyboard alone.
    await page.get_by_role("button", name="Sample posters").focus()
    await page.keyboard.press("Enter")
    await page.locator("#gallery").get_by_role("button", name="The Cellar Hums").wait_for()
    await page.keyboard.press("Shift+Tab")
    assert await page.locator("#gallery").is_hidden()
    await page.get_by_role("button", name="Sample posters").press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.locator(".preview", has_text="western.jpg").wait_for()
    assert await page.locator("#gallery").is_hidden()


async def test_a_visitor_who_leaves_while_samples_load_leaves_no_file_open(sandbox: Sandbox) -> None:
    host, port = sandbox.server.address
    for _ in range(100):  # an open file is a ResourceWarning, and so a failure
        _, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET /samples/animation.jpg HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        await writer.drain()
        writer.transport.abort()


def test_every_sample_is_a_small_picture_with_words_for_those_who_do_not_see_it() -> None:
    listed = json.loads((POSTERS / "posters.json").read_text("utf-8"))
    assert {poster["file"] for poster in listed} == {path.name for path in POSTERS.glob("*.jpg")}
    for poster in listed:
        path = POSTERS / poster["file"]
        assert 15_000 < path.stat().st_size < 60_000
        with Image.open(path) as picture:
            assert picture.size == (400, 600)
        assert all(poster[key] for key in ("title", "genre", "description"))
