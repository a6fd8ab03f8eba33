"""Whether the engines judge with the champion, and why not where they do not."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.judging.clock import now
from broker.connection import Broker
from broker.errors import BrokerError
from broker.heartbeats import all_heartbeats, is_fresh
from models.database import Database
from models.messages import Heartbeat
from models.repositories.promotions import PromotionRepository

PATIENCE: Final = 15.0
"""Seconds that whoever has just changed the champion waits for the engines; they load and warm up for some."""

INTERVAL: Final = 0.5
"""Seconds between two looks."""

SETTLED_WITHIN: Final = timedelta(minutes=10)
"""How long after a promotion the engines may still be about to change."""

OTHER_CHAMPION: Final = "{version} is champion now."
NONE_ALIVE: Final = "No engine is running; {version} judges as soon as one is."
ALL: Final = "All {count} engines judge with {version}."
THE_ONE: Final = "The engine judges with {version}."
SOME: Final = "{there} of {count} engines judge with {version}; the others load it."
NOT_YET: Final = "No engine judges with {version} yet; they load it."
PINNED: Final = "The engine {id} always judges with {serving}: POSTER_JUDGE_MODEL_VERSION says so there."
REFUSED: Final = "The engine {id} does not take it over. {notice}"


@dataclass(frozen=True)
class Serving:
    """What the engines' latest heartbeats say of a version."""

    sentences: tuple[str, ...]
    settled: bool
    """Whether no engine is about to change: each judges with it, refuses it or is bound to another one."""
    alive: bool = True
    """Whether there is any engine."""


async def when_serving(broker: Broker, version: str, *, patience: float = PATIENCE) -> Serving:
    """What the engines say of a version once they have settled, or else after a while."""
    found = Serving((), settled=False)
    try:
        async with asyncio.timeout(patience):
            while not found.settled and found.alive:
                found = serving(version, await all_heartbeats(broker))
                await asyncio.sleep(0 if found.settled else INTERVAL)
    except TimeoutError:
        return found
    except BrokerError as error:
        return Serving((str(error),), settled=False)
    return found


async def serving_now(database: Database, broker: Broker, version: str) -> Serving:
    """What the engines say of a version that was promoted, as long as no other one is champion."""
    async with database.reading() as session:
        latest = await PromotionRepository(session).latest()
    if latest is not None and latest.version != version:
        return Serving((OTHER_CHAMPION.format(version=latest.version),), settled=True)
    late = latest is None or abs(now() - latest.created_at) > SETTLED_WITHIN
    try:
        found = serving(version, await all_heartbeats(broker))
    except BrokerError as error:
        return Serving((str(error),), settled=late)
    return replace(found, settled=found.settled or late)


def serving(version: str, beats: Iterable[Heartbeat]) -> Serving:
    """Reads the heartbeats of all processes."""
    engines = [beat for beat in beats if beat.kind == "engine" and is_fresh(beat)]
    there = [beat for beat in engines if beat.model_version == version]
    others = [beat for beat in engines if beat.model_version != version]
    pinned = [PINNED.format(id=beat.id, serving=beat.model_version) for beat in others if beat.pinned]
    # An engine may still speak of the champion before, which it refused as well.
    refused = [REFUSED.format(id=one.id, notice=" ".join(one.notices)) for one in others if one.refused == version]
    settled = bool(engines) and len(there) + len(pinned) + len(refused) == len(engines)
    return Serving((_counts(version, len(there), len(engines), settled), *pinned, *refused), settled, bool(engines))


def _counts(version: str, there: int, count: int, settled: bool) -> str:
    if not count:
        return NONE_ALIVE.format(version=version)
    if there == count:
        return (THE_ONE if count == 1 else ALL).format(count=count, version=version)
    if settled:
        return f"{there} of {count} engines judge with {version}." if there else f"No engine judges with {version}."
    return (SOME if there else NOT_YET).format(there=there, count=count, version=version)
