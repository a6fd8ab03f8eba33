"""Garbage collection that does not hold up the event loop.

A full collection goes through every object there is: with a thousand posters in hand that took 0.18 s, in which nobody
was acknowledged (`python -m bench.overload`). What is loaded at the start stays for good and is left out, and full
collections come by the clock, not by the number of objects, which is largest when there is most to do. Young objects,
nearly all of the garbage, are collected as usual. It costs some 50 MB.
"""

import asyncio
import gc
from typing import Final

INTERVAL: Final = 600.0
"""Seconds between two full collections."""

THRESHOLDS: Final = (10_000, 20, 1_000)
"""New objects before the youngest are collected, such collections before the next older, those before all (never)."""


def leave_out_what_is_loaded() -> None:
    """Called once, when everything is imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


async def collect_now_and_then() -> None:
    """Runs until cancelled."""
    while True:
        await asyncio.sleep(INTERVAL)
        gc.collect()
