"""A soak from start to end."""

import asyncio
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.load import draw_posters
from bench.soak.audit import audit, settle
from bench.soak.chaos import make, plan
from bench.soak.disk import small_disk
from bench.soak.household import housed
from bench.soak.members import Members
from bench.soak.report import report
from sandbox import Sandbox, SandboxConfig

SETTINGS: Final = {
    # Shorter than the default, so that what nobody can answer any more ends within the soak.
    "POSTER_JUDGE_JUDGEMENT_TIMEOUT": "120",
    # Four members send what a large server would.
    "POSTER_JUDGE_MEMBER_POSTERS_PER_MINUTE": "0",
    "POSTER_JUDGE_SERVER_POSTERS_PER_MINUTE": "0",
}

SETTLE_TIMEOUT: Final = 300.0
"""Seconds after the last command in which every row has to be final."""

DISK_MEGABYTES: Final = 600


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is sent, and how much goes wrong."""

    count: int
    rate: float
    """Commands a second."""
    faults: int
    only: tuple[str, ...] = ()
    """Names of the faults to make; empty for all."""


async def soak(folder: Path, wanted: Plan, dice: random.Random, openapi: Path | None) -> tuple[str, bool]:
    """Runs a soak in an empty folder; gives the report, and whether every promise was kept."""
    posters = draw_posters(min(wanted.count, 500))
    config = SandboxConfig(openapi=openapi, heartbeat_interval=10)
    with small_disk(folder, DISK_MEGABYTES) as disk:
        async with Sandbox.start(config) as sandbox, housed(sandbox, disk, SETTINGS) as house:
            members = Members(house, posters, dice)
            names = _names(wanted, dice, can_fill=disk.can_be_filled)
            # A fault lasts for three seconds on average; what is left of the time is shared between them.
            pause = max(wanted.count / wanted.rate / max(len(names), 1) - 3.0, 0.5)
            sending = asyncio.create_task(members.send(wanted.count, wanted.rate))
            made = await make(names, house, pause)
            await sending
            settled = await settle(house, SETTLE_TIMEOUT)
            found = await audit(house, members.sent)
            found.settled_after = settled
            shutil.copy(house.data_dir / "run" / "nats.log", folder)
    return report(made, members.sent, found), not found.wrong


def _names(wanted: Plan, dice: random.Random, *, can_fill: bool) -> list[str]:
    if wanted.only:
        names = [wanted.only[number % len(wanted.only)] for number in range(wanted.faults)]
    else:
        names = plan(wanted.faults, dice)
    # Where no disk could be mounted, none is filled.
    return [name for name in names if can_fill or name != "disk full for 6 s"]
