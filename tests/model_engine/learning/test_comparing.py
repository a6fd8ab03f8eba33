"""Champion against challenger on the same posters."""

import dataclasses
import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from model_engine.learning import gate
from model_engine.learning.comparing import GENRE_CALIBRATION, Sides, compare
from model_engine.learning.examining import sides_of
from model_engine.learning.examples import Examples
from model_engine.learning.making_challenger import Challenger
from model_engine.versions import Heads, Version
from models.genres import GENRES
from models.run_reports import Figure
from tests.model_engine.learning.conftest import corrected, task_for


@pytest.fixture
def sides(small_champion: Version) -> Sides:
    """The challenger looks at the feature that decides."""
    snapshot = corrected(300)
    measuring = Examples.of(snapshot.lessons, snapshot.matrix())
    heads = small_champion.heads()
    kernel = heads.genre_kernel.copy()
    kernel[0, GENRES.index("Horror")] += 3.0
    kernel[0, GENRES.index("Comedy")] -= 3.0
    challenger = of_heads(dataclasses.replace(heads, genre_kernel=kernel), measuring)
    return sides_of(task_for(small_champion, snapshot), challenger, measuring)


def of_heads(heads: Heads, measuring: Examples) -> Challenger:
    return Challenger(heads=heads, network=None, measuring=measuring, anchors=None, history=b"")


def test_figures_are_what_scikit_learn_gives_and_lie_within_their_intervals(sides: Sides) -> None:
    figures, genres = compare(sides)
    by_name = {figure.name: figure for figure in (*figures, *genres)}
    horror = GENRES.index("Horror")
    truth = sides.truth.genres[:, horror]
    assert sides.before.genres is not None
    assert sides.after.genres is not None
    assert by_name["Horror"].before == pytest.approx(roc_auc_score(truth, sides.before.genres[:, horror]))
    assert by_name["Horror"].after == pytest.approx(roc_auc_score(truth, sides.after.genres[:, horror]))
    both = [GENRES.index(name) for name in ("Comedy", "Horror")]
    precision = np.mean([average_precision_score(sides.truth.genres[:, i], sides.after.genres[:, i]) for i in both])
    assert by_name["genres, mean average precision"].after == pytest.approx(precision)
    assert by_name["log loss a poster"].before == pytest.approx(sides.losses_before.mean())
    for figure in by_name.values():
        assert figure.change_low <= figure.after - figure.before <= figure.change_high
    assert by_name["Horror"].change_low > 0
    assert not by_name["log loss a poster"].more_is_better


def test_a_challenger_that_is_the_champion_changes_nothing(sides: Sides) -> None:
    same = dataclasses.replace(sides, after=sides.before, losses_after=sides.losses_before)
    for figure in (*compare(same)[0], *compare(same)[1]):
        assert (figure.before, figure.change_low, figure.change_high) == (figure.after, 0.0, 0.0)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_too_few_posters_cannot_measure_is_left_out(small_champion: Version, count: int) -> None:
    snapshot = corrected(count)
    measuring = Examples.of(snapshot.lessons, np.zeros((count, 16), np.float32))
    challenger = of_heads(small_champion.heads(), measuring)
    few = sides_of(task_for(small_champion, snapshot), challenger, measuring)
    for figure in (*compare(few)[0], *compare(few)[1]):
        assert math.isfinite(figure.before + figure.after + figure.change_low + figure.change_high)


def risen(low: float) -> Figure:
    return Figure(
        name=GENRE_CALIBRATION,
        before=0.05,
        after=0.06,
        change_low=low,
        change_high=0.02,
        more_is_better=False,
        posters=9,
    )


def test_a_calibration_error_that_clearly_rose_is_refused_by_its_name() -> None:
    assert gate.check_calibration([risen(-0.01), risen(0.004)]).passed
    refused = gate.check_calibration([risen(0.008)])
    assert not refused.passed
    assert GENRE_CALIBRATION in refused.words
    assert gate.check_calibration([]).passed


def test_a_challenger_that_is_much_slower_is_refused() -> None:
    assert gate.check_latency(0.010, 0.012).passed
    slow = gate.check_latency(0.010, 0.020)
    assert not slow.passed
    assert "20.0 ms" in slow.words
