"""The recipe `deeper`: the network's last stage learns from the pictures of corrected posters."""

import asyncio
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from unittest.mock import AsyncMock

import keras
import msgspec
import numpy as np
import pytest
from PIL import Image

from model_engine.learning import gate, gathering, retraining
from model_engine.learning.examples import Examples
from model_engine.learning.exporting import moved_likeness
from model_engine.learning.last_stage import narrowest_place
from model_engine.learning.ledger import DatabaseGone, Ledger
from model_engine.likeness import PosterLikeness
from model_engine.networks.judge_network import build_judge_network
from model_engine.runtimes import open_runtime
from model_engine.versions import CARD_FILE, Version
from models.genres import GENRES
from models.learning_recipes import LearningRecipe
from models.run_reports import RunReport
from models.tables import RunState
from posters.intake import normalise
from posters.limits import Limits
from posters.store import PosterMissing
from tests.model_engine.learning import jax_stage
from tests.model_engine.learning.holding import hold_at
from tests.model_engine.learning.school import School

DEEPER = LearningRecipe.DEEPER


def poster(number: int) -> Image.Image:
    """A picture of its own: stripes of one direction for even numbers, of the other for odd ones."""
    chance = np.random.default_rng(number)
    stripes = np.where(np.arange(48) % 8 < 4, 200, 40)
    pixels = np.broadcast_to(stripes[:, np.newaxis] if number % 2 else stripes[:32], (48, 32))
    coloured = pixels[..., np.newaxis] + chance.integers(-40, 40, (48, 32, 3))
    return Image.fromarray(np.clip(coloured, 0, 255).astype(np.uint8)).resize((96, 144))


async def correct_pictures(school: School, count: int) -> None:
    for number in range(count):
        await school.correct_picture(poster(number), f"group-{number}", horror=bool(number % 2))


def losses(report: RunReport) -> tuple[float, float]:
    figure = next(one for one in report.figures if one.name == "log loss a poster")
    return figure.before, figure.after


@pytest.fixture
def every_tenth_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "is_held_out", lambda group, salt: group.endswith("3"))


async def test_the_last_stage_learns_from_pictures_and_all_before_it_stays(
    deep_school: School, deep_champion: Version
) -> None:
    await correct_pictures(deep_school, 60)
    run = await deep_school.asked_and_ended(DEEPER)
    assert (run.state, run.explanation) == (RunState.DONE, "")
    report = msgspec.convert(run.report, RunReport)
    before, after = losses(report)
    assert after < before
    assert "the new version remembers none" in report.word
    version = deep_school.versions.load(f"run-{run.id}")
    old, new = (keras.models.load_model(one.keras_file, compile=False) for one in (deep_champion, version))
    moved = {
        layer.name
        for layer in new.layers
        for mine, its in zip(layer.get_weights(), old.get_layer(layer.name).get_weights(), strict=True)
        if not np.array_equal(mine, its)
    }
    assert moved == {"block3_conv", "genre_logits", "score_logits"}
    assert version.manifest.backbone.startswith(f"run-{run.id}-")
    assert version.rehearsal() is None
    assert "recipe `deeper`" in (version.folder / CARD_FILE).read_text()
    assert [path.name for path in (deep_school.data_dir / "trainer").iterdir()] == ["drafts"]


async def test_its_features_are_those_of_the_network_that_was_published(
    deep_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was measured on activations is what an engine will say of the pictures."""
    made = []
    make = retraining.make_challenger

    def watched(*args: object) -> object:
        made.append(make(*args))
        return made[-1]

    monkeypatch.setattr(retraining, "make_challenger", watched)
    monkeypatch.setattr(gathering, "is_held_out", lambda group, salt: group.endswith("3"))
    await correct_pictures(deep_school, 30)
    run = await deep_school.asked_and_ended(DEEPER)
    version = deep_school.versions.load(f"run-{run.id}")
    pictures = np.stack(
        [version.preprocessing.prepare_image(await kept(deep_school, number)) for number in (13, 23, 3)]
    )
    outputs = open_runtime("onnx", version).infer(pictures)
    assert made[0].measuring.features == pytest.approx(outputs.features, abs=2e-3)


async def kept(school: School, number: int) -> Image.Image:
    """The picture as the store has it."""
    packed = BytesIO()
    poster(number).save(packed, "PNG")
    jpeg = await school.store.get(normalise(packed.getvalue(), Limits()).sha256)
    return Image.open(BytesIO(jpeg)).convert("RGB")


async def test_without_pictures_it_says_so(deep_school: School) -> None:
    await deep_school.correct(20)
    run = await deep_school.asked_and_ended(DEEPER)
    assert (run.state, run.cause) == (RunState.FAILED, "no_pictures")
    assert "say `heads`" in run.explanation


async def test_a_network_without_such_a_stage_is_told_in_a_sentence(school: School) -> None:
    await correct_pictures(school, 10)
    run = await school.asked_and_ended(DEEPER)
    assert (run.state, run.cause) == (RunState.FAILED, "no_last_stage")
    assert "small-1 cannot learn deeper" in run.explanation


async def test_posters_whose_pictures_are_gone_teach_the_heads_alone_and_do_not_measure(
    deep_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring = {"g2", "group-3", "group-13", "group-23"}
    monkeypatch.setattr(gathering, "is_held_out", lambda group, salt: not measuring.isdisjoint({group, group[:2]}))
    await correct_pictures(deep_school, 30)
    await deep_school.correct(20)
    await deep_school.correct(5, seed=2)
    run = await deep_school.asked_and_ended(DEEPER)
    report = msgspec.convert(run.report, RunReport)
    assert (run.state, report.learned_from, report.held_out) == (RunState.DONE, 27 + 20, 3)
    assert "from the pictures of 27 corrected posters" in report.word


async def test_where_no_picture_measures_the_report_has_no_figures(
    deep_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "is_held_out", lambda group, salt: not group.startswith("group-"))
    await correct_pictures(deep_school, 10)
    await deep_school.correct(5)
    run = await deep_school.asked_and_ended(DEEPER)
    report = msgspec.convert(run.report, RunReport)
    assert (run.state, report.held_out, report.figures) == (RunState.DONE, 0, ())


async def test_where_pictures_measure_but_none_teaches_it_says_so(
    deep_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "is_held_out", lambda group, salt: group.startswith("group-"))
    await correct_pictures(deep_school, 10)
    await deep_school.correct(5)
    run = await deep_school.asked_and_ended(DEEPER)
    assert (run.state, run.cause) == (RunState.FAILED, "no_pictures")


async def test_anchor_posters_are_judged_by_the_network_as_it_became(
    deep_school: School, every_tenth_measures: None, tmp_path: Path
) -> None:
    folder = tmp_path / "anchors"
    folder.mkdir()
    rows = ["id,image,genres,score"]
    for number in range(100, 140):
        poster(number).save(folder / f"{number}.png")
        rows.append(f"tt{number},{number}.png,{'Horror' if number % 2 else 'Comedy'},{8.0 if number % 2 else 4.0}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    await correct_pictures(deep_school, 60)
    run = await deep_school.asked_and_ended(DEEPER, anchors=folder)
    checks = {check.name: check for check in msgspec.convert(run.report, RunReport).checks}
    # What was learnt of the corrected ones holds for these, too: members said the truth.
    assert checks["anchors"].passed
    assert "rose by -" in checks["anchors"].words
    assert "there are 40" in checks["memory"].words


async def test_a_run_that_was_published_before_its_trainer_died_needs_no_picture(
    deep_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await correct_pictures(deep_school, 20)
    run_id = await deep_school.ask(recipe=DEEPER)
    with monkeypatch.context() as dying:
        # It ends after publishing and before its row says so, as one that is killed.
        dying.setattr(Ledger, "finish", AsyncMock(side_effect=DatabaseGone("killed")))
        with pytest.raises(DatabaseGone):
            await deep_school.train()
    assert f"run-{run_id}" in deep_school.versions.list()
    monkeypatch.setattr(deep_school.store, "get", AsyncMock(side_effect=PosterMissing("erased")))
    await deep_school.train()
    run = await deep_school.run(run_id)
    assert (run.state, run.version) == (RunState.DONE, f"run-{run_id}")


@pytest.mark.long
def test_a_last_stage_learns_on_jax_as_well() -> None:
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-m", jax_stage.__name__]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.long
async def test_a_run_that_ends_amid_it_leaves_nothing_and_the_next_trainer_begins_it_anew(
    deep_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await correct_pictures(deep_school, 20)
    held = hold_at("deepen", monkeypatch)
    run_id = await deep_school.ask(recipe=DEEPER)
    training = asyncio.create_task(deep_school.train())
    await asyncio.wait_for(held.there.wait(), 60)
    deep_school.stopping.set()
    held.go_on.set()
    await training
    assert (await deep_school.run(run_id)).state is RunState.RUNNING
    assert list((deep_school.data_dir / "trainer" / "drafts").iterdir()) == []
    deep_school.stopping.clear()
    await deep_school.train()
    assert (await deep_school.run(run_id)).state is RunState.DONE


def test_only_anchor_posters_show_what_a_changed_network_forgot() -> None:
    assert not gate.check_deeper_memory(0).passed
    assert not gate.check_deeper_memory(gate.LEAST_POSTERS - 1).passed
    assert gate.check_deeper_memory(gate.LEAST_POSTERS).passed


def test_efficientnet_is_cut_before_its_last_four_blocks() -> None:
    network = build_judge_network("efficientnet-lite0", 240, 160)
    cut = narrowest_place(network)
    assert [value.shape[1:] for value in cut] == [(8, 5, 192)]
    names = {layer.name.split("_")[0] for layer in keras.Model(list(cut), network.output["features"]).layers}
    assert {"block12", "block15"} <= names
    assert "block10" not in names


def seen_as(features: np.ndarray) -> Examples:
    """Posters of which nothing is known."""
    count = len(features)
    nothing = np.zeros(count, np.float32)
    return Examples(
        features=features,
        genres=np.zeros((count, len(GENRES)), np.float32),
        genre_weights=nothing,
        scores=np.full(count, np.nan, np.float32),
        score_weights=nothing,
    )


def test_the_test_for_posters_moves_with_the_features() -> None:
    likeness = PosterLikeness(kernel=np.array([1.0, 0.0], np.float32), bias=0.0, least=-2.0)
    chance = np.random.default_rng(1)
    examples = seen_as(chance.normal(0, 1, (500, 2)))
    moved = seen_as(3.0 * examples.features + 5.0)
    found = moved_likeness(likeness, examples, moved)
    assert found.least == pytest.approx(5.0 - 6.0, abs=0.05)
    same = likeness.looks_like_poster(examples.features) == found.looks_like_poster(moved.features)
    assert same.all()
    few = np.arange(10)
    assert moved_likeness(likeness, examples.select(few), moved.select(few)) == likeness
