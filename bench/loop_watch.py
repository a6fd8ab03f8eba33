"""Runs `poster-judge` and notes how long its event loop was kept busy: `python -m bench.loop_watch FILE bot`.

Three figures, in milliseconds, go to FILE as JSON at the end: the longest *callback* (one piece of code that did not
await), the longest *turn* (all callbacks that were ready at once; whatever arrives meanwhile waits for its end), and
the longest garbage *collection* (which is part of whatever callback it falls into).
"""

import asyncio
import atexit
import gc
import json
import selectors
import signal
import sys
import time
from asyncio import events
from pathlib import Path
from typing import Any


class LoopWatch:
    """Wraps the two places of asyncio's loop where time passes."""

    def __init__(self) -> None:
        self.longest_callback = 0.0
        self.longest_turn = 0.0
        self.callback = ""
        self.longest_collection = 0.0
        self._collecting = 0.0
        self._woke: float | None = None

    def install(self) -> None:
        """Watches every loop of this process from now on."""
        run, select = events.Handle._run, selectors.DefaultSelector.select

        def watched_run(handle: events.Handle) -> None:
            began = time.perf_counter()
            run(handle)
            took = time.perf_counter() - began
            if took > self.longest_callback:
                self.longest_callback, self.callback = took, _name(handle)

        def watched_select(selector: selectors.DefaultSelector, timeout: float | None = None) -> Any:
            if self._woke is not None:
                self.longest_turn = max(self.longest_turn, time.perf_counter() - self._woke)
            found = select(selector, timeout)
            self._woke = time.perf_counter()
            return found

        def watched_collection(phase: str, _info: object) -> None:
            if phase == "start":
                self._collecting = time.perf_counter()
            else:
                self.longest_collection = max(self.longest_collection, time.perf_counter() - self._collecting)

        gc.callbacks.append(watched_collection)
        events.Handle._run = watched_run  # type: ignore[method-assign]
        selectors.DefaultSelector.select = watched_select  # type: ignore[method-assign]

    def forget(self) -> None:
        """Begins anew: what was slow at the start is of no interest under load."""
        self.longest_callback = self.longest_turn = self.longest_collection = 0.0

    def write(self, file: Path) -> None:
        """What was seen."""
        file.write_text(
            json.dumps(
                {
                    "callback_ms": 1000 * self.longest_callback,
                    "callback": self.callback,
                    "turn_ms": 1000 * self.longest_turn,
                    "collection_ms": 1000 * self.longest_collection,
                }
            )
        )


def _name(handle: events.Handle) -> str:
    """The coroutine of the task that a callback drives, or what the callback is."""
    callback: Any = handle._callback  # type: ignore[attr-defined]
    task = getattr(callback, "__self__", None)
    return str(task.get_coro().__qualname__) if isinstance(task, asyncio.Task) else repr(callback)


def main() -> None:
    """Runs the command; SIGUSR1 forgets what was seen so far."""
    watch = LoopWatch()
    watch.install()
    signal.signal(signal.SIGUSR1, lambda *_: watch.forget())
    atexit.register(watch.write, Path(sys.argv[1]))
    from launcher.cli import app

    app(sys.argv[2:])


if __name__ == "__main__":
    main()
