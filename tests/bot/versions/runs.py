"""Training runs as a trainer would make them, by way of the rows."""

import io
from collections.abc import Sequence
from typing import Any

import msgspec
from matplotlib.figure import Figure as Drawing

from bot.judging.clock import now
from bot.versions.promoting import Operator
from bot.versions.retraining import Wish, ask
from models.database import Database
from models.repositories import TrainingRunRepository
from models.run_reports import Check, Figure, RunReport
from models.tables import TrainingRun

MONA, OLGA = Operator("mona", 42), Operator("olga", 43)


def figure(name: str, before: float, after: float, posters: int = 412, *, more: bool = True) -> Figure:
    """A measure whose interval is 0.01 to either side."""
    change = after - before
    return Figure(
        name=name,
        before=before,
        after=after,
        change_low=change - 0.01,
        change_high=change + 0.01,
        more_is_better=more,
        posters=posters,
    )


def report(version: str, *, refused: Sequence[str] = (), **changes: Any) -> RunReport:
    """A report whose gate refuses by these checks."""
    words = {
        "enough": "Held-out posters with trusted labels: 412; 300 are needed to show anything.",
        "better": "Log loss a poster 0.2101 before, 0.1988 after: a change of -0.0113, at most -0.0041 "
        "(attempt 1 of this quarter, at the level 3.04%).",
        "memory": "On remembered posters a probability moved by 0.0061 in the mean; 0.02 is the most.",
        "genres": "No genre got clearly worse.",
    }
    values: dict[str, Any] = {
        "champion": "starter-3",
        "version": version,
        "snapshot": "5f" * 32,
        "learned_from": 1648,
        "held_out": 412,
        "seconds": 48.2,
        "word": "Shown: on 412 posters that did not teach it, it is better than the champion.",
        "checks": tuple(Check(name=name, passed=name not in refused, words=word) for name, word in words.items()),
        "figures": (
            figure("genres, macro ROC-AUC", 0.761, 0.786),
            figure("genres, log loss", 0.2101, 0.1988, more=False),
            figure("score >= 7, ROC-AUC", 0.683, 0.685),
        ),
        "genres": (
            figure("Horror", 0.81, 0.86, 61),
            figure("Comedy", 0.78, 0.77, 140),
            figure("Documentary", 0.83, 0.832, 44),
        ),
    }
    return RunReport(**values | changes)


async def asked_for(database: Database, *, wait: bool = False, **wish: Any) -> TrainingRun:
    """A run that mona asked for."""
    return await ask(database, Wish(MONA, **wish), wait=wait)


async def taken(database: Database, run_id: int, champion: str = "starter-3") -> None:
    """A trainer takes it up."""
    async with database.writing() as session:
        assert await TrainingRunRepository(session).take(run_id, champion, now()) is not None


async def beat(database: Database, run_id: int, step: str, done: int, total: int) -> bool:
    """The trainer says how far it is."""
    async with database.writing() as session:
        return await TrainingRunRepository(session).beat(run_id, step, done, total, now())


async def finished(database: Database, run_id: int, *, plot: bytes | None = None, **changes: Any) -> str:
    """The trainer is through; gives the version's name."""
    version = f"run-{run_id}"
    body = msgspec.to_builtins(report(version, **changes))
    async with database.writing() as session:
        done = TrainingRunRepository(session).finish(run_id, version=version, report=body, plot=plot, now=now())
        assert await done
    return version


async def done(database: Database, *, channel_id: int | None = None, **changes: Any) -> TrainingRun:
    """A run from the wish to the report."""
    run = await asked_for(database, channel_id=channel_id)
    await taken(database, run.id)
    await finished(database, run.id, **changes)
    return await found(database, run.id)


async def found(database: Database, run_id: int) -> TrainingRun:
    """The row."""
    async with database.reading() as session:
        run = await TrainingRunRepository(session).find(run_id)
    assert run is not None
    return run


def plot() -> bytes:
    """A PNG that stands for the history."""
    drawing = Drawing(figsize=(6, 3))
    drawing.subplots().plot([0.21, 0.2, 0.197, 0.196])
    buffer = io.BytesIO()
    drawing.savefig(buffer, format="png")
    return buffer.getvalue()
