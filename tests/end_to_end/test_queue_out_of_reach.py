"""The network between our processes and the queue fails, and comes back."""

import pytest

from models.tables import PredictionState
from tests.bot.scene import upload
from tests.end_to_end.house import House


async def test_posters_sent_while_the_queue_is_out_of_reach_are_answered_once_it_is_back(house: House) -> None:
    await house.start_engine()
    await house.start_bot()
    await house.wire.cut()
    interactions = [await house.sandbox.member(name).slash("judge", poster=upload()) for name in ("alice", "bob")]
    for interaction in interactions:
        await house.until_in_state(interaction, PredictionState.QUEUED)
    await house.wire.mend()
    for interaction in interactions:
        assert (await house.final_row(interaction)).state is PredictionState.ANSWERED
        (message,) = interaction.messages
        assert "IMDb" in message.text
    await house.until_queues_are_empty()


@pytest.mark.long
async def test_a_connection_that_died_without_a_word_is_replaced_and_all_are_answered(house: House) -> None:
    await house.start_engine()
    await house.start_bot()
    house.wire.hold()
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    row = await house.final_row(interaction)
    assert row.state is PredictionState.ANSWERED
    assert len(interaction.messages) == 1
