"""`/judge` as a member lives it."""

from models.tables import PredictionState
from tests.bot.scene import Scene, upload


async def test_a_member_gets_genres_and_a_verdict_for_a_poster(scene: Scene) -> None:
    alice = scene.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload(), title="The Gold Disc")
    assert await interaction.acknowledged() == 5
    await scene.answer(await scene.next_request())
    reply = await interaction.reply()
    assert "Horror" in reply.text
    assert "80 %" in reply.text
    assert "The Gold Disc" in reply.text
    assert "starter-1" in reply.text
    assert not reply.ephemeral
    row = await scene.final_row(interaction)
    assert row.state is PredictionState.ANSWERED
    assert row.judgement is not None
    assert len(row.features or b"") == 2560
