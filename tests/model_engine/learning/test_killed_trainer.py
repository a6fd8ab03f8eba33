"""Real trainers, killed without warning at every step of a run: the next one brings it to its end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psutil
import pytest

from broker.embedded import EmbeddedServer
from model_engine.learning.reporting import REPORT_FILE
from models.fail_points import VARIABLE
from models.run_reports import RunReport
from models.tables import RunState
from tests.end_to_end.processes import Process
from tests.model_engine.learning.school import School

STEPS = (
    "trainer.pulled",
    "trainer.taken",
    "trainer.gathered",
    "trainer.frozen",
    "trainer.trained",
    "trainer.compared",
    "trainer.sealed",
    "trainer.published",
    "trainer.finished",
    "trainer.acknowledged",
)
IN_EVERY_RUN = "trainer.taken"
"""The others take half a minute each."""


class Trainers:
    """Starts trainers of the school's as an operator would."""

    def __init__(self, school: School, nats: EmbeddedServer) -> None:
        self._cwd = school.data_dir.parent
        self._environment = {
            "NATS_URL": nats.url,
            "POSTER_JUDGE_DATA_DIR": str(school.data_dir),
            "POSTER_JUDGE_RUNTIME": "onnx",
            "POSTER_JUDGE_QUEUE_ACK_WAIT": "1",
            "POSTER_JUDGE_QUEUE_LIMIT": "5",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        self.started: list[Process] = []

    async def start(self, fail_at: str = "") -> Process:
        process = await Process.start(
            "trainer", "--until-idle", cwd=self._cwd, **self._environment, **{VARIABLE: fail_at}
        )
        self.started.append(process)
        return process


@pytest.fixture
async def trainers(school: School, nats_server: EmbeddedServer) -> AsyncIterator[Trainers]:
    trainers = Trainers(school, nats_server)
    yield trainers
    for process in trainers.started:
        await process.kill()


async def until_stopped(process: Process) -> None:
    async with asyncio.timeout(90):
        while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.02)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=() if step == IN_EVERY_RUN else pytest.mark.long) for step in STEPS]
)
async def test_a_run_whose_trainer_is_killed_is_brought_to_its_end_by_the_next_one(
    school: School, trainers: Trainers, tmp_path: Path, step: str
) -> None:
    await school.correct(30)
    run_id = await school.ask()
    killed = await trainers.start(fail_at=step)
    await until_stopped(killed)
    frozen = (await school.run(run_id)).snapshot_hash
    await killed.kill()
    await school.correct(5, seed=2)  # What comes later is not learnt by a run whose corrections were frozen.
    assert await (await trainers.start()).ended() == 0
    run = await school.run(run_id)
    assert (run.state, run.slot) == (RunState.DONE, None)
    assert frozen in (None, run.snapshot_hash)
    version = school.versions.load(f"run-{run_id}")
    report = msgspec.json.decode((version.folder / REPORT_FILE).read_bytes(), type=RunReport)
    assert report == msgspec.convert(run.report, RunReport)
    assert await school.requests() == 0
    drafts = school.data_dir / "trainer" / "drafts"
    assert not drafts.exists() or list(drafts.iterdir()) == []


@pytest.mark.timeout(300)
@pytest.mark.long
async def test_a_trainer_that_is_asked_to_end_in_the_middle_of_a_run_ends_in_order(
    school: School, trainers: Trainers
) -> None:
    await school.correct(30)
    run_id = await school.ask()
    first = await trainers.start(fail_at="trainer.frozen")
    await until_stopped(first)
    psutil.Process(first.pid).terminate()
    first.go_on()
    assert await first.ended() == 0
    assert (await school.run(run_id)).deliveries == 0
    assert await (await trainers.start()).ended() == 0
    assert (await school.run(run_id)).state is RunState.DONE
