"""Takes the READMEs' pictures of the page: a sample poster that the bot judged, the start on a phone, the panel.

With `make run` going in another terminal, on an empty POSTER_JUDGE_DATA_DIR:

    .venv/bin/python -m tests.end_to_end.take_pictures http://127.0.0.1:8137/ docs
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Locator

from tests.sandbox.browsing import Browser, Page, running_browser

POSTER = "The Goat Is Our Lawyer"


async def main(address: str, folder: Path) -> None:
    """Looks at the page at `address`, and saves what one sees to `folder` (PNG)."""
    async with running_browser() as browser:
        await _start_on_a_phone(browser, address, folder / "page-on-a-phone.png")
        await _judged_poster(browser, address, folder / "judged-poster.png")
        await _developer_panel(browser, address, folder / "developer-panel.png")


async def _start_on_a_phone(browser: Browser, address: str, path: Path) -> None:
    page = await browser.new_page(viewport={"width": 375, "height": 720})
    await page.goto(address)
    await page.locator("#welcome-samples img").last.wait_for()
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=path)


async def _judged_poster(browser: Browser, address: str, path: Path) -> None:
    """A sample poster is judged, and two members say what they think of that."""
    size = {"width": 1180, "height": 1050}
    alice, bob = await browser.new_page(viewport=size), await browser.new_page(viewport=size)
    await alice.goto(f"{address}?member=alice")
    await alice.get_by_role("button", name=POSTER).click()
    await alice.locator(".preview img").wait_for()
    await alice.fill("input[name=title]", POSTER)
    await alice.get_by_role("button", name="Send", exact=True).click()
    await _say(alice, "it's a comedy, imdb 6.8")
    await bob.goto(f"{address}?member=bob")
    await _say(bob, "it's a comedy, imdb 7.0")
    await _judgement(alice).get_by_text("2 members").wait_for()
    await alice.mouse.move(5, 500)
    await _judgement(alice).evaluate("message => message.scrollIntoView({ block: 'start' })")
    await alice.screenshot(path=path)


async def _developer_panel(browser: Browser, address: str, path: Path) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 960}, reduced_motion="reduce")
    await page.goto(f"{address}?member=mona")
    await page.get_by_role("button", name="Developer panel").click()
    await page.get_by_role("switch", name="Slow answers").check()
    await page.get_by_text("The bot has broken none").wait_for()
    await page.screenshot(path=path)
    await page.get_by_role("button", name="All well again").click()


def _judgement(page: Page) -> Locator:
    return page.locator(".message", has=page.get_by_role("button", name="IMDb score", exact=True)).first


async def _say(page: Page, words: str) -> None:
    """Replies to the judgement and waits for the bot's answer."""
    await _judgement(page).hover()
    await _judgement(page).get_by_role("button", name="Reply", exact=True).click()
    await page.fill("#message-text", words)
    await page.keyboard.press("Enter")
    await page.locator(".message", has_text=words).last.wait_for()
    await page.get_by_role("button", name="Undo").last.wait_for()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
