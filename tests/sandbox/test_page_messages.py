"""The web page's answers, mentions, direct messages, members and files, in a real browser."""

import asyncio

from sandbox import Sandbox
from tests.sandbox.browsing import Browser, Page, open_page
from tests.sandbox.showcase_bot import ShowcaseBot


async def _reply_to(page: Page, text: str) -> None:
    message = page.locator(".message", has=page.locator(".text", has_text=text)).last
    await message.hover()
    await message.get_by_role("button", name="Reply", exact=True).click()


async def test_the_bot_is_mentioned_by_a_suggested_name_and_answered(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    await page.focus("#message-text")
    await page.keyboard.type("Look, @san")
    await page.get_by_role("option", name="@Sandbox Bot").wait_for()
    await page.keyboard.press("Enter")
    await page.keyboard.type("and @bob")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("in #posters, not a@bob.org")
    await page.keyboard.press("Enter")
    heard = page.locator(".message", has_text="and thought about it")
    await heard.wait_for()
    assert await heard.locator(".text .mention").all_inner_texts() == ["@Sandbox Bot", "@Bob", "#posters"]
    assert "mentioned" in str(await heard.get_attribute("class"))  # an answer mentions whom it answers
    assert (
        await heard.locator(".quoted").inner_text()
        == "A\n@Alice\nLook, @Sandbox Bot and @Bob in #posters, not a@bob.org"
    )
    await heard.get_by_text("(edited)").wait_for()


async def test_an_answer_mentions_the_author_unless_that_is_switched_off(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    alice, bob = sandbox.member("alice"), sandbox.member("bob")
    asked = await bob.send(None, "Is it horror?")
    page = await open_page(browser, sandbox)
    await _reply_to(page, "Is it horror?")
    await page.get_by_text("Replying to Bob").wait_for()
    await page.keyboard.type("Yes")
    await page.keyboard.press("Enter")
    await page.locator(".message", has_text="Yes").locator(".quoted", has_text="@Bob").wait_for()
    assert await page.locator("#reply-bar").is_hidden()
    await _reply_to(page, "Is it horror?")
    await page.get_by_role("button", name="Mention Bob", pressed=True).click()
    assert await page.get_by_role("button", name="Mention Bob", pressed=False).inner_text() == "@ OFF"
    await page.fill("#message-text", "No")
    await page.keyboard.press("Enter")
    quoted = page.locator(".message", has_text="No").locator(".quoted")
    await quoted.wait_for()
    answers = [message for message in alice.channel.messages.values() if message.replies_to is asked]
    assert [[user.name for user in message.mentions] for message in answers] == [["bob"], []]
    await bob.delete(asked)
    await quoted.get_by_text("Original message was deleted").wait_for()
    await _reply_to(page, "No")
    await page.keyboard.press("Escape")
    assert await page.locator("#reply-bar").is_hidden()


async def test_what_is_typed_while_a_message_is_sent_is_kept_and_so_is_what_could_not_be_sent(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    going, refused = asyncio.Event(), asyncio.Event()

    async def refuse(route) -> None:  # type: ignore[no-untyped-def]
        going.set()
        await refused.wait()
        await route.abort()

    await page.route("**/control/messages", refuse, times=1)
    await page.focus("#message-text")
    await page.keyboard.type("one")
    await page.keyboard.press("Enter")
    await going.wait()
    await page.keyboard.type("two")
    refused.set()
    await page.get_by_role("alert").filter(has_text="Failed to fetch").wait_for()
    assert await page.input_value("#message-text") == "one\ntwo"
    await page.keyboard.press("Enter")
    await page.locator(".message", has_text="one").wait_for()


async def test_the_address_keeps_who_looks_and_where_and_direct_messages_are_ones_own(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    alice, bob = sandbox.member("alice"), sandbox.member("bob")
    page = await open_page(browser, sandbox, width=400, channel="1")  # a channel of a sandbox that is gone
    await page.wait_for_url("**/?member=alice")
    await page.get_by_role("button", name="Channels and members").click()
    await page.get_by_role("link", name="Sandbox Bot").click()
    await page.wait_for_url(f"**/?member=alice&channel={alice.dm.id}")
    await page.get_by_role("textbox").or_(page.get_by_role("combobox", name="Message", exact=True)).fill("Judge this")
    await page.keyboard.press("Enter")
    await page.get_by_text("Heard: Judge this, and thought about it.").wait_for()
    await page.get_by_role("button", name="Channels and members").click()
    await page.get_by_label("Looking as").select_option("Bob")
    await page.wait_for_url(f"**/?member=bob&channel={bob.dm.id}")
    await bob.send(bob.dm, "It is me")
    await page.get_by_text("Heard: It is me").wait_for()
    assert await page.get_by_text("Judge this").count() == 0


async def test_messages_are_deleted_by_who_may_and_only_after_a_question(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    await sandbox.member("bob").send(None, "Spam")
    alice, mona = await open_page(browser, sandbox), await open_page(browser, sandbox, member="mona")
    await alice.get_by_text("Spam").click(button="right")
    assert await alice.get_by_role("menuitem").all_inner_texts() == ["Reply", "Copy text"]
    await alice.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await alice.get_by_role("menuitem", name="Copy text").click()
    assert await alice.evaluate("navigator.clipboard.readText()") == "Spam"
    await mona.get_by_text("Spam").click(button="right")
    await mona.get_by_role("menuitem", name="Delete message").click()
    await mona.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await mona.get_by_text("Spam").click(button="right")
    await mona.get_by_role("menuitem", name="Delete message").click()
    await mona.get_by_role("dialog").get_by_role("button", name="Delete").click()
    for page in (alice, mona):
        await page.get_by_text("Spam").wait_for(state="detached")


async def test_a_file_of_the_bot_is_shown_with_its_size_and_saved(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="/export").click()
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_text("Only you can see this").wait_for()
    assert await page.locator("div.file").inner_text() == "corrections.csv\n24 bytes"
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Download corrections.csv").click()
    saved = await saving.value
    assert saved.suggested_filename == "corrections.csv"
    assert (await saved.path()).read_bytes() == b"film,genre\nAlien,Horror\n"
    await page.get_by_role("button", name="Dismiss message").click()
    await page.get_by_text("Only you can see this").wait_for(state="detached")


async def test_a_message_written_while_the_page_opens_is_shown(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    heard = asyncio.Event()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.set()))

    async def answer_late(route) -> None:  # type: ignore[no-untyped-def]
        told = await route.fetch()
        await sandbox.member("bob").send(None, "In between")
        await heard.wait()
        await route.fulfill(response=told)

    await page.route("**/control/state?*", answer_late)
    await page.reload()
    await page.get_by_text("In between").wait_for()


async def test_a_member_changes_their_own_messages_by_menu_and_by_the_arrow_up(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    await sandbox.member("bob").send(None, "Mine")
    page = await open_page(browser, sandbox)
    await page.get_by_text("Mine").click(button="right")
    assert await page.get_by_role("menuitem", name="Edit message").count() == 0
    await page.keyboard.press("Escape")
    await page.fill("#message-text", "Look, @Bobb")
    await page.keyboard.press("Enter")
    await page.get_by_text("Look, @Bobb").wait_for()
    await page.keyboard.press("ArrowUp")
    await page.get_by_role("textbox", name="Edit message").fill("Look, @Bob")
    await page.keyboard.press("Enter")
    await page.get_by_text("(edited)").wait_for()
    assert await page.locator(".message .mention").inner_text() == "@Bob"
    await page.get_by_text("Look,").click(button="right")
    await page.get_by_role("menuitem", name="Edit message").click()
    field = page.get_by_role("textbox", name="Edit message")
    assert await field.input_value() == "Look, @Bob"
    await field.fill(" ")
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").filter(has_text="an empty message cannot be kept").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_text("Look,").wait_for()
