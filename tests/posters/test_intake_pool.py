"""A picture that kills, hangs or bloats its worker is one refusal; the next poster is fine."""

import asyncio
import functools
import io
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import psutil
import pytest
import pytest_asyncio
from PIL import Image

from posters.intake import normalise
from posters.refusals import Refusal, RefusalCode
from posters.settings import PosterSettings
from posters.workers import IntakePool


def poster_bytes() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 400), "red").save(target, "PNG")
    return target.getvalue()


POSTER = poster_bytes()
SETTINGS = PosterSettings(intake_workers=1, intake_timeout=20.0, intake_queue_limit=2)
HASTY = PosterSettings(intake_workers=1, intake_timeout=0.2)

# Each stands for what a picture may do to the process that reads it.
HANG: Callable[..., Any] = signal.pause
DIE: Callable[..., Any] = functools.partial(os._exit, 7)
CRASH: Callable[..., Any] = os.abort
BLOAT: Callable[..., Any] = functools.partial(bytearray, 4_000_000_000)


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[IntakePool]:
    async with IntakePool(SETTINGS) as pool:
        yield pool


async def started() -> None:
    """One turn of the loop, in which tasks just made run to where they wait for a worker."""
    await asyncio.sleep(0)


async def refused(pool: IntakePool, function: Callable[..., Any]) -> RefusalCode:
    with pytest.raises(Refusal) as caught:
        await pool._call(function)
    return caught.value.code


async def assert_fine(pool: IntakePool) -> None:
    assert await pool.normalise(POSTER) == normalise(POSTER, SETTINGS.limits)


async def test_a_poster_read_in_a_worker_is_the_same_as_read_here(pool: IntakePool) -> None:
    await assert_fine(pool)


async def test_a_refusal_found_in_a_worker_reaches_the_member(pool: IntakePool) -> None:
    with pytest.raises(Refusal, match="not a picture I can read"):
        await pool.normalise(b"hello")


@pytest.mark.parametrize("deed", [DIE, CRASH, BLOAT], ids=["dies", "crashes", "bloats"])
async def test_a_picture_that_ends_its_worker_is_one_refusal_and_the_next_is_fine(
    pool: IntakePool, deed: Callable[..., Any]
) -> None:
    assert await refused(pool, deed) == RefusalCode.INTAKE_CRASHED
    await assert_fine(pool)


async def test_a_picture_that_takes_for_ever_is_one_refusal_and_the_next_is_fine() -> None:
    async with IntakePool(HASTY) as pool:
        assert await refused(pool, HANG) == RefusalCode.INTAKE_TIMED_OUT
        await assert_fine(pool)


async def test_a_worker_killed_while_it_waits_is_replaced_unnoticed(pool: IntakePool) -> None:
    [worker] = multiprocessing.active_children()
    os.kill(worker.pid, signal.SIGKILL)
    await assert_fine(pool)


async def test_a_worker_killed_while_it_reads_is_one_refusal(pool: IntakePool) -> None:
    assert await refused(pool, functools.partial(signal.raise_signal, signal.SIGKILL)) == RefusalCode.INTAKE_CRASHED
    await assert_fine(pool)


async def test_a_member_who_gives_up_leaves_the_worker_to_the_next(pool: IntakePool) -> None:
    waiting = asyncio.create_task(pool._call(HANG))
    await started()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await assert_fine(pool)


async def test_beyond_the_queue_limit_a_poster_is_refused_as_busy_at_once(pool: IntakePool) -> None:
    tasks = [asyncio.create_task(pool._call(HANG)) for _ in range(1 + SETTINGS.intake_queue_limit)]
    await started()

    with pytest.raises(Refusal) as caught:
        await pool.normalise(POSTER)
    assert caught.value.code == RefusalCode.INTAKE_BUSY

    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await assert_fine(pool)


async def test_many_posters_at_once_are_all_read() -> None:
    async with IntakePool(PosterSettings(intake_workers=2)) as pool:
        posters = await asyncio.gather(*(pool.normalise(POSTER) for _ in range(40)))
    assert len({poster.sha256 for poster in posters}) == 1


async def test_closing_ends_what_hangs_and_leaves_no_process() -> None:
    pool = IntakePool(SETTINGS)
    await pool.start()
    [worker] = multiprocessing.active_children()
    hanging = asyncio.create_task(pool._call(HANG))
    await started()

    await pool.close()

    assert not psutil.pid_exists(worker.pid)
    # Not a refusal: the picture is as good as it was, and whoever starts next reads it.
    with pytest.raises(RuntimeError, match="closed"):
        await hanging
    with pytest.raises(RuntimeError, match="not running"):
        await pool.normalise(POSTER)


async def test_a_memory_limit_that_no_worker_can_live_with_is_told_at_the_start() -> None:
    pool = IntakePool(PosterSettings.model_construct(**{**SETTINGS.model_dump(), "intake_memory_bytes": 1_000_000}))
    with pytest.raises(RuntimeError, match="INTAKE_MEMORY_BYTES"):
        await pool.start()


def test_workers_load_pillow_and_nothing_of_the_bot_while_the_bot_loads_no_pillow() -> None:
    script = """
import asyncio, sys
from posters.settings import PosterSettings
from posters.workers import IntakePool

async def main():
    async with IntakePool(PosterSettings(intake_workers=1)) as pool:
        names = await pool._call(eval, "sorted(__import__('sys').modules)")
    print("PIL" in names, "discord" in names, "PIL" in sys.modules)

if __name__ == "__main__":
    asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["True", "False", "False"], "")


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "reading"])
def test_workers_die_with_a_bot_that_is_killed(busy: bool) -> None:
    script = f"""
import asyncio, multiprocessing, signal
from posters.settings import PosterSettings
from posters.workers import IntakePool

async def main():
    async with IntakePool(PosterSettings(intake_workers=2)) as pool:
        if {busy}:
            tasks = [asyncio.create_task(pool._call(signal.pause)) for _ in range(2)]
            while not pool._idle.empty():
                await asyncio.sleep(0)
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""
    bot = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert bot.stdout is not None
    workers = [psutil.Process(int(pid)) for pid in bot.stdout.readline().split()]
    family = psutil.Process(bot.pid).children(recursive=True)
    assert len(workers) == 2

    bot.kill()
    bot.wait()
    bot.stdout.close()

    _, alive = psutil.wait_procs({*workers, *family}, timeout=30)
    assert alive == []
