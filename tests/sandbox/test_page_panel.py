"""The developer panel in a real browser."""

from pathlib import Path

import discord
import pytest

from sandbox import Sandbox
from tests.sandbox.browsing import Browser, open_page
from tests.sandbox.showcase_bot import ShowcaseBot


async def test_a_broken_rule_is_told_with_the_request_and_the_rule(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    toggle = page.get_by_role("button", name="Developer panel, rules broken: 0")
    await toggle.focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("The bot has broken none of Discord's rules.").wait_for()
    [channel] = [channel for guild in showcase.guilds for channel in guild.text_channels]
    with pytest.raises(discord.HTTPException):
        await channel.send("<b>" + "x" * 2000)
    await page.get_by_role("button", name="Developer panel, rules broken: 1").wait_for()
    [breach] = sandbox.breaches
    await page.get_by_role("alert").filter(has_text=breach.rule).wait_for()
    shown = page.locator(".request.breach")
    await shown.locator("summary", has_text=f"POST /channels/{channel.id}/messages").click()
    await shown.get_by_text(breach.message).wait_for()
    assert '"content": "<b>xxx' in await shown.locator("pre").inner_text()
    # What a correct bot may meet too stands apart.
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(1)
    await page.locator("#refusals summary", has_text=f"GET /channels/{channel.id}/messages/1").wait_for()
    assert await page.locator("#breaches summary").count() == 1
    await page.keyboard.press("Escape")
    assert await page.locator("#panel").is_hidden()


async def test_faults_are_switched_on_and_off_and_the_connection_is_cut(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox, width=375)
    await page.get_by_role("button", name="Developer panel").click()
    switches = await page.get_by_role("switch").all()
    for count, switch in enumerate(switches, 1):
        async with page.expect_response(lambda response: response.request.method == "POST"):
            await switch.check()
        assert _standing(sandbox) == count
    async with page.expect_response(lambda response: response.request.method == "DELETE"):
        await page.get_by_role("switch", name="Slow answers").uncheck()
    assert _standing(sandbox) == len(switches) - 1
    await page.get_by_role("button", name="Drop the gateway").click()
    await page.get_by_text("is offline").wait_for()
    await page.get_by_role("button", name="All well again").click()
    await page.locator("#faults:not(:has(:checked))").wait_for()
    assert _standing(sandbox) == 0
    await page.get_by_text("is online").wait_for()
    assert sandbox.breaches == []


async def test_the_time_is_moved_on_and_a_bot_that_did_not_respond_has_failed(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox, width=375)
    before = sandbox.clock.now()
    held = sandbox.hold_next("/callback")
    interaction = await sandbox.member("alice").slash("show")
    await held.held()
    await page.get_by_role("button", name="Developer panel").click()
    await page.locator(f"#clock time[datetime='{sandbox.clock.stamp(before)}']").wait_for()
    await page.get_by_role("button", name="Move the time on: A day").click()
    await page.locator(f"#clock time[datetime='{sandbox.clock.stamp(before + 24 * 3600)}']").wait_for()
    assert interaction.failed
    held.release()
    await sandbox.until(lambda: [one for one in sandbox.refusals if one.code == 10062])


async def test_a_session_is_recorded_saved_and_run_again(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser, tmp_path: Path
) -> None:
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="Developer panel").click()
    await page.get_by_label("Title", exact=True).fill("Says thanks")
    await page.keyboard.press("Enter")
    await page.get_by_text("is written down as “Says thanks”").wait_for()
    await page.get_by_role("button", name="/show").click()
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_role("button", name="Right", exact=True).click()
    await page.get_by_text("Thank you").wait_for()
    await page.get_by_role("button", name="Stop recording").click()
    await page.get_by_text("“Says thanks”, 2 steps").wait_for()
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Download", exact=True).click()
    saved = await saving.value
    assert saved.suggested_filename == "says-thanks.json"
    await saved.save_as(tmp_path / "says-thanks.json")
    await page.set_input_files(".replay input", tmp_path / "says-thanks.json")
    await page.get_by_text("All went as written down (steps: 2).").wait_for()
    assert await page.get_by_text("Thank you").count() == 2
    broken = {"name": "broken.json", "mimeType": "application/json", "buffer": b"[]"}
    await page.set_input_files(".replay input", broken)
    await page.get_by_text("the body must be a JSON object").wait_for()
    assert sandbox.breaches == []


def _standing(sandbox: Sandbox) -> int:
    """How many faults are on."""
    faults = sandbox.world.faults
    others = (faults.missing_files, faults.events.doubled, faults.events.turned, faults.refuses_gateway)
    kinds = [*(fault for fault in faults.requests if not fault.spent), *filter(None, others)]
    return len(kinds) + (not faults.acknowledges_heartbeats)
