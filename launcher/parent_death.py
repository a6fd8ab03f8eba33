"""Children that end when the launcher is killed, so that a second start never meets the first one's processes."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

PR_SET_PDEATHSIG: Final = 1
"""prctl(2): the signal that this process gets when its parent ends."""

_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
"""Loaded here, because little may be done between fork and exec."""


def die_with_parent() -> Callable[[], None]:
    """What the child has to call between fork and exec.

    Linux only: elsewhere a killed launcher may leave children behind. Killed, not asked to end: a child whose queue is
    gone, or that was stopped, would take its time, and any process of ours may be killed at any moment.
    """
    parent = os.getpid()

    def set_signal() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # It ended before the call.
            os._exit(1)

    return set_signal
