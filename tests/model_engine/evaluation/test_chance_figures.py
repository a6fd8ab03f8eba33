import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_engine.evaluation.chance_figures import calibration_error, calibration_errors, error_by_chance, reliability
from model_engine.evaluation.draws import bootstrap, once


def test_the_error_is_the_mean_gap_over_bins_of_equal_mass() -> None:
    said = np.array([0.1, 0.2, 0.8, 1.0])
    so = np.array([0, 1, 1, 1])
    # Two bins: 0.15 was said where half was so; 0.9 where all was.
    assert calibration_error(said, so, bins=2) == pytest.approx((0.35 + 0.1) / 2)
    assert np.array(reliability(said, so, bins=2)) == pytest.approx(np.array([[0.15, 0.5, 0.5], [0.9, 1.0, 0.5]]))


def test_fewer_posters_than_bins_are_a_bin_each() -> None:
    assert reliability(np.array([0.5, 0.25]), np.array([1, 0])) == [(0.25, 0.0, 0.5), (0.5, 1.0, 0.5)]


def test_an_answer_that_is_the_same_for_all_errs_by_its_distance_from_the_mean_and_no_more() -> None:
    so = np.arange(100) % 4 == 0
    for order in (np.arange(100), np.argsort(so)):
        assert calibration_error(np.full(100, 0.3), so[order]) == pytest.approx(0.05)


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(10)))
def test_the_order_of_the_posters_does_not_matter(order: list[int]) -> None:
    said = np.array([0.1, 0.1, 0.1, 0.2, 0.2, 0.4, 0.5, 0.5, 0.9, 1.0])
    so = np.array([0, 0, 1, 0, 1, 1, 0, 1, 1, 1])
    shuffled = calibration_error(said[order], so[order], bins=4)
    assert shuffled == pytest.approx(calibration_error(said, so, bins=4))


def test_a_redrawn_sample_errs_as_its_posters_written_out() -> None:
    said, so = np.array([0.1, 0.3, 0.6, 0.9]), np.array([0, 1, 0, 1])
    for weights, written in (([2, 0, 1, 1], [0, 0, 2, 3]), ([2, 2, 1, 1], [0, 0, 1, 1, 2, 3])):
        expected = calibration_error(said[written], so[written], bins=2)
        assert calibration_errors(said, so, np.array([weights], float), bins=2) == pytest.approx([expected])


def test_a_calibrated_model_shows_no_more_error_than_chance_and_an_overconfident_one_does() -> None:
    chance = np.random.default_rng(3)
    said = chance.uniform(0.1, 0.9, 600)
    draws = bootstrap(600, 200)
    for truth, low, high in ((said, -0.02, 0.02), (0.5 + (said - 0.5) / 3, 0.05, 0.12)):
        so = chance.random(600) < truth
        assert low < calibration_error(said, so) - error_by_chance(said, once(600)) < high
        # A draw doubles some of the posters, which alone would pass for an error of calibration.
        drawn = calibration_errors(said, so, draws) - error_by_chance(said, draws)
        assert low < np.median(drawn) < high


def test_chance_shows_nothing_where_all_is_certain() -> None:
    assert error_by_chance(np.array([0.0, 1.0] * 20), once(40), simulations=50) == 0.0


def test_honest_probabilities_err_little_and_boastful_ones_much() -> None:
    chance = np.random.default_rng(11)
    honest = chance.random(50_000)
    so = chance.random(50_000) < honest
    assert calibration_error(honest, so) < 0.02
    assert calibration_error(np.where(honest > 0.5, 0.99, 0.01), so) > 0.2
    assert [mass for _, _, mass in reliability(honest, so)] == pytest.approx([1 / 15] * 15, abs=1e-4)
