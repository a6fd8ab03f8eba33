"""Bot and engine as real processes, with the starter version, around a real queue and the sandbox."""

import asyncio

import pytest

from broker.connection import Broker
from tests.bot.scene import upload
from tests.end_to_end.house import House


async def test_a_poster_is_judged_by_the_starter_version(house: House) -> None:
    await house.start_bot()
    await house.start_engine(POSTER_JUDGE_RUNTIME="onnx")
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload(), title="Gold")
    reply = await interaction.reply(lambda message: "IMDb" in message.text, timeout=30)
    assert "starter-3" in reply.text
    assert [attachment.filename for attachment in reply.attachments] == ["poster-1.jpg"]


async def test_posters_wait_for_an_engine_that_comes_later(house: House) -> None:
    await house.start_bot()
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    await interaction.reply(lambda message: "away" in message.text, timeout=30)
    await house.start_engine()
    await interaction.reply(lambda message: "IMDb" in message.text, timeout=30)


async def test_an_engine_killed_in_mid_batch_is_replaced_and_everyone_is_answered_once(house: House) -> None:
    await house.start_bot()
    engine = await house.start_engine()
    engine.freeze()
    alice = house.sandbox.member("alice")
    interactions = [await alice.slash("judge", poster=upload()) for _ in range(4)]
    await _until_pulled(house.broker)
    await engine.kill()
    await house.start_engine()
    for interaction in interactions:
        await interaction.reply(lambda message: "IMDb" in message.text, timeout=40)
        assert len(interaction.messages) == 1


@pytest.mark.long
async def test_a_killed_bot_answers_after_its_restart_what_was_judged_meanwhile(house: House) -> None:
    bot = await house.start_bot()
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    await interaction.reply(lambda message: "away" in message.text, timeout=30)
    await bot.kill()
    await house.start_engine()
    await _until_results_wait(house.broker)
    await house.start_bot()
    await interaction.reply(lambda message: "IMDb" in message.text, timeout=30)


async def _until_pulled(broker: Broker) -> None:
    """Until a frozen engine holds a request that it will never acknowledge."""
    async with asyncio.timeout(30):
        while not (await broker.js.consumer_info("JUDGE_REQUESTS", "engines")).num_ack_pending:
            await asyncio.sleep(0.05)


async def _until_results_wait(broker: Broker) -> None:
    async with asyncio.timeout(30):
        while not (await broker.js.stream_info("JUDGE_RESULTS")).state.messages:
            await asyncio.sleep(0.05)
