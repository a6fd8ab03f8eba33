"""From frozen corrections to a published version and its report."""

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from model_engine.learning import retraining
from model_engine.learning.faults import RunFailed, Stopped
from model_engine.learning.reporting import REPORT_FILE, SNAPSHOT_FILE
from model_engine.learning.retraining import retrain
from model_engine.learning.telling import Telling
from model_engine.runtimes import open_runtime
from model_engine.version_store import VersionStore
from model_engine.versions import CARD_FILE, LIKENESS_FILE, Version
from models.run_reports import RunReport
from tests.model_engine.learning.conftest import corrected, task_for

CHECKS = ["enough", "believable", "better", "memory", "anchors", "genres", "calibration", "golden", "latency"]


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(f"file://{tmp_path / 'versions'}", tmp_path / "cache")


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    folder = tmp_path / "golden"
    folder.mkdir()
    for shade in (10, 240):
        Image.new("RGB", (40, 60), (shade, 90, 90)).save(folder / f"{shade}.jpg")
    return folder


def test_a_run_publishes_a_version_that_judges_as_its_report_says(
    small_champion: Version, store: VersionStore, golden: Path, tmp_path: Path
) -> None:
    telling = Telling()
    task = task_for(small_champion, corrected(1_200), golden)
    report, plot = retrain(task, store, tmp_path / "drafts", telling)
    assert plot.startswith(b"\x89PNG")
    assert (report.champion, report.version, report.snapshot) == ("small-1", "run-7", task.snapshot_hash)
    assert (report.learned_from, report.held_out) == (840, 240)
    assert [check.name for check in report.checks] == CHECKS
    failed = {check.name for check in report.checks if not check.passed}
    assert "enough" in failed
    assert not failed & {"better", "anchors", "golden"}
    loss = next(one for one in report.figures if one.name == "log loss a poster")
    assert loss.after < loss.before
    assert loss.change_high < 0
    assert {one.name for one in report.genres} == {"Horror", "Comedy"}
    assert "proves little" in report.word
    assert list((tmp_path / "drafts").iterdir()) == []

    version = store.load("run-7")
    assert version.manifest.backbone == small_champion.manifest.backbone
    assert version.rehearsal() == pytest.approx(small_champion.rehearsal())
    assert LIKENESS_FILE not in version.manifest.files
    assert msgspec.json.decode((version.folder / REPORT_FILE).read_bytes(), type=RunReport) == report
    card = (version.folder / CARD_FILE).read_text()
    assert "small-1" in card
    assert task.snapshot_hash in card
    kept = (version.folder / SNAPSHOT_FILE).read_text()
    assert "genre_weight" in kept
    assert "measures" not in kept
    picture = np.random.default_rng(3).integers(0, 256, (1, 24, 16, 3), np.uint8)
    outputs = open_runtime("onnx", version).infer(picture)
    heads = version.heads()
    by_heads = outputs.features @ heads.genre_kernel + heads.genre_bias
    assert outputs.genre_logits == pytest.approx(by_heads, abs=1e-4)
    assert np.abs(heads.genre_kernel - small_champion.heads().genre_kernel).max() > 0.01


def test_a_run_that_was_published_before_its_trainer_died_is_not_done_twice(
    small_champion: Version, store: VersionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_for(small_champion, corrected(60))
    first = retrain(task, store, tmp_path / "drafts", Telling())
    monkeypatch.setattr(retraining, "_write", lambda *_: pytest.fail("It was done."))
    assert retrain(task, store, tmp_path / "drafts", Telling()) == first
    other = dataclasses.replace(task, snapshot_hash="0" * 64)
    with pytest.raises(RunFailed, match="run-7 of another run") as failed:
        retrain(other, store, tmp_path / "drafts", Telling())
    assert failed.value.cause == "version_exists"


def test_a_few_corrections_of_one_kind_still_give_a_report(
    small_champion: Version, store: VersionStore, tmp_path: Path
) -> None:
    snapshot = corrected(3)
    teaching_alone = msgspec.structs.replace(snapshot, held_out=(False, False, False))
    report, plot = retrain(task_for(small_champion, teaching_alone), store, tmp_path / "drafts", Telling())
    assert (report.learned_from, report.held_out, report.figures, report.genres) == (3, 0, (), ())
    assert not report.passed
    assert plot.startswith(b"\x89PNG")


def test_a_run_that_nobody_wants_any_more_ends_at_its_next_step_and_leaves_nothing(
    small_champion: Version, store: VersionStore, tmp_path: Path
) -> None:
    class Impatient(Telling):
        def tell(self, step: str, done: int = 0, total: int = 0) -> None:
            if step == "publish":
                self.stop()
            super().tell(step, done, total)

    with pytest.raises(Stopped):
        retrain(task_for(small_champion, corrected(60)), store, tmp_path / "drafts", Impatient())
    assert "run-7" not in store.list()
    assert list((tmp_path / "drafts").iterdir()) == []
