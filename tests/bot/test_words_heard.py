"""Corrections in words, as members live them."""

from sandbox import Message
from tests.bot.scene import Scene, upload
from tests.bot.test_corrections import button, judged


async def answer_to(scene: Scene, message: Message) -> Message:
    """The bot's reply to a member's message."""

    def found() -> Message | None:
        replies = (one for one in message.channel.messages.values() if one.reference and one.author.bot)
        return next((one for one in replies if one.reference and one.reference["message_id"] == message.id), None)

    answer: Message = await scene.sandbox.until(found, what="the bot's answer")
    return answer


async def test_a_reply_with_a_mention_is_understood_noted_and_can_be_undone(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    message = await judged(scene, alice)
    said = await bob.send(None, "it's horror and comedy, imdb 6.4", reply_to=message, mention=True)
    answer = await answer_to(scene, said)
    assert "Noted: the film is **Comedy and Horror**, IMDb score **6.4**." in answer.text
    await scene.sandbox.until(lambda: "The crowd (1 member):** Comedy, Horror · IMDb 6.4" in message.text)
    # A reply to the answer is about the same judgement.
    more = await bob.send(None, "also crime", reply_to=answer, mention=True)
    assert "**Comedy, Crime and Horror**" in (await answer_to(scene, more)).text
    # Somebody else cannot take it back; its member can.
    refused = await (await alice.click(answer, button(answer, "Undo"))).reply(lambda reply: reply.ephemeral)
    assert "somebody else" in refused.text
    await bob.click(answer, button(answer, "Undo"))
    await scene.sandbox.until(lambda: "Taken back" in answer.text)
