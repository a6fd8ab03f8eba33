"""What lets a challenger pass, and what does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_engine.learning import gate


@pytest.fixture
def losses() -> np.ndarray:
    return np.random.default_rng(1).gamma(4.0, 1.0, 400)


def test_all_attempts_of_a_quarter_together_spend_no_more_than_the_budget() -> None:
    levels = [gate.significance(attempt) for attempt in range(1, 10_000)]
    assert levels == sorted(levels, reverse=True)
    assert gate.BUDGET * 0.999 < sum(levels) <= gate.BUDGET


@given(st.integers(max_value=0))
def test_attempts_count_from_one(attempt: int) -> None:
    with pytest.raises(ValueError, match="count from 1"):
        gate.significance(attempt)


def test_a_challenger_that_is_clearly_better_passes_and_one_that_is_as_good_does_not(losses: np.ndarray) -> None:
    noise = np.random.default_rng(2).normal(0.0, 0.1, len(losses))
    better = gate.check_better(losses, losses - 0.05 + noise, attempt=1)
    assert better.passed
    assert "attempt 1 of this quarter" in better.words
    assert not gate.check_better(losses, losses + noise, attempt=1).passed
    assert not gate.check_better(losses, losses, attempt=1).passed
    assert not gate.check_better(losses[:0], losses[:0], attempt=1).passed


def test_what_passes_at_first_may_fail_after_many_attempts(losses: np.ndarray) -> None:
    noise = np.random.default_rng(2).normal(0.0, 0.4, len(losses))
    slightly = losses - 0.06 + noise
    assert gate.check_better(losses, slightly, attempt=1).passed
    assert not gate.check_better(losses, slightly, attempt=40).passed


def test_chance_alone_passes_seldom(losses: np.ndarray) -> None:
    drawing = np.random.default_rng(5)
    passed = [
        gate.check_better(losses[:100], losses[:100] + drawing.normal(0, 0.3, 100), attempt=1).passed for _ in range(60)
    ]
    assert sum(passed) <= 6


@pytest.mark.parametrize(("count", "passed"), [(0, False), (299, False), (300, True)])
def test_few_posters_show_nothing(count: int, passed: bool) -> None:
    assert gate.check_count(count).passed is passed


def test_forgetting_is_refused() -> None:
    before = np.full((50, 24), 0.2)
    assert gate.check_drift(before, before + 0.01).passed
    assert not gate.check_drift(before, before + 0.03).passed
    assert gate.check_drift(before[:0], before[:0]).passed


def test_a_loss_on_the_anchor_set_is_refused(losses: np.ndarray) -> None:
    both = np.column_stack([losses, losses])
    assert gate.check_anchors(both, both).passed
    assert gate.check_anchors(both, both * 0.99).passed
    refused = gate.check_anchors(both, both * 1.02)
    assert not refused.passed
    assert "2.0" in refused.words
    assert gate.check_anchors(both[:0], both[:0]).passed


def test_what_is_gained_on_anchor_genres_makes_up_for_nothing_that_is_lost_on_their_scores(losses: np.ndarray) -> None:
    both = np.column_stack([losses, losses])
    refused = gate.check_anchors(both, both * [0.8, 1.02])
    assert not refused.passed
    assert "(genres) and 2.0" in refused.words
    unknown = both * [1.0, 0.0]
    assert gate.check_anchors(unknown, unknown * 0.99).passed


def test_a_genre_that_got_clearly_worse_is_named_and_a_rare_one_is_not_looked_at() -> None:
    drawing = np.random.default_rng(3)
    truth = np.zeros((400, 2))
    truth[:100, 0], truth[:10, 1] = 1, 1
    before = drawing.gamma(2.0, 0.2, (400, 2))
    worse = before * 1.3
    named = gate.check_genres(["Horror", "Western"], truth, before, worse)
    assert not named.passed
    assert named.words.startswith("Clearly worse: Horror by ")
    assert "Western" not in named.words
    assert gate.check_genres(["Horror", "Western"], truth, before, before * 1.001).passed


def test_golden_posters_are_judged_about_as_before() -> None:
    before = np.full((5, 24), 0.4)
    after = before.copy()
    after[3, 7] = 0.65
    assert gate.check_golden(before, before).passed
    assert not gate.check_golden(before, after).passed
