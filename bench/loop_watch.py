"""Runs `poster-judge` and notes how long its event loop was kept busy: `python -m bench.loop_watch FILE bot`.

Two figures, in milliseconds, go to FILE as JSON at the end: the longest *callback* (one piece of code that did not
await) and the longest *turn* (all callbacks that were ready at once; whatever arrives meanwhile waits for its end).
"""

import atexit
import json
import selectors
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
        self._woke: float | None = None

    def install(self) -> None:
        """Watches every loop of this process from now on."""
        run, select = events.Handle._run, selectors.EpollSelector.select

        def watched_run(handle: events.Handle) -> None:
            began = time.perf_counter()
            run(handle)
            took = time.perf_counter() - began
            if took > self.longest_callback:
                self.longest_callback, self.callback = took, repr(handle)[:200]

        def watched_select(selector: selectors.EpollSelector, timeout: float | None = None) -> Any:
            if self._woke is not None:
                self.longest_turn = max(self.longest_turn, time.perf_counter() - self._woke)
            found = select(selector, timeout)
            self._woke = time.perf_counter()
            return found

        events.Handle._run = watched_run  # type: ignore[method-assign]
        selectors.EpollSelector.select = watched_select  # type: ignore[method-assign]

    def forget(self) -> None:
        """Begins anew: what was slow at the start is of no interest under load."""
        self.longest_callback = self.longest_turn = 0.0

    def write(self, file: Path) -> None:
        """What was seen."""
        file.write_text(
            json.dumps(
                {
                    "callback_ms": 1000 * self.longest_callback,
                    "callback": self.callback,
                    "turn_ms": 1000 * self.longest_turn,
                }
            )
        )


def main() -> None:
    """Runs the command; SIGUSR1 forgets what was seen so far."""
    import signal

    watch = LoopWatch()
    watch.install()
    signal.signal(signal.SIGUSR1, lambda *_: watch.forget())
    atexit.register(watch.write, Path(sys.argv[1]))
    from launcher.cli import app

    app(sys.argv[2:])


if __name__ == "__main__":
    main()
