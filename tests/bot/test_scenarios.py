"""Sessions that were recorded in the page, done again with the real bot: see sandbox/README.md, "Scenarios"."""

import asyncio
from pathlib import Path

import pytest

from tests.bot.scene import Scene

SCENARIOS = sorted(Path(__file__).with_name("scenarios").glob("*.json"))


async def _engine(scene: Scene) -> None:
    while True:
        await scene.answer(await scene.next_request())


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
async def test_it_goes_as_it_was_written_down(scene: Scene, path: Path) -> None:
    engine = asyncio.create_task(_engine(scene))
    try:
        await scene.sandbox.replay(path, timeout=20)
    finally:
        engine.cancel()
        await asyncio.gather(engine, return_exceptions=True)


def test_there_are_scenarios() -> None:
    assert SCENARIOS
