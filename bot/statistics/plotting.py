"""Has the picture of `/stats` drawn by a process that ends with it."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from typing import Final

import msgspec
import structlog

from bot.statistics.figures import Figures

log = structlog.get_logger(__name__)

PATIENCE: Final = 30.0
"""Seconds for the picture; the first one of a machine also makes matplotlib's list of fonts."""

ENVIRONMENT: Final = ("HOME", "LANG", "MPLCONFIGDIR", "PATH", "PYTHONPATH", "SYSTEMROOT", "TMPDIR")
"""Variables that the process gets: none of the bot's secrets."""


async def plot(figures: Figures) -> bytes | None:
    """A PNG; None where there is too little to draw, or drawing failed: the figures matter more."""
    if not figures.genres and not figures.score.bands:
        return None
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    command = (sys.executable, "-m", "bot.statistics.plot")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment)
    try:
        async with asyncio.timeout(PATIENCE):
            picture, _ = await process.communicate(msgspec.json.encode(figures))
    except TimeoutError:
        picture = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not picture:
        log.warning("stats.not_drawn", status=process.returncode)
        return None
    return picture
