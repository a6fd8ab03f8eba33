"""The launcher killed at any step, and with it all that it started: the next start finds everything."""

import pytest

from tests.end_to_end.house import House
from tests.end_to_end.steps import Step, Unconfirmed, marked


@pytest.mark.parametrize("step", marked({"engine.published"}), ids=str)
async def test_a_killed_launcher_loses_no_judgement(house: House, step: Step) -> None:
    own_queue = not isinstance(step, Unconfirmed)  # Its wire leads to the test's queue.
    up = await house.start_up(fail_at=step.fail_point, own_queue=own_queue)
    interaction = await step.enter(house)
    await house.kill(up)
    await step.leave(house)
    await house.start_up(own_queue=own_queue)
    await (step.ends_if_killed or step.ends)(house, interaction)
