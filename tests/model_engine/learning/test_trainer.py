"""From a request in the queue to a version in the store, and every way in which a run may end otherwise."""

import asyncio
import errno
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from broker.connection import Broker
from broker.heartbeats import all_heartbeats
from broker.training import TrainingQueue, request_training
from model_engine import versions
from model_engine.errors import DeviceError
from model_engine.learning import exporting, gathering, ledger, retraining, trainer
from model_engine.learning.ledger import Ledger
from model_engine.learning.telling import Telling
from model_engine.versions import Version
from models.database import Database
from models.repositories.training_runs import TrainingRunRepository
from models.run_reports import RunReport
from models.tables import RunState
from tests.model_engine.conftest import picture
from tests.model_engine.learning.holding import hold_at
from tests.model_engine.learning.school import NOW, School
from tests.model_engine.learning.small_champion import NAME, WIDTH


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for comes sooner."""
    monkeypatch.setattr(trainer, "PULSE", 0.2)
    monkeypatch.setattr(trainer, "BEAT", 0.02)
    monkeypatch.setattr(ledger, "PAUSE", 0.02)
    monkeypatch.setattr(ledger, "WATCH", 0.3)


async def test_a_request_becomes_a_published_version_with_its_report(school: School) -> None:
    await school.correct(40)
    run = await school.asked_and_ended()
    assert (run.state, run.champion, run.version, run.deliveries) == (RunState.DONE, NAME, f"run-{run.id}", 1)
    report = msgspec.convert(run.report, RunReport)
    assert (report.champion, report.version, report.snapshot) == (NAME, run.version, run.snapshot_hash)
    assert report.learned_from + report.held_out == 40
    assert run.version in school.versions.list()
    async with school.database.reading() as session:
        runs = TrainingRunRepository(session)
        plot, snapshot = await runs.plot(run.id), await runs.snapshot(run.id)
    assert plot is not None
    assert plot.startswith(b"\x89PNG")
    assert snapshot is None
    assert await all_heartbeats(school.broker) == []


async def test_features_that_were_not_kept_are_made_from_pictures_and_lost_pictures_are_left_out(
    school: School,
) -> None:
    await school.correct(20)
    await school.correct(3, seed=2, kept=False)
    await school.correct_picture(Image.new("RGB", (80, 120), (200, 30, 30)))
    run = await school.asked_and_ended()
    report = msgspec.convert(run.report, RunReport)
    assert report.learned_from + report.held_out == 21
    card = (school.versions.load(f"run-{run.id}").folder / versions.CARD_FILE).read_text()
    assert "3 (their pictures are gone)" in card


async def test_a_poster_that_looks_like_one_that_measures_does_not_teach(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "is_held_out", lambda group, salt: group == "measures")
    await school.correct(5)
    await school.correct_picture(Image.fromarray(picture("coffee")), "measures")
    await school.correct_picture(Image.fromarray(picture("coffee")).resize((300, 200)), "teaches")
    report = msgspec.convert((await school.asked_and_ended()).report, RunReport)
    assert (report.learned_from, report.held_out) == (5, 1)


@pytest.mark.parametrize(
    ("damage", "cause", "words"),
    [
        ("tampered", "champion_tampered", "not the one that was published"),
        ("missing", "champion_missing", "There is no version small-9"),
        ("older labels", "champion_unreadable", "other genres than this program"),
    ],
)
async def test_a_champion_that_cannot_be_used_ends_the_run_with_a_sentence(
    school: School, tmp_path: Path, damage: str, cause: str, words: str
) -> None:
    await school.correct(10)
    if damage == "tampered":
        school.versions.fetch(NAME)
        (school.data_dir / "version-cache" / NAME / versions.ONNX_FILE).write_bytes(b"broken")
    elif damage == "missing":
        await school.promote("small-9")
    else:
        await _promote_with_fewer_genres(school, tmp_path)
    run = await school.asked_and_ended()
    assert (run.state, run.cause) == (RunState.FAILED, cause)
    assert words in run.explanation
    assert "Roll back" in run.explanation


async def _promote_with_fewer_genres(school: School, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(school.versions.fetch(NAME), older)
    (older / versions.MANIFEST_FILE).unlink()
    labels = msgspec.json.decode((older / versions.LABELS_FILE).read_bytes())
    labels["genres"] = labels["genres"][:-1]
    (older / versions.LABELS_FILE).write_bytes(msgspec.json.encode(labels))
    versions.seal(older, "small-0", "small-backbone")
    school.versions.publish(older)
    await school.promote("small-0")


async def test_without_corrections_the_run_says_so_and_frees_the_slot(school: School) -> None:
    run = await school.asked_and_ended()
    assert (run.state, run.cause) == (RunState.FAILED, "no_corrections")
    assert "nothing to learn from" in run.explanation


async def test_the_same_corrections_are_not_learnt_twice(school: School) -> None:
    await school.correct(10)
    first = await school.asked_and_ended()
    second = await school.asked_and_ended()
    assert (second.cause, second.snapshot_hash) == ("nothing_new", None)
    assert f"run {first.id}, whose version run-{first.id}" in second.explanation


async def test_a_recipe_that_cannot_learn_from_corrections_is_refused(school: School) -> None:
    await school.correct(10)
    run_id = await school.ask(recipe="vgg16-finetuned")
    await school.train()
    run = await school.run(run_id)
    assert (run.cause, run.slot) == ("no_such_recipe", None)
    assert "vgg16-finetuned" in run.explanation


@pytest.mark.parametrize(
    ("error", "cause", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full", "disk is full"),
        (MemoryError(), "out_of_memory", "“publish”"),
        (DeviceError("The device ran out of memory.", out_of_memory=True), "out_of_memory", "out of memory"),
        (RuntimeError("ResourceExhaustedError: OOM when allocating tensor"), "out_of_memory", "out of memory"),
        (ZeroDivisionError("odd"), "failed", "ZeroDivisionError"),
    ],
)
async def test_what_breaks_while_it_writes_ends_the_run_with_a_sentence_and_leaves_nothing(
    school: School, monkeypatch: pytest.MonkeyPatch, error: Exception, cause: str, words: str
) -> None:
    def broken(*_: Any) -> None:
        raise error

    await school.correct(10)
    monkeypatch.setattr(retraining, "write_networks", broken)
    run = await school.asked_and_ended()
    assert (run.state, run.cause) == (RunState.FAILED, cause)
    assert words in run.explanation
    assert f"run-{run.id}" not in school.versions.list()
    assert list((school.data_dir / "trainer" / "drafts").iterdir()) == []


async def test_files_that_do_not_judge_alike_are_not_published(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    await school.correct(10)
    monkeypatch.setattr(exporting, "MOST_DIFFERENCE", -1.0)
    run = await school.asked_and_ended()
    assert run.cause == "export_differs"
    assert f"run-{run.id}" not in school.versions.list()


async def test_a_cancelled_run_ends_at_its_next_step(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    await school.correct(10)
    held = hold_at("compare", monkeypatch)
    run_id = await school.ask()
    training = asyncio.create_task(school.train())
    await asyncio.wait_for(held.there.wait(), 30)
    async with school.database.writing() as session:
        assert await TrainingRunRepository(session).cancel(run_id, "Not now.", NOW)
    await asyncio.wait_for(held.unwanted.wait(), 30)
    held.go_on.set()
    await training
    assert (await school.run(run_id)).state is RunState.CANCELLED
    assert f"run-{run_id}" not in school.versions.list()
    assert await school.requests() == 0


async def test_a_trainer_that_is_to_end_leaves_the_run_to_the_next_one_which_learns_the_same(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.correct(10)
    held = hold_at("train", monkeypatch)
    run_id = await school.ask()
    training = asyncio.create_task(school.train())
    await asyncio.wait_for(held.there.wait(), 30)
    frozen = (await school.run(run_id)).snapshot_hash
    school.stopping.set()
    held.go_on.set()
    await training
    left = await school.run(run_id)
    assert (left.state, left.deliveries, left.slot) == (RunState.RUNNING, 0, 1)
    await school.correct(10, seed=9)
    school.stopping.clear()
    await school.train()
    run = await school.run(run_id)
    assert (run.state, run.deliveries, run.snapshot_hash) == (RunState.DONE, 1, frozen)
    assert msgspec.convert(run.report, RunReport).learned_from <= 10


async def test_two_trainers_are_never_at_the_same_run(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    await school.correct(10)
    held = hold_at("train", monkeypatch)
    run_id = await school.ask()
    first = asyncio.create_task(school.train())
    await asyncio.wait_for(held.there.wait(), 30)
    await request_training(school.broker, run_id, attempt=1)  # As the bot does when it believes the request lost.
    found_tended = asyncio.Event()
    is_tended = Ledger.is_tended

    async def looking(self: Ledger, run: int) -> bool:
        tended = await is_tended(self, run)
        if tended:
            found_tended.set()
        return tended

    monkeypatch.setattr(Ledger, "is_tended", looking)
    second = asyncio.create_task(school.train())
    await asyncio.wait_for(found_tended.wait(), 30)
    assert (await school.run(run_id)).deliveries == 1
    held.go_on.set()
    await asyncio.gather(first, second)
    assert (await school.run(run_id)).state is RunState.DONE


@pytest.mark.parametrize("breaks", [False, True])
async def test_a_trainer_whose_run_was_taken_over_stops_and_spoils_nothing(
    school: School, monkeypatch: pytest.MonkeyPatch, breaks: bool
) -> None:
    def broken(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await school.correct(10)
    if breaks:
        monkeypatch.setattr(retraining, "sides_of", broken)
        monkeypatch.setattr(Telling, "stop", lambda self: None)  # The word that it is unwanted comes too late.
    held = hold_at("compare", monkeypatch)
    run_id = await school.ask()
    alone = school.trainer(queue=await TrainingQueue.open(school.broker))
    training = asyncio.create_task(alone.run())
    await asyncio.wait_for(held.there.wait(), 30)
    async with school.database.writing() as session:
        assert await TrainingRunRepository(session).take(run_id, NAME, NOW) is not None
    await asyncio.wait_for(held.unwanted.wait(), 30)
    school.stopping.set()
    held.go_on.set()
    await training
    run = await school.run(run_id)
    assert run.state is RunState.RUNNING
    assert f"run-{run_id}" not in school.versions.list()
    assert await school.requests() == 1


async def test_a_database_that_is_gone_for_a_while_ends_no_run(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    await school.correct(10)
    held = hold_at("compare", monkeypatch)
    run_id = await school.ask()
    training = asyncio.create_task(school.train())
    await asyncio.wait_for(held.there.wait(), 30)
    async with refusing(school.database):
        held.go_on.set()
        await until(lambda: f"run-{run_id}" in school.versions.list())
        await until_impaired(school.broker)
        assert not training.done()
    await training
    run = await school.run(run_id)
    assert (run.state, run.deliveries) == (RunState.DONE, 1)


async def test_a_database_that_stays_away_leaves_the_run_to_a_later_trainer_which_finds_the_version(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.correct(10)
    held = hold_at("compare", monkeypatch)
    run_id = await school.ask()
    training = asyncio.create_task(school.train())
    await asyncio.wait_for(held.there.wait(), 30)
    monkeypatch.setattr(ledger, "PATIENCE", 0.2)
    async with refusing(school.database):
        held.go_on.set()
        with pytest.raises(ledger.DatabaseGone, match="locked by another program"):
            await training
    assert (await school.run(run_id)).state is RunState.RUNNING
    monkeypatch.setattr(retraining, "_write", lambda *_: pytest.fail("It was done."))
    await school.train()
    run = await school.run(run_id)
    assert (run.state, run.version, run.deliveries) == (RunState.DONE, f"run-{run_id}", 2)


@asynccontextmanager
async def refusing(database: Database) -> AsyncIterator[None]:
    """Another program holds SQLite's only place for a writer."""
    with closing(sqlite3.connect(database.url.database or "", isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def until_impaired(broker: Broker) -> None:
    """Until a trainer says that its database refuses."""
    async with asyncio.timeout(30):
        while not [beat for beat in await all_heartbeats(broker) if "The database refuses" in "".join(beat.problems)]:
            await asyncio.sleep(0.02)


async def until(fits: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not fits():
            await asyncio.sleep(0.02)


async def test_a_run_that_three_trainers_died_of_is_given_up(school: School) -> None:
    await school.correct(10)
    run_id = await school.ask()
    for _ in range(3):
        async with school.database.writing() as session:
            await TrainingRunRepository(session).take(run_id, NAME, NOW)
    await school.train()
    run = await school.run(run_id)
    assert (run.state, run.cause, run.slot) == (RunState.FAILED, "trainer_lost", None)
    assert "3 trainers died" in run.explanation


async def test_clocks_that_are_set_back_neither_end_a_run_nor_spare_an_attempt(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.correct(10)
    first = await school.asked_and_ended()
    await school.correct(10, seed=2)
    run_id = await school.ask(now=NOW.replace(year=2099))
    monkeypatch.setattr(ledger, "_now", lambda: NOW.replace(year=2001))
    await school.train()
    run = await school.run(run_id)
    report = msgspec.convert(run.report, RunReport)
    assert first.state is run.state is RunState.DONE
    assert report.seconds == 0.0
    assert "attempt 2" in next(check.words for check in report.checks if check.name == "better") or not report.held_out


def test_the_small_champion_has_the_width_that_the_tests_use(small_champion: Version) -> None:
    assert small_champion.heads().genre_kernel.shape[0] == WIDTH
