"""A real engine whose machine gives it no more memory: it ends, no poster fails, and its successor judges."""

import sys

import psutil
import pytest

from models.tables import PredictionState
from sandbox import Interaction
from tests.bot.scene import upload
from tests.end_to_end.house import House

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prlimit(2) is Linux's")


async def send_posters(house: House, count: int) -> list[Interaction]:
    """Posters that wait in the queue."""
    alice = house.sandbox.member("alice")
    interactions = [await alice.slash("judge", poster=upload()) for _ in range(count)]
    for interaction in interactions:
        await house.until_in_state(interaction, PredictionState.QUEUED)
    return interactions


async def test_an_engine_out_of_memory_ends_and_its_successor_judges(house: House) -> None:
    await house.start_bot()
    interactions = await send_posters(house, 4)
    engine = await house.start("engine", "serve", fail_at="engine.stacked", POSTER_JUDGE_RUNTIME="onnx")
    stopped = await house.stopped()
    take_memory(stopped)
    stopped.resume()
    assert await engine.ended() != 0
    await house.start_engine()
    for interaction in interactions:
        row = await house.final_row(interaction)
        assert (row.state, row.cause) == (PredictionState.ANSWERED, "")
        assert len(interaction.messages) == 1


def take_memory(process: psutil.Process) -> None:
    """From now on the process gets no more address space than it has."""
    size = process.memory_info().vms
    process.rlimit(psutil.RLIMIT_AS, (size, size))
