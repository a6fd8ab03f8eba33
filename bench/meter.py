"""How much memory and processor time the processes take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import psutil

INTERVAL: Final = 0.2
"""Seconds between two looks; a shorter peak may be missed."""

MEGABYTE: Final = 1e6


@dataclass
class Usage:
    """What one load took, by the processes' names."""

    peak_rss: dict[str, float] = field(default_factory=dict)
    """Largest resident memory seen, in megabytes (10⁶ bytes); of workers the sum, shared pages counted anew."""
    cpu: dict[str, float] = field(default_factory=dict)
    """Processor seconds, user and system."""
    cpu_of_others: float = 0.0
    """Processor seconds of everybody else on the machine meanwhile: the noise."""


@asynccontextmanager
async def metered(processes: dict[str, int]) -> AsyncIterator[Usage]:
    """Watches processes, given by name and id, for the length of a block; their children count as `NAME's workers`."""
    watched = {name: psutil.Process(pid) for name, pid in processes.items()}
    usage = Usage()
    before, busy_before = _cpu(watched), _busy()
    sampling = asyncio.create_task(_sample(watched, usage))
    try:
        yield usage
    finally:
        sampling.cancel()
        await asyncio.gather(sampling, return_exceptions=True)
        after = _cpu(watched)
        usage.cpu = {name: after[name] - before.get(name, 0.0) for name in after}
        usage.cpu_of_others = max(_busy() - busy_before - sum(usage.cpu.values()), 0.0)


async def _sample(watched: dict[str, psutil.Process], usage: Usage) -> None:
    while True:
        for name, members in _groups(watched).items():
            with suppress(psutil.NoSuchProcess):
                rss = sum(member.memory_info().rss for member in members) / MEGABYTE
                usage.peak_rss[name] = max(usage.peak_rss.get(name, 0.0), rss)
        await asyncio.sleep(INTERVAL)


def _groups(watched: dict[str, psutil.Process]) -> dict[str, list[psutil.Process]]:
    groups = {name: [process] for name, process in watched.items()}
    for name, process in watched.items():
        with suppress(psutil.NoSuchProcess):
            # The sandbox's own children are all the others.
            children = process.children(recursive=True) if name != "sandbox" else []
            if children:
                groups[f"{name}'s workers"] = children
    return groups


def _cpu(watched: dict[str, psutil.Process]) -> dict[str, float]:
    seconds = {}
    for name, members in _groups(watched).items():
        with suppress(psutil.NoSuchProcess):
            seconds[name] = sum(sum(member.cpu_times()[:2]) for member in members)
    return seconds


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))
