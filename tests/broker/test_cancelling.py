"""Ending tasks that do not end at the first word."""

import asyncio

import pytest

from broker.cancelling import cancel_all


async def test_a_task_that_swallows_its_cancellation_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.cancelling.AGAIN_AFTER", 0.01)
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await cancel_all([task])
    assert task.cancelled()
    assert swallowed == 3


async def test_what_tasks_raise_stays_with_them() -> None:
    async def fail() -> None:
        raise RuntimeError("late")

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await cancel_all([task])
    assert isinstance(task.exception(), RuntimeError)
