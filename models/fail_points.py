"""Named places between two steps of a judgement, where a test may kill the process.

A process started with `POSTER_JUDGE_FAIL_POINT` set to a name ends there, as by `kill -9`, when it first gets there.
The table of names, with what has to be true afterwards, is `tests/end_to_end/test_fail_points.py`.
"""

import os
import signal
from typing import Final

VARIABLE: Final = "POSTER_JUDGE_FAIL_POINT"
_ARMED: Final = os.environ.get(VARIABLE)


def reach(name: str) -> None:
    """Says that the process is at `name`, such as `bot.stored`; ends it there if that was asked for."""
    if name == _ARMED:
        os.kill(os.getpid(), signal.SIGKILL)
