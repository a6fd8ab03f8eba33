"""An operator's story in the page: corrections, retrain, report, promote, judge again, go back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import sandbox.samples
from model_engine.learning.sides import is_held_out
from models.database import Database
from models.database_settings import DatabaseSettings
from models.tables import Installation, Poster
from sandbox import Actor
from tests.bot.corrections import button
from tests.bot.scene import upload
from tests.bot.versions.runs import beat, finished, plot, taken
from tests.end_to_end.house import House
from tests.sandbox.browsing import Browser, Page, open_page, running_browser

SAMPLES = Path(sandbox.samples.__file__).parent / "posters"
CORRECTED = ("horror", "comedy", "western", "noir")
"""Sample posters; three of them teach, and one measures."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as browser:
        yield browser


async def judged(who: Actor, sample: str) -> Any:
    """The judgement of a sample poster."""
    interaction = await who.slash("judge", poster=upload((SAMPLES / f"{sample}.jpg").read_bytes()))
    return await interaction.reply(lambda message: "-# Model " in message.text, timeout=40)


async def draw_salt(house: House) -> None:
    """Draws this installation's secret so that one of the corrected posters measures."""
    database = Database(DatabaseSettings(data_dir=house.data_dir).url())
    try:
        async with database.writing() as session:
            groups = [poster.group_id or poster.id for poster in await session.scalars(select(Poster))]
            assert len(groups) == len(CORRECTED)
            salts = (str(number) for number in range(1000))
            salt = next(one for one in salts if sum(is_held_out(group, one) for group in groups) == 1)
            session.add(Installation(id=1, held_out_salt=salt))
    finally:
        await database.close()


async def command(page: Page, words: str) -> None:
    """Types a command without options, or one whose options are left as they come, and sends it."""
    await page.locator("#message-text").click()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")  # Takes it from the list.
    await page.keyboard.press("Enter")  # Sends it.


async def test_an_operator_sees_a_run_go_its_way_on_a_narrow_screen(house: House, browser: Browser) -> None:
    """The trainer is played by the test."""
    await house.start_bot()
    rows = Database(DatabaseSettings(data_dir=house.data_dir).url())
    page = await open_page(browser, house.sandbox, width=375, member="olga")
    await command(page, "/model retrain")
    news = page.locator(".message", has_text="Run 1 · recipe heads · asked for by olga")
    await news.get_by_text("It waits for a trainer").wait_for()
    await taken(rows, 1)
    await beat(rows, 1, "features", 3, 4)
    await news.get_by_text("Looking at the posters").wait_for()
    await finished(rows, 1, plot=plot(), refused=("memory",))
    await news.get_by_text("run-1 did not pass the gate").wait_for()
    await news.locator("img[src*='history.png']").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") == 375
    tables = news.locator("pre")
    assert await tables.count() == 2
    for index in range(2):
        assert await tables.nth(index).evaluate("table => table.scrollWidth <= table.clientWidth")
    await news.get_by_role("button", name="Reject").click()
    await news.get_by_text("Rejected by olga.").wait_for()
    await rows.close()


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("recipe", ["heads", "deeper"])
async def test_an_operator_retrains_promotes_judges_again_and_goes_back(
    house: House, browser: Browser, recipe: str
) -> None:
    """All of it is real; some twenty seconds of it are the trainer's."""
    up = await house.start("up", NATS_URL="", POSTER_JUDGE_RUNTIME="onnx")
    await house.sandbox.bot_connected(timeout=60)
    alice, bob = house.sandbox.member("alice"), house.sandbox.member("bob")
    for sample in CORRECTED:
        message = await judged(alice, sample)
        for member in (alice, bob):
            press = await member.click(message, button(message, "Right"))
            await press.reply(lambda reply: reply.ephemeral)
    await draw_salt(house)

    page = await open_page(browser, house.sandbox, member="olga")
    await house.sandbox.member("olga").slash("model retrain", recipe=recipe)
    news = page.locator(".message", has_text=f"Run 1 · recipe {recipe} · asked for by olga")
    await news.get_by_text("run-1 did not pass the gate").wait_for(timeout=90_000)
    await news.get_by_role("button", name="Promote", exact=True).click()
    doubt = page.locator(".message.ephemeral", has_text="This speaks against it")
    await doubt.get_by_role("button", name="Promote all the same").click()
    await news.get_by_text("The engine judges with run-1.").wait_for(timeout=30_000)
    assert "-# Model run-1" in (await judged(bob, "horror")).text

    await command(page, "/model rollback")
    back = page.locator(".message.ephemeral", has_text="starter-3 is champion again")
    await back.get_by_text("The engine judges with starter-3.").wait_for(timeout=30_000)
    assert "-# Model starter-3" in (await judged(bob, "horror")).text
    await asyncio.wait_for(up.stop(), 30)
