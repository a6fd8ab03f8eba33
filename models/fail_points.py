"""Named places between two steps of a judgement, and inside of some, where a test may hold a process.

A process started with `POSTER_JUDGE_FAIL_POINT` set to a name stops there, as by `kill -STOP`, when it first gets to
it. So the test has all the time it wants to kill that process, or one that it depends on, at this very place; who was
only stopped goes on after `kill -CONT`. The table of names, with what has to be true afterwards, is
`tests/end_to_end/steps.py`. Windows knows no such signal: there the variable does nothing.
"""

import os
import signal
import sys
from typing import Final

VARIABLE: Final = "POSTER_JUDGE_FAIL_POINT"
_armed = os.environ.get(VARIABLE)


def reach(name: str) -> None:
    """Says that the process is at `name`, such as `bot.stored`; the first time it stops there if that was asked for."""
    global _armed
    if name == _armed and sys.platform != "win32":
        _armed = None
        os.kill(os.getpid(), signal.SIGSTOP)
