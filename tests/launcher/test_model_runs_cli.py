"""Retraining on the command line; the trainer is played by the test, by way of the run's row."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from typer.testing import CliRunner

from bot.versions.comparing import NO_REPORT, NOT_TOGETHER
from bot.versions.promoting import champion, promote
from broker.connection import Broker
from broker.embedded import EmbeddedServer
from broker.heartbeats import beat as tell_alive
from broker.training import TrainingQueue
from launcher.cli import app
from launcher.model.following import follow_run
from migrations.upgrade import upgrade
from models.database import Database
from models.database_settings import DatabaseSettings
from models.messages import Heartbeat
from models.settings import load
from models.tables import RunState
from tests.bot.versions.runs import MONA, asked_for, beat, done, finished, found, taken


async def run(*words: str) -> tuple[int, str]:
    """A command, as an operator would give it; whoever else is at work goes on meanwhile."""
    result = await asyncio.to_thread(CliRunner().invoke, app, ["model", *words])
    return result.exit_code, result.output


@pytest.fixture
async def rows(nats_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """The database of the commands, beside a queue."""
    monkeypatch.setenv("POSTER_JUDGE_LOG_LEVEL", "error")
    monkeypatch.setenv("NATS_URL", nats_server.url)
    monkeypatch.setenv("COLUMNS", "160")
    url = load(DatabaseSettings).url()
    upgrade(url)
    database = Database(url)
    yield database
    await database.close()


async def test_a_run_is_asked_for_told_to_the_trainers_listed_and_cancelled(rows: Database, broker: Broker) -> None:
    assert (await run("runs"))[1] == "No run was ever asked for: `poster-judge model retrain` does.\n"
    code, said = await run("retrain", "--recipe", "vgg16-finetuned")
    assert code == 2
    assert "'vgg16-finetuned' is not one of 'heads', 'deeper'" in said
    code, said = await run("retrain", "--note", "after the film week", "--epochs", "3", "--no-follow")
    assert (code, said) == (0, "Run 1 is requested.\n")
    delivery = await (await TrainingQueue.open(broker)).pull(5)
    assert delivery is not None
    assert delivery.body.run_id == 1
    row = await found(rows, 1)
    assert (row.epochs, row.note, row.user_id, row.channel_id) == (3, "after the film week", None, None)
    assert row.operator.startswith("command line (")
    code, said = await run("retrain")
    assert code == 69
    assert "Run 1 is under way: command line (" in said
    assert await run("retrain", "--wait", "--no-follow") == (0, "Run 2 is waiting.\n")
    await taken(rows, 1)
    await beat(rows, 1, "features", 3, 4)
    assert "Looking at the posters, 3 of 4" in (await run("runs"))[1]
    assert await run("cancel") == (0, "Run 1 is cancelled.\n")
    assert await run("cancel", "2") == (0, "Run 2 is cancelled.\n")
    code, said = await run("cancel")
    assert (code, said) == (69, "No run is under way.\n")


async def test_a_run_is_shown_to_its_end_and_then_its_report(
    rows: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = await asked_for(rows)
    following = asyncio.create_task(follow_run(rows, asked.id))
    await taken(rows, asked.id)
    await beat(rows, asked.id, "train", 3, 4)
    await finished(rows, asked.id, refused=("genres",))
    assert await following
    report = capsys.readouterr().out
    assert "run-1 did not pass the gate" in report
    refusal, passed = (
        report.index("✗ No genre got clearly worse."),
        report.index("✓ Held-out posters with trusted"),
    )
    assert refusal < passed < report.index("+0.015 to +0.035") < report.index("Documentary")
    second = await asked_for(rows)
    following = asyncio.create_task(follow_run(rows, second.id))
    await run("cancel")
    assert not await following
    assert "Cancelled by command line (" in capsys.readouterr().err
    assert (await found(rows, second.id)).state is RunState.CANCELLED


async def test_versions_are_compared_by_the_reports_of_their_runs(rows: Database) -> None:
    await done(rows)
    await done(rows, snapshot="6e" * 32)
    _, said = await run("compare", "run-1")
    assert "genres, macro ROC-AUC 0.761 0.786 +0.015 to +0.035 412" in " ".join(said.split())
    _, said = await run("compare", "run-1", "run-2")
    assert "`poster-judge compare run-1 run-2 --data DIR` measures both on the same." in said
    for pair in (("run-1", "starter-3"), ("starter-3", "run-1")):  # One run measured both.
        assert (await run("compare", *pair))[1].startswith("run-1 passed the gate: Shown")
    code, said = await run("compare", "starter-3")
    assert (code, said) == (69, f"{NO_REPORT.format(version='starter-3')}\n")
    code, said = await run("compare", "run-1", "nobody")
    assert (code, said) == (
        69,
        "No version nobody is known here. `poster-judge model runs` lists what each run made.\n",
    )
    await promote(rows, "mine-2", MONA, "")
    code, said = await run("compare", "run-1", "mine-2")
    assert (code, said) == (69, f"{NOT_TOGETHER.format(first='run-1', second='mine-2')}\n")


async def test_status_tells_which_engines_are_bound_to_a_version_or_refuse_the_champion(
    rows: Database, broker: Broker
) -> None:
    await promote(rows, "run-1", MONA, "better")
    notice = "The champion run-1 cannot be loaded, so starter-3 goes on judging: labels.json is missing."
    for name, version, notices, refused, pinned in (
        ("good", "run-1", (), "", False),
        ("bound", "mine-2", (), "", True),
        ("broken", "starter-3", (notice,), "run-1", False),
    ):
        engine = Heartbeat(
            id=name,
            kind="engine",
            at=time.time(),
            state="ready",
            model_version=version,
            notices=notices,
            refused=refused,
            pinned=pinned,
        )
        await tell_alive(broker, engine)
    _, said = await run("status")
    lines = said.splitlines()
    assert lines[:4] == [
        "Champion: run-1",
        "1 of 3 engines judge with run-1.",
        "The engine bound always judges with mine-2: POSTER_JUDGE_MODEL_VERSION says so there.",
        f"The engine broken does not take it over. {notice}",
    ]
    _, said = await run("rollback")
    assert said.startswith("starter-3 is champion again.\n")
    assert await champion(rows) == "starter-3"
