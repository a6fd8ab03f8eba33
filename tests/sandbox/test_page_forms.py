"""The web page's buttons, selects, modals and options with suggestions, in a real browser."""

import discord

from sandbox import Message, Sandbox
from tests.sandbox.browsing import Browser, Page, open_page
from tests.sandbox.showcase_bot import ShowcaseBot
from tests.sandbox.tiny_bot import png


async def _shown(sandbox: Sandbox) -> Message:
    interaction = await sandbox.member("alice").slash("show")
    return await interaction.reply()


async def _focused(page: Page) -> str:
    return await page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )


async def test_genres_are_ticked_in_a_list_by_keyboard_and_sent_when_it_closes(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    await _shown(sandbox)
    page = await open_page(browser, sandbox, width=400)
    select = page.get_by_role("button", name="Which genres?")
    await select.focus()
    await page.keyboard.press("Enter")
    horror, western = (page.get_by_role("option", name=name) for name in ("Horror", "Western"))
    assert await page.get_by_role("option", selected=True).all_inner_texts() == await horror.all_inner_texts()
    await page.keyboard.type("c ")  # goes to Comedy and ticks it
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert await western.get_attribute("aria-disabled") == "true"  # three are the most
    await western.click(force=True)
    await page.keyboard.press("Escape")
    await page.get_by_text("Genres: Horror, Comedy, Drama").wait_for()
    assert await _focused(page) == "Which genres?: Comedy, Drama, Horror"
    await page.keyboard.press("Enter")
    for name in ("Comedy", "Drama", "Horror"):
        await page.get_by_role("option", name=name).click()
    await page.get_by_text("Choose at least 1.").wait_for()
    await page.get_by_role("heading", name="Alien").click()  # outside: closes, and sends nothing
    assert await select.inner_text() == "Comedy\nDrama\nHorror"
    assert await page.get_by_text("Genres: ").count() == 1
    assert await page.evaluate("document.documentElement.scrollWidth") == 400
    assert sandbox.breaches == []


async def test_people_roles_and_channels_are_chosen_from_lists(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    sandbox.add_role("Curators")
    await _shown(sandbox)
    page = await open_page(browser, sandbox)
    for select, option, answer in (
        ("Whose poster is it?", "@Bob", "Of @Bob"),
        ("Who may see it?", "@Curators", "For @Curators"),
        ("Where to?", "#posters", "To #posters"),
    ):
        await page.get_by_role("button", name=select).click()
        await page.get_by_role("option", name=option).click()
        await page.get_by_text(answer, exact=True).wait_for()
    assert await page.locator(".message .mention").all_inner_texts() == ["/show", "@Bob", "@Curators", "#posters"]


async def test_a_form_of_the_bot_says_what_is_missing_and_is_sent(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    await _shown(sandbox)
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="Correct", exact=True).click()
    form = page.get_by_role("dialog", name="Correct this judgement")
    film = form.get_by_label("Film")
    assert await film.evaluate("field => field === document.activeElement")
    assert await film.get_attribute("placeholder") == "Alien"
    assert await form.get_by_label("Why?").input_value() == "Aliens scare me."
    await page.keyboard.press("Enter")
    await form.get_by_text("This field is required.").wait_for()
    await page.keyboard.type("Al")
    await page.keyboard.press("Enter")
    await form.get_by_text("Must be at least 3 characters.").wait_for()
    await page.keyboard.type("ien <b>")
    await form.get_by_role("button", name="Genres").click()
    await page.get_by_role("option", name="Drama").click()
    await page.keyboard.press("Escape")  # closes the list, not the form
    await form.get_by_role("button", name="Who told you?").click()
    await page.get_by_role("option", name="@Bob").click()
    await form.get_by_role("button", name="Submit").click()
    await page.get_by_text("Noted Alien <b> as Horror and Drama, told by @Bob: Aliens scare me.").wait_for()
    await form.wait_for(state="detached")
    assert sandbox.breaches == []


async def test_a_form_that_the_bot_does_not_answer_stays_and_is_sent_again(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    await _shown(sandbox)
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="Correct", exact=True).click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Film").fill("Alien")
    answer = sandbox.hold_next("/callback")
    await page.keyboard.press("Enter")
    await answer.held()
    sandbox.clock.advance(3.1)
    await form.get_by_text("Something went wrong").wait_for()
    answer.release()
    await form.get_by_role("button", name="Submit").click()
    await page.get_by_text("Noted Alien").wait_for()
    await page.get_by_role("button", name="Correct", exact=True).click()
    await form.get_by_label("Film").wait_for()
    await page.keyboard.press("Escape")
    await form.wait_for(state="detached")
    assert await _focused(page) == "Correct"


async def test_a_button_shows_that_it_is_pressed_and_that_nothing_came_of_it(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    await _shown(sandbox)
    page = await open_page(browser, sandbox)
    slow = page.get_by_role("button", name="Slow")
    await slow.click()
    await page.locator("[aria-busy]", has_text="Slow").wait_for()
    assert await page.get_by_role("button", name="Closed").is_disabled()
    sandbox.clock.advance(3.1)
    await page.get_by_text("This interaction failed").wait_for()
    assert await slow.get_attribute("aria-busy") is None
    await page.get_by_role("button", name="Right").click()
    await page.get_by_text("Thank you").wait_for()
    assert await page.get_by_text("This interaction failed").count() == 0


async def test_options_of_every_type_are_filled_in_with_the_bots_suggestions(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    await page.keyboard.press("Tab")
    await page.focus("#message-text")
    await page.keyboard.type("/feedback")
    await page.keyboard.press("Enter")
    await page.keyboard.type("ali")
    await page.get_by_role("option", name="Alien (1979)", selected=True).wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert await page.input_value("input[name=film]") == "Aliens (1986)"
    for name, label in (("status", "Closed"), ("private", "True"), ("member", "Bob"), ("role", "@everyone")):
        await page.select_option(f"select[name={name}]", label=label)
    await page.select_option("select[name=place]", label="#posters")
    await page.fill("input[name=count]", "7")
    await page.fill("input[name=share]", "0.5")
    proof = {"name": "proof.png", "mimeType": "image/png", "buffer": png()}
    await page.set_input_files("input[name=proof]", proof)
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_text("Given: 2 closed 7 0.5 True @Bob @everyone #posters proof.png").wait_for()
    assert sandbox.breaches == []


async def test_what_is_no_number_is_not_sent_where_a_number_is_wanted(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    page = await open_page(browser, sandbox)
    await page.get_by_role("button", name="/feedback review").click()
    await page.keyboard.type("nothing such")
    await page.select_option("select[name=status]", label="Open")
    await page.get_by_role("button", name="Send", exact=True).click()
    problem = await page.locator("input[name=film]").evaluate("field => field.validationMessage")
    assert problem == "Choose one of the suggestions, or type a number."
    await page.fill("input[name=film]", "3")
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_text("Given: 3 open").wait_for()


async def test_what_a_bot_names_its_parts_is_shown_as_text(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    evil = '<img src=x onerror="document.title=1">'
    page = await open_page(browser, sandbox)
    [channel] = [channel for guild in showcase.guilds for channel in guild.text_channels]
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label=evil, custom_id="button"))
    options = [discord.SelectOption(label=evil, description=evil)]
    view.add_item(discord.ui.Select(custom_id="select", placeholder=evil, options=options))
    await channel.send(evil, view=view)
    await page.get_by_role("button", name=evil, exact=True).wait_for()
    await page.locator(".select").click()
    await page.get_by_role("option", name=evil).wait_for()
    assert await page.locator("#messages img").count() == 0
