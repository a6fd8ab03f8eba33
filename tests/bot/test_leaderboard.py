"""`/leaderboard`: those who joined are seen, without a ping, and nobody else."""

from tests.bot.corrections import button, judged, told
from tests.bot.scene import Scene


async def test_members_join_are_seen_and_leave(scene: Scene) -> None:
    alice, mona = scene.sandbox.member("alice"), scene.sandbox.member("mona")
    message = await judged(scene, alice)
    for member in (alice, mona):
        await told(await member.click(message, button(message, "Right")))

    async def shown() -> str:
        reply = await (await mona.slash("leaderboard show")).reply(lambda reply: "corrects me best" in reply.text)
        assert reply.ephemeral
        assert reply.mentions == []
        return reply.text

    assert "Nobody yet" in await shown()
    await told(await alice.slash("leaderboard join"))
    assert f"1. <@{alice.id}>: **1** point (1 correction)" in await shown()
    assert mona.id not in await shown()
    # Who has left the server is not shown, and is again after coming back.
    members = scene.sandbox.channel.guild.members
    gone = members.pop(alice.id)
    assert "Nobody yet" in await shown()
    members[alice.id] = gone
    assert alice.id in await shown()
    await told(await alice.slash("leaderboard leave"))
    assert "Nobody yet" in await shown()
