"""What operators are shown of versions and runs, from the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.database import Database
from models.repositories import FeedbackRepository, TrainingRunRepository
from models.repositories.promotions import PromotionRepository
from models.tables import Promotion, RunState, TrainingRun
from models.versions import STARTER_VERSION

MOST: Final = 30
"""Runs and promotions that are looked through for the versions to show, the latest."""

MOST_NAMES: Final = 1_000
"""The same for their names alone."""


@dataclass(frozen=True)
class Known:
    """A version that the database knows of."""

    name: str
    run: TrainingRun | None
    """What made it; None of the starter version, and of one from the command line."""
    champion: bool


@dataclass(frozen=True)
class Overview:
    """How things stand."""

    champion: str
    promotions: Sequence[Promotion]
    """The latest, the latest first."""
    active: TrainingRun | None
    waiting: Sequence[TrainingRun]
    corrected: int
    """Posters that were corrected since the latest run was asked for."""


async def overview(database: Database, promotions: int) -> Overview:
    """How things stand, with the latest so many promotions."""
    async with database.reading() as session:
        runs = TrainingRunRepository(session)
        history = await PromotionRepository(session).history(promotions)
        latest = next(iter(await runs.latest(1)), None)
        return Overview(
            champion=history[0].version if history else STARTER_VERSION,
            promotions=history,
            active=await runs.active(),
            waiting=await runs.waiting(),
            corrected=await FeedbackRepository(session).corrected_since(latest.created_at if latest else None),
        )


async def known_versions(database: Database) -> list[Known]:
    """The versions of the latest runs and promotions, the latest first; the starter version last."""
    async with database.reading() as session:
        runs = await TrainingRunRepository(session).latest(MOST)
        promotions = await PromotionRepository(session).history(MOST)
    champion = promotions[0].version if promotions else STARTER_VERSION
    made = {run.version: run for run in reversed(runs) if run.state is RunState.DONE and run.version is not None}
    names = dict.fromkeys([*reversed(made), *(one.version for one in promotions)])
    names.pop(STARTER_VERSION, None)
    return [Known(name, made.get(name), name == champion) for name in (*names, STARTER_VERSION)]


async def names(database: Database) -> list[str]:
    """The names of all versions that the database knows of: the champion first, then the latest first."""
    async with database.reading() as session:
        promotions = [one.version for one in await PromotionRepository(session).history(MOST_NAMES)]
        made = await TrainingRunRepository(session).versions(MOST_NAMES)
    return list(dict.fromkeys([*promotions[:1], *made, *promotions, STARTER_VERSION]))


async def run_of(database: Database, version: str) -> TrainingRun | None:
    """The run that made a version."""
    async with database.reading() as session:
        return await TrainingRunRepository(session).of_version(version)
