"""Servers, members and embeds on the page, in a real browser."""

import discord

from sandbox import Sandbox
from tests.sandbox.browsing import Browser, open_page
from tests.sandbox.showcase_bot import ShowcaseBot


async def test_a_member_goes_to_another_server_and_looks_as_its_other_members(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    sandbox.add_guild("Night owls", members=("alice", "bob"), channels=("midnight",))
    page = await open_page(browser, sandbox, width=375)
    await page.get_by_role("button", name="Channels and members").click()
    servers = page.get_by_role("navigation", name="Servers").get_by_role("link")
    assert [await one.get_attribute("aria-label") for one in await servers.all()] == ["Film club", "Night owls"]
    people = await page.get_by_label("Looking as").get_by_role("option").all_inner_texts()
    assert people == ["Olga · Owner", "Alice", "Bob", "Mona · Manager"]
    await servers.nth(1).click()
    await page.get_by_role("heading", name="Welcome to #midnight").wait_for()
    await page.get_by_role("button", name="Channels and members").click()
    await page.get_by_label("Looking as").select_option("Bob")
    await page.wait_for_url("**/?member=bob&channel=*")
    await page.get_by_role("heading", name="Welcome to #midnight").wait_for()
    await page.get_by_role("button", name="Channels and members").click()
    assert await page.get_by_role("link", name="Night owls").get_attribute("aria-current") == "true"


async def test_a_channel_with_messages_that_one_has_not_seen_is_marked_until_one_goes_there(
    sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser
) -> None:
    films = sandbox.add_channel("films")
    alice, bob = sandbox.member("alice"), sandbox.member("bob")
    await bob.send(films, "from before the first visit")
    page = await open_page(browser, sandbox)
    marked = page.get_by_role("navigation", name="Channels").locator("li.unread")
    assert await marked.count() == 0
    await bob.send(films, "hello")
    await page.get_by_role("link", name="films (unread)").wait_for()
    await bob.send(bob.dm, "for the bot alone")
    await bob.send(sandbox.channel, "here")
    await page.get_by_text("here", exact=True).wait_for()
    assert await marked.count() == 1
    await page.reload()
    await page.get_by_role("link", name="films (unread)").click()
    await page.get_by_text("hello", exact=True).wait_for()
    assert await marked.count() == 0
    await alice.send(alice.dm, "hello")
    await sandbox.until(lambda: [one for one in alice.dm.messages.values() if one.author is sandbox.world.bot])
    await page.locator("#directs li.unread").wait_for()
    await page.get_by_role("link", name="posters").click()
    await page.get_by_text("here", exact=True).wait_for()
    assert await page.locator("#channels li.unread").count() == 0


async def test_an_embed_shows_all_its_parts(sandbox: Sandbox, showcase: ShowcaseBot, browser: Browser) -> None:
    page = await open_page(browser, sandbox)
    [channel] = [channel for guild in showcase.guilds for channel in guild.text_channels]
    embed = discord.Embed(title="Alien", url="https://example.org/alien", description="In **space**", colour=0xE0A030)
    embed.set_author(name="Film club").set_footer(text="Seen twice")
    for name, inline in (("Year", True), ("Score", True), ("Why", False)):
        embed.add_field(name=name, value=f"*{name.lower()}*", inline=inline)
    embed.timestamp = discord.utils.utcnow()
    await channel.send(embed=embed)
    shown = page.locator(".embed")
    await shown.get_by_role("link", name="Alien").wait_for()
    assert await shown.locator("strong", has_text="space").count() == 1
    tops = [(await shown.locator("em", has_text=name).bounding_box() or {})["y"] for name in ("year", "score", "why")]
    assert tops[0] == tops[1] < tops[2]  # what is inline stands side by side
    assert "Seen twice •" in await shown.inner_text()
