"""The page for those who do not see it, or hold it in one hand: axe-core on every view, and 375 pixels of width."""

from collections.abc import AsyncIterator

import pytest

from sandbox import Sandbox
from tests.sandbox.browsing import Browser, Page, open_page
from tests.sandbox.showcase_bot import ShowcaseBot

SERIOUS = ("serious", "critical")


async def _serious_violations(page: Page) -> list[str]:
    """What axe-core objects to, a line each: the rule, how bad it is, and the first place."""
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe-core is not installed").Axe()
    found = (await axe.run(page)).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']} {one['nodes'][0]['target']} {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


async def _cut_off(page: Page) -> list[str]:
    """What sticks out of the window, although nothing around it scrolls; empty where all is well."""
    return await page.evaluate(
        """() => {
            const scrolls = (element) => element && (/(auto|scroll|hidden)/.test(getComputedStyle(element).overflowX)
                && element !== document.body || scrolls(element.parentElement));
            const wide = [...document.querySelectorAll("body *")].filter((element) => {
                const { left, right, width } = element.getBoundingClientRect();
                return width > 1 && (right > innerWidth + 1 || left < -1) && !scrolls(element.parentElement);
            });
            const page = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
            return [...page, ...wide.map((element) => element.outerHTML.slice(0, 120))];
        }"""
    )


async def _views(page: Page, sandbox: Sandbox) -> AsyncIterator[str]:
    """Brings the page from view to view; yields the name of each."""
    yield "the welcome"
    await sandbox.member("bob").send(None, "# Look\n> at *this*, <@1>\n- `one`\n```\nlines of code\n```\n||hidden||")
    await (await sandbox.member("alice").slash("show")).reply()
    await page.get_by_role("button", name="Which genres?").wait_for()
    yield "messages"
    await page.get_by_role("button", name="Which genres?").click()
    yield "a list of choices"
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Correct", exact=True).click()
    await page.get_by_role("dialog").get_by_label("Film").wait_for()
    yield "a form of the bot"
    await page.keyboard.press("Escape")
    await page.get_by_text("hidden", exact=True).click(button="right")
    yield "the menu of a message"
    await page.get_by_role("menuitem", name="Reply").click()
    await page.keyboard.type("/")
    yield "an answer, and commands to choose from"
    await page.keyboard.press("Backspace")
    await page.get_by_role("button", name="Sample posters").click()
    yield "sample posters"
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="/feedback review").click()
    yield "a command's options"
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await page.get_by_role("button", name="Developer panel").click()
    await page.get_by_label("Slow answers").check()
    yield "the developer panel"
    await page.get_by_role("button", name="Close the developer panel").click()
    if await page.get_by_role("button", name="Channels and members").is_visible():
        await page.get_by_role("button", name="Channels and members").click()
        yield "channels and members"


@pytest.mark.parametrize("width", [1200, 375])
async def test_no_view_has_a_serious_fault_or_is_cut_off(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser, width: int
) -> None:
    page = await open_page(browser, sandbox, width=width)
    faults = []
    async for view in _views(page, sandbox):
        faults += [f"{view}: {fault}" for fault in (*await _serious_violations(page), *await _cut_off(page))]
    assert not faults, "\n".join(faults)
    assert sandbox.breaches == []
