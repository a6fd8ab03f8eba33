"""What happens in a scenario without anybody doing it: faults, and time that goes by."""

from __future__ import annotations

from typing import Any

from sandbox.faults.on_demand import FaultError, FaultsOnDemand
from sandbox.gateway.gateway import Gateway
from sandbox.scenarios.scenario import ScenarioError
from sandbox.world.world import World


class Circumstances:
    """Brings them about.

    Args:
        world: Where.
        gateway: For cutting the bot's connection.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._faults = FaultsOnDemand(world, gateway)

    async def happen(self, step: dict[str, Any]) -> None:
        """Do what a step says.

        Raises:
            ScenarioError: If that cannot be.
            KeyError: If the step lacks something.
        """
        try:
            if step["does"] == "wait":
                self._world.move_clock(step["seconds"])
            elif step["does"] == "fault":
                await self._faults.begin(step["fault"])
            else:
                self._faults.end(step.get("kind"))
        except (FaultError, ValueError) as error:
            raise ScenarioError(str(error)) from None
