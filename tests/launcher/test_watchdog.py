"""A process whose event loop stands still."""

import subprocess
import sys

import pytest

from launcher.watchdog import run_watched
from models.exit_codes import UNAVAILABLE

LEAVES_GARBAGE = """
import asyncio, gc, weakref
from launcher import collecting, watchdog

collecting.INTERVAL = 0.01

class Knot:
    pass

async def wait_for_the_collector():
    knot = Knot()
    knot.itself = knot
    knot = weakref.ref(knot)
    async with asyncio.timeout(20):
        while knot() is not None:
            await asyncio.sleep(0.01)
    print(gc.get_threshold(), gc.get_freeze_count() > 1000)

watchdog.run_watched(wait_for_the_collector())
"""


def test_old_garbage_goes_by_the_clock_and_what_is_loaded_is_not_looked_at() -> None:
    ended = subprocess.run([sys.executable, "-c", LEAVES_GARBAGE], capture_output=True, text=True, timeout=60)
    assert ended.stdout.split("\n")[0] == "(10000, 20, 1000) True"


STANDS_STILL = """
import asyncio, threading
from launcher import watchdog

watchdog.LIMIT = 0.2

async def stand_still():
    await asyncio.sleep(0)
    threading.Event().wait()

watchdog.run_watched(stand_still())
"""


def test_it_ends_and_says_where_it_stood() -> None:
    ended = subprocess.run([sys.executable, "-c", STANDS_STILL], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "stand_still" in ended.stderr


NO_THREAD_LEFT = """
import asyncio, resource
from launcher import watchdog

watchdog.INTERVAL = 0.1

async def wait():
    await asyncio.sleep(0)
    resource.setrlimit(resource.RLIMIT_AS, (1, 1))
    await asyncio.Event().wait()

watchdog.run_watched(wait())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_one_whose_machine_gives_no_more_threads_ends() -> None:
    assert subprocess.run([sys.executable, "-c", NO_THREAD_LEFT], timeout=60).returncode == UNAVAILABLE


def test_one_that_turns_goes_on_to_its_end() -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append("done")

    run_watched(work())
    assert seen == ["done"]
