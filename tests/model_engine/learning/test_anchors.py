"""The operator's own labelled posters, and what looks like them."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from model_engine.learning import anchors, gathering
from model_engine.learning.anchors import load_anchors
from model_engine.learning.faults import RunFailed
from model_engine.learning.telling import Telling
from model_engine.settings import EngineSettings
from model_engine.versions import CARD_FILE, Version
from models.run_reports import RunReport
from models.tables import RunState
from tests.model_engine.conftest import picture
from tests.model_engine.learning.school import School

SETTINGS = EngineSettings(runtime="onnx")


@pytest.fixture
def anchor_folder(tmp_path: Path) -> Path:
    """Two labelled pictures, one of them a cat."""
    folder = tmp_path / "anchors"
    folder.mkdir()
    for name in ("chelsea", "coffee"):
        Image.fromarray(picture(name)).save(folder / f"{name}.png")
    rows = ["id,image,genres,score", "tt1,chelsea.png,Family|Comedy,7.1", "tt2,coffee.png,,5.0", "tt3,,Drama,6.0"]
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_anchors_have_features_and_labels_and_are_looked_at_once(
    small_champion: Version, anchor_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = load_anchors(anchor_folder, small_champion, SETTINGS, tmp_path / "cache", Telling())
    assert (len(found.examples), len(found.hashes)) == (2, 2)
    assert found.examples.genre_weights.tolist() == [1.0, 0.0]
    assert found.examples.score_weights.tolist() == [1.0, 1.0]
    monkeypatch.setattr(anchors, "open_runtime", lambda *_, **__: pytest.fail("They were looked at before."))
    again = load_anchors(anchor_folder, small_champion, SETTINGS, tmp_path / "cache", Telling())
    assert np.array_equal(again.examples.features, found.examples.features)


@pytest.mark.parametrize("damage", ["no folder", "no pictures", "damaged picture"])
def test_anchors_that_cannot_be_read_are_told_in_a_sentence(
    small_champion: Version, anchor_folder: Path, tmp_path: Path, damage: str
) -> None:
    if damage == "no folder":
        anchor_folder = tmp_path / "nowhere"
    elif damage == "no pictures":
        (anchor_folder / "manifest.csv").write_text("id,image\ntt1,\n")
    else:
        (anchor_folder / "coffee.png").write_bytes(b"no picture")
    with pytest.raises(RunFailed, match="anchor set cannot be used") as failed:
        load_anchors(anchor_folder, small_champion, SETTINGS, tmp_path / "cache", Telling())
    assert failed.value.cause == "anchors_unreadable"
    assert "POSTER_JUDGE_ANCHORS" in str(failed.value)


async def test_a_run_guards_the_anchors_and_does_not_learn_from_their_copies(
    school: School, anchor_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "is_held_out", lambda group, salt: group.endswith("5"))
    await school.correct(20)
    await school.correct_picture(Image.fromarray(picture("chelsea")).resize((300, 200)))
    run = await school.asked_and_ended(anchors=anchor_folder)
    assert run.state is RunState.DONE
    report = msgspec.convert(run.report, RunReport)
    assert "2 anchor posters" in next(check.words for check in report.checks if check.name == "anchors")
    assert report.learned_from + report.held_out == 20
    card = (school.versions.load(f"run-{run.id}").folder / CARD_FILE).read_text()
    assert "1 (they look like anchor posters)" in card
