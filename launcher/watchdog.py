"""Ends a process of ours whose event loop no longer turns, so that whoever watches it starts another one."""

import asyncio
import faulthandler
import os
from collections.abc import Coroutine
from typing import Any, Final

from launcher.collecting import collect_now_and_then, leave_out_what_is_loaded
from models.exit_codes import UNAVAILABLE

LIMIT: Final = 30.0
"""Seconds without a turn of the loop after which the process ends. Nothing of ours holds it up for a tenth of one."""

INTERVAL: Final = 2.0
"""Seconds between two signs that it turns."""


def run_watched(work: Coroutine[Any, Any, None]) -> None:
    """`asyncio.run`, in a process that ends with code 1 and a traceback when its loop stands still for `LIMIT`.

    The watch is kept by a thread of the interpreter's own that needs neither Python nor memory. It was seen to be
    needed: a Python thread for whose first step the machine has no memory leaves whoever started it waiting for ever
    (`threading.Thread.start` waits without a limit).
    """
    leave_out_what_is_loaded()
    try:
        asyncio.run(_watched(work))
    finally:
        # Not before: the loop's end waits for its threads, and one of them may hang.
        faulthandler.cancel_dump_traceback_later()


async def _watched(work: Coroutine[Any, Any, None]) -> None:
    beside = [asyncio.create_task(_show_that_it_turns()), asyncio.create_task(collect_now_and_then())]
    try:
        await work
    finally:
        for task in beside:
            task.cancel()


async def _show_that_it_turns() -> None:
    while True:
        try:
            faulthandler.dump_traceback_later(LIMIT, exit=True)
        except (RuntimeError, MemoryError):
            # A machine that has no thread for the watch has none for the work either, and an orderly end takes more.
            os._exit(UNAVAILABLE)
        await asyncio.sleep(INTERVAL)
