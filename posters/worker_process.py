"""What runs inside an intake worker: its limits, its end, its one task. Started by `posters.workers`."""

import ctypes
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from typing import Any

from models.fail_points import reach
from posters.limits import Limits
from posters.poster import NormalisedPoster

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that the kernel sends when the parent dies."""

_ORPHANED = 3
"""Exit status of a worker whose bot is gone; nobody is left to read it."""


def set_up(memory_bytes: int) -> None:
    """Confines this process to `memory_bytes` of address space and ties its life to the bot's.

    A picture that wants more gets a MemoryError, or at worst ends this worker, but never presses the machine.
    """
    _die_with_parent()
    # libtiff writes what it thinks of a file there, which would let a sender fill the bot's log.
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    # A crash must not leave a member's picture on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def normalise(data: bytes, limits: Limits) -> NormalisedPoster:
    """`posters.intake.normalise`, imported here so that the bot itself never loads Pillow.

    Raises:
        Refusal: as `posters.intake.normalise`.
    """
    from posters import intake

    reach("worker.reading")
    return intake.normalise(data, limits)


def warm_up() -> None:
    """Loads what the first poster would wait for: Pillow, its readers, its colour engine."""
    import io

    from PIL import Image

    from posters import intake

    for source_format in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"):
        picture = io.BytesIO()
        Image.new("RGB", (64, 64)).save(picture, source_format)
        intake.normalise(picture.getvalue(), Limits())


def _die_with_parent() -> None:
    """Two ways, because each has a hole.

    The kernel's signal follows the process that forked this one (the fork server, which ends when the bot
    does) and exists on Linux only. The watcher follows the bot itself, everywhere, but cannot run while a
    decoder written in C holds the interpreter, or while this process is stopped.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _need_no_fork_server()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True, name="parent-watcher").start()


def _need_no_fork_server() -> None:
    """Lets the fork server end while this worker lives.

    It ends when nobody holds its pipe any more, and hands each worker an end of that pipe: a worker that hangs would
    keep it alive beyond the bot, and so be spared the signal.
    """
    from multiprocessing import forkserver

    server: Any = forkserver._forkserver
    if server._forkserver_alive_fd is not None:
        os.close(server._forkserver_alive_fd)
        server._forkserver_alive_fd = None


def _watch(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(_ORPHANED)
