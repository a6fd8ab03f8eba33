"""What goes wrong in a soak, each as a function that returns when the fault is over."""

import asyncio
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

from bench.soak.household import Household, database_settings
from sandbox import CdnFault

Fault = Callable[[Household], Awaitable[None]]

MOMENT: Final = 1.5
"""Seconds that a fault lasts which a member may not notice."""

WHILE: Final = 6.0
"""Seconds that a fault lasts which outlives SQLite's and Discord's patience (5 and 3 s)."""

AGES: Final = 14.0
"""Seconds that a fault lasts which outlives the queue's patience (10 s)."""


def killed(name: str) -> Fault:
    """SIGKILL."""

    async def fault(house: Household) -> None:
        house.send_signal(name, signal.SIGKILL)

    return fault


def ended(name: str) -> Fault:
    """SIGTERM."""

    async def fault(house: Household) -> None:
        house.send_signal(name, signal.SIGTERM)

    return fault


def stopped(name: str, seconds: float) -> Fault:
    """SIGSTOP, and SIGCONT later."""

    async def fault(house: Household) -> None:
        process = house.process(name)
        house.send_signal(name, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        if process is not None and process.is_running():
            process.send_signal(signal.SIGCONT)

    return fault


def answered_with(status: int, times: int, **more: Any) -> Fault:
    """The next requests of the bot fail; those that are not made within a while are spared."""

    async def fault(house: Household) -> None:
        made = house.sandbox.fail_next("", status=status, times=times, **more)
        await _until_used_up(lambda: made.times)
        made.times = 0

    return fault


async def cut_connections(house: Household) -> None:
    """Discord does what it is asked, and the word of it is lost."""
    made = house.sandbox.fail_next("", times=8, applied=True, disconnect=True)
    await _until_used_up(lambda: made.times)
    made.times = 0


async def slow_discord(house: Household) -> None:
    """Requests wait a moment."""
    made = house.sandbox.hold_next("", times=20)
    await asyncio.sleep(MOMENT)
    made.times = 0
    made.release()


async def gateway_dropped(house: Household) -> None:
    """The bot's connection is cut; it may resume."""
    await house.sandbox.drop_gateway()


async def session_lost(house: Household) -> None:
    """The bot's connection is cut, and its session forgotten."""
    await house.sandbox.drop_gateway(resumable=False)


async def reconnect_asked(house: Household) -> None:
    """Discord asks the bot to connect anew."""
    await house.sandbox.request_reconnect()


async def tokens_expired(house: Household) -> None:
    """The interactions that are open can no longer be answered."""
    house.sandbox.expire_tokens()


async def clock_moved(house: Household) -> None:
    """Discord's clock jumps by a minute: whatever is not acknowledged by now never will be."""
    house.sandbox.clock.advance(60)


async def events_again(house: Household) -> None:
    """The gateway says the same things twice, the newest first."""
    recent = [i for i in house.sandbox.world.interactions.newest(20) if not i.failed]
    for interaction in recent:
        house.sandbox.dispatch_again(interaction)


async def events_out_of_order(house: Household) -> None:
    """Events come late, and the newest first."""
    house.sandbox.hold_interactions()
    await asyncio.sleep(MOMENT)
    house.sandbox.release_interactions(backwards=True)


async def slow_cdn(house: Household) -> None:
    """Pictures begin to come and then do not, for a while."""
    await _cdn(house, CdnFault(stall_after=1000), WHILE)


async def broken_cdn(house: Household) -> None:
    """The CDN answers 503."""
    await _cdn(house, CdnFault(status=503), MOMENT)


async def disk_full(house: Household) -> None:
    """Nothing more can be written."""
    await asyncio.to_thread(house.disk.fill)
    try:
        await asyncio.sleep(WHILE)
    finally:
        house.disk.free()


async def database_locked(house: Household) -> None:
    """Another program holds the database's lock."""
    await asyncio.to_thread(_lock, database_settings(house).url().database or "")


def _lock(path: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=WHILE)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(WHILE)
        other.execute("ROLLBACK")


async def _cdn(house: Household, fault: CdnFault, seconds: float) -> None:
    made: list[CdnFault] = []

    def next_fault() -> CdnFault:
        made.append(replace(fault, released=asyncio.Event()))
        return made[-1]

    before, house.cdn_fault = house.cdn_fault, next_fault
    await asyncio.sleep(seconds)
    house.cdn_fault = before
    for one in made:
        one.release()


async def _until_used_up(left: Callable[[], int]) -> None:
    try:
        async with asyncio.timeout(WHILE):
            while left() > 0:  # noqa: ASYNC110  # Nobody tells when a fault was used.
                await asyncio.sleep(0.05)
    except TimeoutError:
        pass


FAULTS: Final[dict[str, Fault]] = {
    "bot killed": killed("bot"),
    "engine killed": killed("engine"),
    "NATS killed": killed("nats-server"),
    "launcher killed": killed("launcher"),
    "intake worker killed": killed("intake worker"),
    "bot ended (SIGTERM)": ended("bot"),
    "engine ended (SIGTERM)": ended("engine"),
    "everything ended (SIGTERM)": ended("launcher"),
    "bot stopped for 6 s": stopped("bot", WHILE),
    "engine stopped for 14 s": stopped("engine", AGES),
    "NATS stopped for 6 s": stopped("nats-server", WHILE),
    "intake worker stopped for 14 s": stopped("intake worker", AGES),
    "disk full for 6 s": disk_full,
    "database locked for 6 s": database_locked,
    "gateway dropped": gateway_dropped,
    "gateway session lost": session_lost,
    "gateway asks to reconnect": reconnect_asked,
    "30 answers 429": answered_with(429, 30, retry_after=0.5),
    "15 answers 500": answered_with(500, 15),
    "15 answers 502, done all the same": answered_with(502, 15, applied=True),
    "8 connections cut, done all the same": cut_connections,
    "Discord slow for 1.5 s": slow_discord,
    "tokens expired": tokens_expired,
    "Discord's clock a minute ahead": clock_moved,
    "20 events twice": events_again,
    "events late and backwards": events_out_of_order,
    "CDN stalls for 6 s": slow_cdn,
    "CDN answers 503": broken_cdn,
}
"""All kinds, by the name that the report uses."""
