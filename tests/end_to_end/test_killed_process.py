"""Bot, engine or intake worker killed at any step: nothing lost, nobody left waiting, nobody answered twice."""

import re
from pathlib import Path

import pytest

from models.tables import PredictionState
from tests.bot.scene import upload
from tests.end_to_end.house import House
from tests.end_to_end.steps import IN_EVERY_RUN, NO_STEP_OF_A_JUDGEMENT, STEPS, Step, marked


@pytest.mark.parametrize("step", marked(IN_EVERY_RUN), ids=str)
async def test_a_killed_process_loses_no_judgement(house: House, step: Step) -> None:
    await house.start_engine(fail_at=step.fail_point)
    await house.start_bot(fail_at=step.fail_point)
    interaction = await step.enter(house)
    await house.replace(house.owner(await step.process(house)))
    await step.leave(house)
    await (step.ends_if_killed or step.ends)(house, interaction)


@pytest.mark.long
@pytest.mark.parametrize("step", STEPS, ids=str)
async def test_a_killed_partner_loses_no_judgement(house: House, step: Step) -> None:
    engine = await house.start_engine(fail_at=step.fail_point)
    bot = await house.start_bot(fail_at=step.fail_point)
    interaction = await step.enter(house)
    holder = house.owner(await step.process(house))
    await house.replace(engine if holder is bot else bot)
    await step.leave(house)
    await step.ends(house, interaction)


@pytest.mark.parametrize(("killed", "cause"), [(True, "intake_crashed"), (False, "intake_timed_out")])
async def test_a_worker_that_dies_or_hangs_costs_one_refusal(house: House, killed: bool, cause: str) -> None:
    await house.start_engine()
    await house.start_bot(fail_at="worker.reading", POSTER_JUDGE_INTAKE_TIMEOUT="1")
    alice = house.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload())
    worker = await house.stopped()
    if killed:
        worker.kill()
    row = await house.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.REFUSED, cause)
    assert [message.thinking for message in interaction.messages_visible_to(alice)] == [False]
    assert house.sandbox.messages_visible_to(house.sandbox.member("bob")) == []


async def test_a_bot_killed_before_discord_took_its_deferral_answers_with_an_ordinary_message(house: House) -> None:
    await house.start_engine()
    bot = await house.start_bot()
    deferral = house.sandbox.hold_next("/callback")
    interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
    await deferral.held()
    await house.until_known(interaction)
    await house.replace(bot)
    row = await house.final_row(interaction)
    assert (row.state, row.cause) == (PredictionState.ANSWERED, "")
    assert interaction.messages == []
    (message,) = house.sandbox.channel.messages.values()
    assert "IMDb" in message.text
    # It could not know, so it tried to edit what was never there; within three seconds Discord calls that a breach.
    assert {breach.method for breach in house.sandbox.breaches} <= {"PATCH"}
    house.sandbox.breaches.clear()


async def test_the_next_poster_after_a_killed_worker_is_judged(house: House) -> None:
    await house.start_engine()
    await house.start_bot(fail_at="worker.reading")
    refused = await house.sandbox.member("alice").slash("judge", poster=upload())
    (await house.stopped()).kill()
    await house.final_row(refused)
    # The new worker has the same fail point.
    interaction = await house.sandbox.member("bob").slash("judge", poster=upload())
    (await house.stopped()).resume()
    assert (await house.final_row(interaction)).state is PredictionState.ANSWERED
    (message,) = interaction.messages
    assert "IMDb" in message.text


def test_every_fail_point_in_the_code_is_in_the_table() -> None:
    root = Path(__file__).parents[2]
    sources = (file for room in ("bot", "model_engine", "posters", "broker") for file in (root / room).rglob("*.py"))
    named = {name for file in sources for name in re.findall(r'\breach\("([^"]+)"\)', file.read_text())}
    assert named == {step.fail_point for step in STEPS} - {""} | NO_STEP_OF_A_JUDGEMENT.keys()
    for name, file in NO_STEP_OF_A_JUDGEMENT.items():
        assert name in (Path(__file__).parent / file).read_text()
