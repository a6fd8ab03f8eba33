"""What a visitor does with the page: real bot, real browser, and once the real engine with the starter version."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import sandbox.samples
from tests.end_to_end.house import House
from tests.sandbox.browsing import Browser, Page, open_page, running_browser

POSTER = Path(sandbox.samples.__file__).parent / "posters" / "horror.jpg"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as browser:
        yield browser


async def _drop(page: Page, path: Path) -> None:
    """Drops a file on the page, as from the desktop."""
    await page.evaluate(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }""",
        [path.name, list(path.read_bytes())],
    )


async def _go_to(page: Page, name: str, key: str = "Tab") -> None:
    """Presses Tab (or Shift+Tab) until what is called so has the focus: by its label, its text or its picture."""
    focused = ""
    for _ in range(60):
        await page.keyboard.press(key)
        focused = await page.evaluate(
            """() => { const { activeElement: one } = document;
                return one.getAttribute("aria-label") || one.textContent || one.name || ""; }"""
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"{name!r} cannot be reached by {key}; last was {focused!r}")


async def test_a_dropped_poster_is_judged_and_corrected_by_menu_by_form_and_in_words_by_two_members(
    house: House, browser: Browser
) -> None:
    await asyncio.gather(house.start_bot(), house.start_engine(POSTER_JUDGE_RUNTIME="onnx"))
    alice = await open_page(browser, house.sandbox)
    bob = await open_page(browser, house.sandbox, member="bob")
    await _drop(alice, POSTER)
    await alice.locator(".preview", has_text="horror.jpg").wait_for()
    await alice.fill("input[name=title]", "The Cellar Hums")
    await alice.get_by_role("button", name="Send", exact=True).click()
    await alice.get_by_text("likeliest class").wait_for()
    judgement = alice.locator(".message", has=alice.get_by_role("button", name="Fix genres", exact=True))
    assert "Horror" in (await judgement.locator("code").inner_text()).splitlines()[0]
    await judgement.get_by_role("button", name="Fix genres", exact=True).click()
    menu = alice.locator(".message.ephemeral", has_text="Which genres does the film have?")
    await menu.locator(".select").click()
    await alice.get_by_role("option", name="Mystery").click()
    await alice.keyboard.press("Escape")
    await alice.locator(".message.ephemeral", has_text="Noted").wait_for()
    await judgement.get_by_role("button", name="IMDb score").click()
    form = alice.get_by_role("dialog", name="IMDb score")
    assert await form.get_by_label("Title").input_value() == "The Cellar Hums"
    await form.get_by_label("IMDb score").fill("6.4")
    await form.get_by_role("button", name="Submit").click()
    await form.wait_for(state="detached")
    theirs = bob.locator(".message", has=bob.get_by_role("button", name="Fix genres", exact=True))
    await theirs.hover()
    await theirs.get_by_role("button", name="Reply", exact=True).click()
    await bob.keyboard.type("it's horror and mystery, imdb 6.6")
    await bob.keyboard.press("Enter")
    for page in (alice, bob):
        judged = page.locator(".message", has=page.get_by_role("button", name="Fix genres", exact=True))
        await judged.filter(has_text="2 members").wait_for()
    assert await bob.locator(".message.ephemeral").count() == 0  # what alice was told alone


async def test_the_whole_story_is_told_by_keyboard_alone_on_a_narrow_screen(house: House, browser: Browser) -> None:
    await asyncio.gather(house.start_bot(), house.start_engine())
    page = await open_page(browser, house.sandbox, width=375)
    await _go_to(page, "Sample posters")
    await page.keyboard.press("Enter")  # opens the gallery
    await page.keyboard.press("Enter")  # takes the first poster
    await page.locator(".preview", has_text="horror.jpg").wait_for()
    await page.keyboard.press("Enter")  # sends the command
    await page.get_by_text("likeliest class").wait_for()
    await _go_to(page, "Fix genres", "Shift+Tab")
    await page.keyboard.press("Enter")
    await page.get_by_text("Which genres does the film have?").wait_for()
    await _go_to(page, "The film's genres")
    await page.keyboard.press("Enter")
    await page.keyboard.type("my ")  # goes to Mystery and ticks it
    await page.keyboard.press("Escape")
    await page.locator(".message.ephemeral", has_text="Noted").wait_for()
    await _go_to(page, "IMDb score", "Shift+Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.type("6.4")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").wait_for(state="detached")
    await _go_to(page, "Messages", "Shift+Tab")
    await page.keyboard.press("Home")
    await page.keyboard.press("Enter")  # the menu of the judgement, whose first entry is Reply
    await page.get_by_role("menuitem", name="Judge this poster").wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_text("Replying to").wait_for()
    await page.keyboard.type("not a drama")
    await page.keyboard.press("Enter")
    answer = page.locator(".message", has=page.locator(".quoted", has_text="not a drama"))
    await answer.get_by_role("button", name="Undo").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") == 375
