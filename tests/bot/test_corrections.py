"""Buttons and menus below a judgement, as members live them."""

from tests.bot.corrections import answer_to, button, judged, menu_of, told
from tests.bot.scene import Scene


async def test_genres_are_ticked_in_a_private_menu_and_the_poster_stays(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    message = await judged(scene, alice)
    press = await alice.click(message, button(message, "Fix genres"))
    menu = await told(press)
    select = menu_of(menu)
    assert len(select["options"]) == 24
    assert [option["value"] for option in select["options"] if option.get("default")] == ["Horror"]
    chosen = await alice.click(menu, select["custom_id"], values=["Horror", "Comedy"])
    await chosen.until(lambda _: "Noted: the film is **Comedy and Horror**." in menu.text)
    await scene.sandbox.until(lambda: "The crowd (1 member):** Comedy, Horror" in message.text)
    assert [attachment.filename for attachment in message.attachments] == ["poster-1.jpg"]
    # Later the member finds their own choice ticked, and others the model's.
    for member, ticked in ((alice, ["Comedy", "Horror"]), (bob, ["Horror"])):
        again = await told(await member.click(message, button(message, "Fix genres")))
        select = menu_of(again)
        assert [option["value"] for option in select["options"] if option.get("default")] == ticked


async def test_buttons_and_menus_work_after_a_restart(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    message = await judged(scene, alice)
    menu = await told(await alice.click(message, button(message, "Fix genres")))
    await scene.stop_bot()
    await scene.start_bot()
    select = menu_of(menu)
    chosen = await alice.click(menu, select["custom_id"], values=["Western"])
    await chosen.until(lambda _: "Noted" in menu.text)
    # The token of the press was forgotten, so the message is edited as an ordinary one.
    await scene.sandbox.until(lambda: "Western" in message.text)
    noted = await told(await alice.click(message, button(message, "Right")))
    await scene.stop_bot()
    await scene.start_bot()
    await alice.click(noted, button(noted, "Undo"))
    await scene.sandbox.until(lambda: "What counts of yours now: the film is **Western**" in noted.text)


async def test_a_private_judgement_is_corrected_in_private(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    private = await judged(scene, alice, private=True)
    await alice.click(private, button(private, "Right"))
    await scene.sandbox.until(lambda: "The crowd (1 member):** Horror" in private.text)
    assert "mentioning me" not in private.text
    # The same poster, judged for everybody, shows nothing of it.
    public = await judged(scene, bob)
    assert "The crowd" not in public.text
    assert "mentioning me" in public.text


async def test_only_the_asker_and_moderators_delete_a_judgement(scene: Scene) -> None:
    alice, bob, olga = (scene.sandbox.member(name) for name in ("alice", "bob", "olga"))
    message = await judged(scene, alice)
    refused = await told(await bob.click(message, button(message, "Delete")))
    assert "Only whoever asked" in refused.text
    assert not message.deleted
    await alice.click(message, button(message, "Delete"))
    await scene.sandbox.until(lambda: message.deleted)
    message = await judged(scene, alice)
    await told(await olga.click(message, button(message, "Delete")))
    assert message.deleted


async def test_an_edit_that_discord_refuses_is_made_up_for_at_the_next_press(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    message = await judged(scene, alice)
    refusal = scene.sandbox.fail_next("/channels/", method="PATCH", status=403, code=50001)
    said = await bob.send(None, "it's a western", reply_to=message, mention=True)
    assert "**Western**" in (await answer_to(scene, said)).text
    await scene.sandbox.until(lambda: refusal.times == 0)
    assert "The crowd" not in message.text
    # The press's own token edits the message where the bot itself may not.
    await told(await alice.click(message, button(message, "Fix genres")))
    noted = await told(await alice.click(message, button(message, "Right")))
    assert "Noted" in noted.text
    await scene.sandbox.until(lambda: "The crowd (2 members)" in message.text)
