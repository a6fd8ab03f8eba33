"""Makes one fault after the other, and notes when."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.soak.faults import FAULTS
from bench.soak.household import Household


@dataclass(frozen=True, kw_only=True)
class Made:
    """A fault that was made. Times are of `time.time`, in seconds."""

    name: str
    began: float
    ended: float


def plan(count: int, dice: random.Random) -> list[str]:
    """Names of `count` faults in random order, each kind as often as any other (or once more)."""
    rounds = -(-count // len(FAULTS))
    names = [name for _ in range(rounds) for name in dice.sample(list(FAULTS), len(FAULTS))]
    return names[:count]


async def make(names: Sequence[str], house: Household, pause: float) -> list[Made]:
    """Makes the faults in their order, `pause` seconds after the end of the one before."""
    made = []
    for name in names:
        await asyncio.sleep(pause)
        began = time.time()
        await FAULTS[name](house)
        made.append(Made(name=name, began=began, ended=time.time()))
    return made
