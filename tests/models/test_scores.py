"""The distribution over scores, and what follows from it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.judgements import ScoreJudgement
from models.scores import (
    BIN_CENTRES,
    bin_of,
    class_probabilities,
    expected_score,
    probability_at_least,
    standard_deviation,
)

distributions = st.lists(st.floats(0.001, 1.0), min_size=20, max_size=20).map(
    lambda weights: tuple(weight / sum(weights) for weight in weights)
)


@given(distributions)
def test_the_verdict_is_the_probability_of_good_and_great(distribution: tuple[float, ...]) -> None:
    score = ScoreJudgement.from_distribution(distribution)
    assert score.p_good == pytest.approx(score.classes["good"] + score.classes["great"])


@given(distributions)
def test_the_classes_share_all_probability(distribution: tuple[float, ...]) -> None:
    classes = class_probabilities(distribution)
    assert list(classes) == ["terrible", "bad", "decent", "good", "great"]
    assert math.fsum(classes.values()) == pytest.approx(1.0)
    assert min(classes.values()) >= 0.0


@given(distributions, st.floats(0, 10), st.floats(0, 10))
def test_a_higher_threshold_is_never_likelier(distribution: tuple[float, ...], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert probability_at_least(distribution, high) <= probability_at_least(distribution, low) + 1e-12


@given(st.floats(0, 10))
def test_a_certain_score_is_expected_where_it_lies(score: float) -> None:
    distribution = [0.0] * 20
    distribution[bin_of(score)] = 1.0
    assert abs(expected_score(distribution) - score) <= 0.25
    assert standard_deviation(distribution) == pytest.approx(0.0)


@pytest.mark.parametrize(("score", "centre"), [(0.0, 0.25), (6.99, 6.75), (7.0, 7.25), (10.0, 9.75)])
def test_a_score_falls_into_its_half_point(score: float, centre: float) -> None:
    assert BIN_CENTRES[bin_of(score)] == centre


@pytest.mark.parametrize("score", [-0.1, 10.1, math.nan])
def test_what_is_no_score_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 10"):
        bin_of(score)


def test_a_threshold_inside_a_bin_takes_its_share() -> None:
    distribution = [0.0] * 20
    distribution[14] = 1.0  # 7.0 to 7.5
    assert probability_at_least(distribution, 7.25) == pytest.approx(0.5)
