"""`python -m bench.learning` on made-up posters of twelve features: what it claims, it can still measure.

What it found on real posters stands in `docs/learning.md`.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bench.learning.asking import asking
from bench.learning.attacks import ATTACKS, POISONS, Attack
from bench.learning.crowd import members, trust_in
from bench.learning.curves import curves
from bench.learning.ground import Ground
from bench.learning.learning import challenger, losses, taught
from bench.learning.passing import passing
from bench.learning.plots import draw
from bench.learning.poisoning import poisoned
from bench.learning.report import written
from model_engine.calibration import Calibration, GenreCalibration, ScoreCalibration
from model_engine.learning import gate
from model_engine.learning.examples import Examples
from model_engine.learning.losses import answers
from model_engine.versions import Heads
from models.scores import BIN_CENTRES

WIDTH = 12
AS_IT_IS = Calibration(
    genres=GenreCalibration(scale=(1.0,) * 24, bias=(0.0,) * 24, thresholds=(0.5,) * 24),
    score=ScoreCalibration(temperature=1.0, bias=(0.0,) * 20),
)


def films(truth: Heads, count: int, seed: int) -> Examples:
    """Posters with labels as the truth has them likely."""
    chance = np.random.default_rng(seed)
    features = chance.normal(0, 1, (count, WIDTH)).astype(np.float32)
    genres, bins = answers(truth, AS_IT_IS, features)
    named = (chance.random(genres.shape) < genres).astype(np.float32)
    return Examples(
        features=features,
        genres=named,
        genre_weights=(named.sum(axis=1) > 0).astype(np.float32),
        scores=np.array([chance.choice(BIN_CENTRES, p=p) for p in bins], np.float32),
        score_weights=np.ones(count, np.float32),
    )


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Products of matrices as small as these take ten times as long where several threads wait for busy cores."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def ground() -> Ground:
    """A champion that knows the truth about half."""
    chance = np.random.default_rng(1)
    ramp = np.linspace(-1.0, 1.0, 20, dtype=np.float32)
    truth = Heads(
        genre_kernel=chance.normal(0, 0.5, (WIDTH, 24)).astype(np.float32),
        genre_bias=np.full(24, -1.5, np.float32),
        score_kernel=chance.normal(0, 4.0, (WIDTH, 1)).astype(np.float32) * ramp,
        score_bias=-20.0 * (ramp - 0.3) ** 2,
    )
    champion = Heads(
        genre_kernel=truth.genre_kernel * (chance.random((WIDTH, 24)) < 0.6),
        genre_bias=truth.genre_bias,
        score_kernel=0.5 * truth.score_kernel,
        score_bias=truth.score_bias,
    )
    return Ground(
        champion=champion,
        calibration=AS_IT_IS,
        judged=np.arange(24) < 9,
        rehearsal=films(truth, 200, 2).features,
        crowd=films(truth, 800, 3),
        group_ids=tuple(f"group {number}" for number in range(800)),
        anchors=films(truth, 400, 4),
        far=films(truth, 400, 5),
        train_on=lambda rows: truth,
    )


def test_the_more_is_corrected_the_better_the_challenger_and_plots_and_report_say_so(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "DRAWS", 500)
    monkeypatch.setattr("bench.learning.curves.SIZES", (100, 800))
    monkeypatch.setattr("bench.learning.plots.SIZES", (100, 800))
    found = {"curves": curves(ground, 1), "passing": passing(ground, 3), "asking": asking(ground, 1)}
    by_size = {row["size"]: row["loss"] for row in found["curves"] if row["crowd"] in ("champion", "true")}
    assert by_size[0] > by_size[100] > by_size[800]
    assert [row["better"] >= row["no better"] for row in found["passing"]] == [True] * 3
    draw({**found, "curves-newer": found["curves"]}, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "learning-curves.png",
        "learning-asking.png",
        "learning-gate.png",
    }
    report = written(found)
    assert f"| champion | 0 | {next(row['genres'] for row in found['curves']):.4f}" in report


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_fifth_of_malicious_members_does_not_outweigh_the_others(ground: Ground, attack: Attack) -> None:
    chance = np.random.default_rng(7)
    crowd = members(chance, noise=[0.1] * 24, malicious=6)
    words = attack(ground, np.arange(800), crowd, chance)
    heads = challenger(ground, taught(ground, words, trust_in(crowd), "salt").teaching)
    assert losses(ground, heads, ground.anchors).mean() < losses(ground, ground.champion, ground.anchors).mean()


def test_what_all_members_lie_about_is_refused_without_an_anchor_set(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "DRAWS", 500)
    rows = poisoned(ground, 1)
    assert {row["lie"] for row in rows} == set(POISONS)
    for row in rows:
        assert "believable" in row["refused"], row
