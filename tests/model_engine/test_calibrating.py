import msgspec
import numpy as np
import pytest

from model_engine.calibration import ScoreCalibration, log_odds
from model_engine.evaluation.thresholds import best_balanced_threshold, best_f1_threshold
from model_engine.training.calibrating import _score_cost, fit_score, platt
from model_engine.training.evaluating import balanced_test_accuracy
from models.scores import bin_of


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(11)


def test_platt_scaling_finds_the_line_that_the_labels_came_from(chance: np.random.Generator) -> None:
    logits = chance.normal(size=20_000)
    truth = (chance.random(20_000) < 1 / (1 + np.exp(-(0.5 * logits - 1.0)))).astype(float)
    scale, bias = platt(logits, truth)
    assert scale == pytest.approx(0.5, abs=0.05)
    assert bias == pytest.approx(-1.0, abs=0.05)


def test_a_genre_without_a_single_poster_is_left_near_what_the_network_says(chance: np.random.Generator) -> None:
    scale, bias = platt(chance.normal(-7.0, 0.5, 2500), np.zeros(2500))
    assert 0.5 < scale < 1.5
    assert -1.0 < bias < 0.5


def test_the_threshold_is_half_of_the_best_expected_f1() -> None:
    assert best_f1_threshold(np.array([1.0, 1.0, 0.0, 0.0])) == 0.5
    assert best_f1_threshold(np.full(100, 0.2)) == pytest.approx(1 / 6, abs=1e-6)


def test_the_verdicts_threshold_parts_what_can_be_parted() -> None:
    scores = np.array([5.0, 6.0, 7.0, 8.0])
    assert best_balanced_threshold(scores, np.array([0.1, 0.2, 0.3, 0.4])) == 0.3
    assert best_balanced_threshold(np.array([8.0, 9.0]), np.array([0.1, 0.2])) == 0.5


def test_a_network_that_is_out_of_bounds_is_calibrated_all_the_same() -> None:
    scale, bias = platt(np.array([-5e4, -4e4, 5e4, 4e4]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert np.isfinite([scale, bias]).all()


def test_a_search_for_the_temperature_may_step_far_out_and_come_back() -> None:
    """Where posters are told apart without a mistake, a step of the search tries exp(2778)."""
    deviations = np.outer([-1.0, 1.0], np.linspace(-1.0, 1.0, 20))
    value, slope = _score_cost(np.r_[2778.0, np.zeros(20)], deviations, np.zeros(20), np.array([3, 16]))
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


def test_posters_that_are_told_apart_without_a_mistake_do_not_sharpen_without_end() -> None:
    bins = np.repeat([8, 16], 10)
    logits = 1e-3 * np.eye(20)[bins]
    fitted = fit_score(logits, bins * 0.5 + 0.25)
    assert fitted.temperature == pytest.approx(0.05, abs=0.01)
    assert np.isfinite(fitted.distributions(logits)).all()


def test_the_call_is_made_on_the_chance_that_is_told_also_where_the_cut_lies_within_a_bin() -> None:
    scores = np.repeat([6.0, 6.2, 6.4, 8.0], 5)
    logits = -((np.arange(20) * 0.5 + 0.25 - scores[:, np.newaxis]) ** 2)
    fitted = fit_score(logits, scores, good_at=6.3)
    told = fitted.chance_of_good(fitted.distributions(logits))
    assert ((told >= fitted.call_good_at - 1e-6) == (scores >= 6.3)).all()


def test_the_scores_calibration_sharpens_a_timid_network(chance: np.random.Generator) -> None:
    scores = np.clip(chance.normal(6.2, 1.1, 3000), 0.0, 10.0)
    centres = np.arange(20) * 0.5 + 0.25
    told = scores + chance.normal(0.0, 0.5, 3000)
    timid = -((centres - told[:, np.newaxis]) ** 2) / (2 * 2.0**2)
    fitted = fit_score(timid, scores)
    plain = ScoreCalibration(temperature=1.0, bias=(0.0,) * 20)
    bins = np.array([bin_of(score) for score in scores])
    said = {calibration: calibration.distributions(timid)[np.arange(3000), bins] for calibration in (fitted, plain)}
    assert fitted.temperature < 0.5
    assert np.log(said[fitted]).mean() > np.log(said[plain]).mean() + 0.3


def test_the_verdict_is_as_sure_as_it_may_be_whatever_fits_the_whole_score(chance: np.random.Generator) -> None:
    """A network that tells good films from bad ones, and nothing of how good or bad they are."""
    clue = chance.normal(-1.0, 1.5, 4000)
    good = chance.random(4000) < 1.0 / (1.0 + np.exp(-clue))
    scores = np.where(good, chance.uniform(7.0, 10.0, 4000), chance.uniform(0.0, 7.0, 4000))
    logits = 0.1 * clue[:, np.newaxis] * np.linspace(-1.0, 1.0, 20) ** 3
    fitted = fit_score(logits, scores)
    distributions = fitted.distributions(logits)
    assert distributions.sum(axis=1) == pytest.approx(1.0)
    assert fitted.good_scale > 1.1
    scale, bias = platt(log_odds(fitted.chance_of_good(distributions)), good.astype(float))
    assert (scale, bias) == pytest.approx((1.0, 0.0), abs=0.02)
    plain = msgspec.structs.replace(fitted, good_scale=1.0, good_bias=0.0).distributions(logits)
    for side in (slice(0, 14), slice(14, 20)):
        shares = [each[:, side] / each[:, side].sum(axis=1, keepdims=True) for each in (distributions, plain)]
        assert shares[0] == pytest.approx(shares[1])


def test_a_balanced_test_has_as_many_good_as_other_films() -> None:
    good = np.array([True, False, False, False])
    assert balanced_test_accuracy(np.ones(4, bool), good) == 0.5
    assert balanced_test_accuracy(good, good) == 1.0
