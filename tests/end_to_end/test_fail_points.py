"""Killed between any two steps of a judgement: nothing lost, nobody left waiting, nobody answered twice.

A new step adds its fail point in the code (`models.fail_points`) and a row here.
"""

import signal
import subprocess
from pathlib import Path

import pytest

from models.tables import PredictionState
from sandbox import Interaction
from tests.bot.scene import upload
from tests.end_to_end.house import House

BOT_POINTS = (
    "bot.received",
    "bot.downloaded",
    "bot.normalised",
    "bot.stored",
    "bot.queued",
    "bot.published",
    "bot.result_pulled",
    "bot.result_stored",
    "bot.result_acknowledged",
    "bot.edited",
    "bot.finished",
)
"""On the way of a good poster, in order."""

REFUSAL_POINTS = ("bot.refusal_decided", "bot.withdrawn", "bot.refusal_told")
"""On the way of a bad one."""

ENGINE_POINTS = ("engine.pulled", "engine.prepared", "engine.inferred", "engine.published", "engine.acknowledged")


async def check_answered(house: House, interaction: Interaction) -> None:
    """The invariants of a good poster, whatever was killed."""
    row = await house.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.ANSWERED, "")
    assert row.poster_id is not None
    assert await house.has_poster(row.poster_id)
    (message,) = interaction.messages
    assert "IMDb" in message.text
    assert list(house.sandbox.channel.messages.values()) == [message]
    await house.until_queues_are_empty()


@pytest.mark.parametrize("point", BOT_POINTS)
async def test_a_killed_bot_loses_no_judgement(house: House, point: str) -> None:
    await house.start_engine()
    bot = await house.start_bot(fail_at=point)
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    assert await bot.ended() == -signal.SIGKILL
    await house.start_bot()
    await check_answered(house, interaction)


@pytest.mark.parametrize("point", ENGINE_POINTS)
async def test_a_killed_engine_loses_no_judgement(house: House, point: str) -> None:
    await house.start_bot()
    engine = await house.start_engine(fail_at=point)
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    assert await engine.ended() == -signal.SIGKILL
    await house.start_engine()
    await check_answered(house, interaction)


@pytest.mark.parametrize("point", REFUSAL_POINTS)
async def test_a_killed_bot_refuses_no_one_twice_and_nobody_else_sees_it(house: House, point: str) -> None:
    alice, bob = house.sandbox.member("alice"), house.sandbox.member("bob")
    bot = await house.start_bot(fail_at=point)
    interaction = await alice.slash("judge", poster=upload(b"this is no picture at all " * 20))
    assert await bot.ended() == -signal.SIGKILL
    await house.start_bot()
    row = await house.final_row(interaction)
    told = interaction.messages_visible_to(alice)
    if point == "bot.refusal_told":
        # Discord cannot be asked whether it took the private word, so it is not said again.
        assert (row.state, row.cause) == (PredictionState.UNDELIVERED, "refusal_perhaps_told")
    else:
        assert (row.state, row.cause) == (PredictionState.REFUSED, "not_an_image")
    assert len(told) == 1
    assert not told[0].thinking
    assert interaction.messages_visible_to(bob) == []


def test_every_fail_point_in_the_code_is_in_the_table() -> None:
    root = Path(__file__).parents[2]
    found = subprocess.run(
        ["grep", "-rhoE", r'reach\("[a-z_.]+"\)', "bot", "model_engine"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    named = {call.removeprefix('reach("').removesuffix('")') for call in found}
    assert named == {*BOT_POINTS, *REFUSAL_POINTS, *ENGINE_POINTS}
