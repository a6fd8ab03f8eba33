"""`python -m sandbox replay`: does a scenario again in a sandbox that runs already, with the bot that is on it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import aiohttp
import typer

from sandbox.scenarios.scenario import Scenario, ScenarioError

#: Where `python -m sandbox` listens unless told otherwise.
DEFAULT_ADDRESS = "http://127.0.0.1:8137"
#: Seconds that a whole scenario may take.
TIMEOUT = 600.0


def replay(
    file: Annotated[Path, typer.Argument(help="The scenario, as the page's recording or `Scenario.save` wrote it.")],
    at: Annotated[str, typer.Option(help="Address of the sandbox, with the bot on it.")] = DEFAULT_ADDRESS,
) -> None:
    """Do a scenario again and say whether the bot answers as it says; ends with 1 if not."""
    try:
        scenario = Scenario.load(file)
        asyncio.run(_replay(scenario, at))
    except (ScenarioError, aiohttp.ClientError, TimeoutError) as error:
        problem = error if isinstance(error, ScenarioError) else f"no sandbox answers at {at}: {error}"
        typer.echo(f"{file.name}: {problem}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file.name}: all {len(scenario.steps)} steps went as it says.")


async def _replay(scenario: Scenario, address: str) -> None:
    async with (
        aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session,
        session.post("/control/replay", json=scenario.document()) as answer,
    ):
        said = await answer.json()
        problem = said.get("error") if answer.status != 200 else said["problem"]
        if problem is not None:
            raise ScenarioError(problem)
