"""Shows how a run goes, live, from its row."""

import asyncio
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from bot.versions.deciding import report_of
from bot.versions.steps import in_words
from launcher.model.tables import print_report
from models.database import Database
from models.repositories import TrainingRunRepository
from models.tables import RunState, TrainingRun

INTERVAL: Final = 0.5
"""Seconds between two looks."""

ENDED: Final = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)

WORDS: Final = {
    RunState.WAITING: "Waits until the run before it has ended",
    RunState.REQUESTED: "Waits for a trainer (`poster-judge trainer` starts one)",
    RunState.RUNNING: "A trainer has taken it up",
}


async def follow_run(database: Database, run_id: int) -> bool:
    """Shows a run to its end, then what it found out; gives whether it came to a version."""
    run = await _shown_to_the_end(database, run_id)
    if run.state is not RunState.DONE:
        Console(stderr=True).print(run.explanation, markup=False, style="red", soft_wrap=True)
        return False
    print_report(report_of(run))
    return True


async def _shown_to_the_end(database: Database, run_id: int) -> TrainingRun:
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        task, shown = progress.add_task("", total=None), ""
        while (run := await _find(database, run_id)).state not in ENDED:
            words = in_words(run.step) if run.step else WORDS[run.state]
            if words != shown:  # Each step has a pace of its own.
                progress.reset(task, description=words)
                shown = words
            progress.update(task, completed=run.done, total=run.total or None)
            await asyncio.sleep(INTERVAL)
    return run


async def _find(database: Database, run_id: int) -> TrainingRun:
    async with database.reading() as session:
        run = await TrainingRunRepository(session).find(run_id)
    assert run is not None  # Runs are never erased.
    return run
