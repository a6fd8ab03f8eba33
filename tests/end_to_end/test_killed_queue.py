"""The queue's server killed at any step: nothing lost, nobody left waiting, nobody answered twice."""

import pytest

from tests.end_to_end.house import House
from tests.end_to_end.steps import AT_THE_HANDOVERS, Step, Unconfirmed, marked


@pytest.mark.parametrize("step", marked(AT_THE_HANDOVERS, also=Unconfirmed), ids=str)
async def test_a_killed_queue_loses_no_judgement(house: House, step: Step) -> None:
    await house.start_engine(fail_at=step.fail_point)
    await house.start_bot(fail_at=step.fail_point)
    interaction = await step.enter(house)
    await house.replace_queue()
    await step.leave(house)
    await step.ends(house, interaction)
