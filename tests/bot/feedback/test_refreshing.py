"""A changed consensus is shown soon, but seldom enough for Discord."""

import asyncio

from bot.feedback.refreshing import Refreshing


class Refreshes:
    """Counts the refreshes of each reply, and holds them until told otherwise."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.changed = asyncio.Condition()
        self.fault: Exception | None = None

    async def __call__(self, reply_id: int) -> None:
        async with self.changed:
            self.done.append(reply_id)
            self.changed.notify_all()
        if self.fault is not None:
            raise self.fault

    async def until(self, done: list[int]) -> None:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: sorted(self.done) == sorted(done))


async def test_many_changes_at_once_are_one_refresh_now_and_one_after_the_pause() -> None:
    refreshes = Refreshes()
    refreshing = Refreshing(refreshes, pause=0.05)
    for _ in range(1000):
        refreshing.request(1)
    refreshing.request(2)
    await refreshes.until([1, 1, 2])
    await refreshing.close()


async def test_a_refresh_that_failed_does_not_stop_the_next_one() -> None:
    refreshes = Refreshes()
    refreshes.fault = RuntimeError("Discord said something new")
    refreshing = Refreshing(refreshes, pause=0)
    refreshing.request(1)
    await refreshes.until([1])
    refreshing.request(1)
    await refreshes.until([1, 1])
    await refreshing.close()


async def test_memory_is_bounded_and_nothing_is_asked_for_a_reply_that_is_gone_or_after_the_end() -> None:
    refreshes = Refreshes()
    refreshing = Refreshing(refreshes, pause=60, most=2)
    for reply_id in (1, 2, 3, None):
        refreshing.request(reply_id)
    await refreshes.until([1, 2])
    await refreshing.close()
    refreshing.request(4)
    await asyncio.sleep(0)
    assert sorted(refreshes.done) == [1, 2]
