"""The web page, in a real browser."""

import discord

from sandbox import Sandbox, Upload
from tests.sandbox.browsing import Browser, open_page
from tests.sandbox.tiny_bot import TinyBot, png

POSTER = {"name": "alien.png", "mimeType": "image/png", "buffer": png(200, 300)}


async def test_a_visitor_picks_a_poster_and_sees_the_reply(sandbox: Sandbox, bot: TinyBot, browser: Browser) -> None:
    edit = sandbox.hold_next("@original", method="PATCH")
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="/judge").click()
    await page.set_input_files("input[name=poster]", POSTER)
    await page.fill("input[name=title]", "Alien")
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_text("is thinking…").wait_for()
    edit.release()
    await page.get_by_role("heading", name="Alien").wait_for()
    picture = page.get_by_role("img", name="The poster", exact=True)
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 200
    link = page.get_by_role("link", name="About")
    assert await link.get_attribute("href") == "https://example.org/about"
    assert await page.get_by_text("is thinking…").count() == 0
    assert sandbox.breaches == []


async def test_a_picture_is_judged_from_the_menu_of_its_message_and_the_answer_stays_private(
    sandbox: Sandbox, bot: TinyBot, browser: Browser
) -> None:
    alice = await open_page(browser, sandbox)
    bob = await open_page(browser, sandbox, member="bob")
    await alice.set_input_files("#attach", POSTER)
    await alice.fill("#message-text", "Look at this")
    await alice.keyboard.press("Enter")
    await alice.get_by_text("Look at this").click(button="right")
    await alice.get_by_role("menuitem", name="Judge this poster").click()
    await alice.get_by_text("1 picture(s)").wait_for()
    await alice.get_by_text("Only you can see this").wait_for()
    await alice.get_by_role("button", name="Dismiss message").click()
    await alice.get_by_text("1 picture(s)").wait_for(state="detached")
    await sandbox.member("bob").send(None, "the end")
    await bob.get_by_text("the end").wait_for()
    assert await bob.get_by_text("1 picture(s)").count() == 0


async def test_a_dropped_or_pasted_picture_opens_the_command_that_takes_one(
    sandbox: Sandbox, bot: TinyBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox, width=375)
    await page.fill("#message-text", "What about this one?")
    await page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["x"], "alien.png", { type: "image/png" }));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }"""
    )
    await page.get_by_text("alien.png").wait_for()
    assert await page.get_by_role("button", name="Send", exact=True).is_visible()
    await page.keyboard.press("Escape")
    assert await page.input_value("#message-text") == "What about this one?"
    await page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(["x"], "aliens.png", { type: "image/png" }));
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    await page.get_by_text("aliens.png").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") == 375


async def test_commands_are_used_by_keyboard_alone(
    sandbox: Sandbox, bot: TinyBot, browser: Browser, poster: Upload
) -> None:
    await sandbox.member("bob").send(None, "Look at this", files=[poster])
    page = await open_page(browser, sandbox)
    await page.focus("#message-text")
    await page.keyboard.type("/gen")
    await page.keyboard.press("Enter")
    await page.locator("input[name=first]").wait_for()
    await page.keyboard.type("7")
    await page.keyboard.press("Enter")
    await page.get_by_text("from 7").wait_for()
    await page.get_by_role("region", name="Messages").focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("Shift+F10")
    await page.keyboard.press("ArrowUp")  # from the first entry to the last
    await page.keyboard.press("Enter")
    await page.get_by_text("1 picture(s)").wait_for()


async def test_a_bot_that_does_not_answer_is_said_to_be_so(sandbox: Sandbox, bot: TinyBot, browser: Browser) -> None:
    answer = sandbox.hold_next("/callback")
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="/genres list").click()
    await page.get_by_role("button", name="Send", exact=True).click()
    await answer.held()
    sandbox.clock.advance(3.1)
    await page.get_by_text("The application did not respond").wait_for()
    answer.release()
    await bot.error()


async def test_what_others_write_is_shown_as_text_and_never_run(
    sandbox: Sandbox, bot: TinyBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    hostile = '<img src=x onerror="document.title=1"> **bold** [x](javascript:alert(1)) `<b>`\n-# small <t:0:R>'
    await sandbox.member("bob").send(None, hostile)
    await page.locator("strong", has_text="bold").wait_for()
    text = page.locator(".message .text")
    assert await text.locator("img, a, b").count() == 0
    assert "[x](javascript:alert(1))" in await text.inner_text()
    assert "years ago" in await text.locator("small time").inner_text()


async def test_a_button_of_a_reply_is_clicked_and_answered(sandbox: Sandbox, bot: TinyBot, browser: Browser) -> None:
    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_message("Thank you", ephemeral=True)

    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="/judge").click()
    await page.set_input_files("input[name=poster]", POSTER)
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_role("button", name="Right", exact=True).click()
    await page.get_by_text("Thank you").wait_for()
