"""`/history`: members look back at what they had judged, and at nobody else's."""

from sandbox import Message
from tests.bot.corrections import button, judged, told
from tests.bot.scene import Scene


async def looked_back(scene: Scene, who: str) -> Message:
    message: Message = await (await scene.sandbox.member(who).slash("history")).reply()
    return message


async def test_a_member_alone_pages_through_judgements_with_links_and_own_words(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    assert "Nothing yet. Give `/judge`" in (await looked_back(scene, "alice")).text
    first = await judged(scene, alice, title="*Alien*")
    await told(await alice.click(first, button(first, "Right")))
    for number in range(4):
        await judged(scene, alice, title=f"Film {number}")
    await judged(scene, alice, private=True)
    page = await looked_back(scene, "alice")
    assert page.ephemeral
    assert page.text.index("**untitled**") < page.text.index("**Film 3**") < page.text.index("**Film 0**")
    assert "Alien" not in page.text
    assert "only you saw it" in page.text
    older = button(page, "Older")
    await alice.click(page, older)
    await scene.sandbox.until(lambda: "Alien" in page.text)
    assert r"**\*Alien\***: Horror" in page.text
    assert "IMDb 7.0 or better: 30 %" in page.text
    assert f"/channels/{scene.sandbox.channel.guild.id}/{scene.sandbox.channel.id}/{first.id})" in page.text
    assert "You said: the film is **Horror**" in page.text
    # A forged button leads to the newest page.
    (part,) = [part for part in page.walk() if part.get("label") == "Newer"]
    part["custom_id"] = "pj:history:older:99999999999999999999:0"
    await alice.click(page, part["custom_id"])
    await scene.sandbox.until(lambda: "untitled" in page.text)
    assert "Nothing yet" in (await looked_back(scene, "mona")).text
