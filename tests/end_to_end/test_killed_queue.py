"""The queue's server killed at any step: nothing lost, nobody left waiting, nobody answered twice."""

import pytest

from tests.end_to_end.house import House
from tests.end_to_end.steps import Step, marked

IN_EVERY_RUN = {"engine.published", "bot.queued-request-unconfirmed"}


@pytest.mark.parametrize("step", marked(IN_EVERY_RUN), ids=str)
async def test_a_killed_queue_loses_no_judgement(house: House, step: Step) -> None:
    await house.start_engine(fail_at=step.fail_point)
    await house.start_bot(fail_at=step.fail_point)
    interaction = await step.enter(house)
    await house.replace_queue()
    await step.leave(house)
    await step.ends(house, interaction)
