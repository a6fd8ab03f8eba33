"""Children that end when the launcher is killed, so that a second start never meets the first one's processes."""

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
"""prctl(2): the signal that this process gets when its parent ends."""


def die_with_parent() -> None:
    """Runs in the child between fork and exec. Linux only: elsewhere a killed launcher may leave children behind."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # The parent ended before the call.
        os._exit(1)
