import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from model_engine.evaluation.answers import Answers, Truth
from model_engine.evaluation.draws import bootstrap, interval, once
from model_engine.evaluation.figures import genre_figures, score_figures, usable_genres, verdict_figures


def a_case(posters: int, seed: int) -> tuple[Answers, Truth]:
    """Made-up answers that know a little, and what is so; every genre but one is judged."""
    chance = np.random.default_rng(seed)
    genres = (chance.random((posters, 24)) < np.linspace(0.05, 0.6, 24)).astype(np.float32)
    genres[:, 7] = 1  # a poster without any genre is one whose genres are not known
    scores = chance.uniform(3, 9, posters).round(1)
    p = np.clip(0.2 * genres + chance.random((posters, 24)).round(2) * 0.8, 0, 1)
    p_good = np.clip((scores - 4) / 10 + chance.normal(0, 0.2, posters), 0, 1)
    answers = Answers(
        genres=p, said=p >= np.linspace(0.3, 0.6, 24), p_good=p_good, called=p_good >= 0.3, expected=4 + 4 * p_good
    )
    judged = np.arange(24) != 5
    return answers, Truth(genres=genres, scores=scores, judged=judged, good_at=float(np.median(scores)))


def at(rows: list[int] | np.ndarray, answers: Answers, truth: Truth) -> tuple[Answers, Truth]:
    """These posters alone, in this order."""
    parts = {name: getattr(answers, name)[rows] for name in ("genres", "said", "p_good", "called", "expected")}
    return Answers(**parts), Truth(
        genres=truth.genres[rows], scores=truth.scores[rows], judged=truth.judged, good_at=truth.good_at
    )


@settings(deadline=None, max_examples=10)
@given(st.integers(4, 60), st.integers(0, 1_000))
def test_genres_are_measured_as_scikit_learn_does_also_in_redrawn_samples(posters: int, seed: int) -> None:
    answers, truth = a_case(posters, seed)
    weights = np.concatenate([once(posters), bootstrap(posters, 2, seed)])
    figures, usable = genre_figures(answers, truth, weights), usable_genres(truth)
    assert answers.said is not None
    assert answers.genres is not None
    so, said, p = truth.genres[:, usable].astype(int), answers.said[:, usable].astype(int), answers.genres[:, usable]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of samples in which a genre does not occur
        for draw, row in enumerate(weights):
            got = {name: values[draw] for name, values in figures.items()}
            for average in ("macro", "micro", "weighted", "samples"):
                expected = metrics.f1_score(so, said, average=average, sample_weight=row, zero_division=0)
                assert got[f"{average}_f1"] == pytest.approx(expected), average
            there = [i for i in range(p.shape[1]) if 0 < so[row > 0, i].mean() < 1]
            areas = [metrics.roc_auc_score(so[:, i], p[:, i], sample_weight=row) for i in there]
            assert got["macro_roc_auc"] == pytest.approx(np.mean(areas) if areas else np.nan, nan_ok=True)
            if areas:
                pairs = np.repeat(row, p.shape[1])
                micro = metrics.roc_auc_score(so.ravel(), p.ravel(), sample_weight=pairs)
                assert got["micro_roc_auc"] == pytest.approx(micro)
            assert got["subset_accuracy"] == pytest.approx(metrics.accuracy_score(so, said, sample_weight=row))
            assert got["hamming_loss"] == pytest.approx(metrics.hamming_loss(so, said, sample_weight=row))
        assert figures["mean_average_precision"][0] == pytest.approx(metrics.average_precision_score(so, p))


@settings(deadline=None, max_examples=25)
@given(st.integers(6, 60), st.integers(0, 1_000))
def test_verdict_and_score_are_measured_as_scikit_learn_does(posters: int, seed: int) -> None:
    answers, truth = a_case(posters, seed)
    weights = bootstrap(posters, 1, seed)
    verdict, score = verdict_figures(answers, truth, weights), score_figures(answers, truth, weights)
    options = {"sample_weight": weights[0]}
    assert verdict["brier"] == pytest.approx([metrics.brier_score_loss(truth.good, answers.p_good, **options)])
    if len(set(truth.good[weights[0] > 0])) == 2:
        expected = metrics.balanced_accuracy_score(truth.good, answers.called, **options)
        assert verdict["balanced_accuracy"] == pytest.approx([expected])
    error = metrics.mean_absolute_error(truth.scores, answers.expected, **options)
    assert score["mae"] == pytest.approx([error])
    error = metrics.root_mean_squared_error(truth.scores, answers.expected, **options)
    assert score["rmse"] == pytest.approx([error])


def test_hits_are_counted_among_the_likeliest_of_all_genres() -> None:
    genres = np.zeros((2, 24), np.float32)
    genres[0, [0, 8]] = genres[1, 2] = 1
    p = np.tile(np.linspace(0.9, 0.1, 24), (2, 1))
    truth = Truth(genres=genres, scores=np.full(2, np.nan), judged=np.ones(24, bool), good_at=7.0)
    figures = genre_figures(Answers(genres=p, said=p > 0.5), truth, once(2))
    assert (figures["hit_at_1"], figures["hit_at_3"]) == ([0.5], [1.0])


def test_posters_of_which_nothing_is_known_are_left_out() -> None:
    answers, truth = a_case(20, 3)
    truth.genres[:5] = 0
    truth.scores[10:] = np.nan
    for figures, known in ((genre_figures, slice(5, 20)), (verdict_figures, slice(0, 10)), (score_figures, slice(10))):
        rows = np.arange(20)[known]
        whole, part = figures(answers, truth, once(20)), figures(*at(rows, answers, truth), once(len(rows)))
        assert {name: whole[name] == pytest.approx(part[name], nan_ok=True) for name in whole} == dict.fromkeys(
            part, True
        )


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(20)))
def test_the_order_of_the_posters_does_not_matter(order: list[int]) -> None:
    case = a_case(20, 4)
    shuffled = at(order, *case)
    for figures in (genre_figures, score_figures):
        one, other = figures(*case, once(20)), figures(*shuffled, once(20))
        assert {name: other[name] == pytest.approx(one[name]) for name in one} == dict.fromkeys(one, True)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 20), st.integers(0, 1_000))
def test_an_interval_holds_its_figure_however_few_posters_there_are(posters: int, seed: int) -> None:
    case, weights = a_case(posters, seed), bootstrap(posters, 40, seed)
    for figures in (genre_figures, verdict_figures, score_figures):
        values, drawn = figures(*case, once(posters)), figures(*case, weights)
        for name, value in values.items():
            low, high = interval(float(value[0]), drawn[name])
            assert np.isnan(low) or low <= value[0] <= high, name


def test_the_same_seed_gives_the_same_draws_and_every_draw_has_as_many_posters() -> None:
    weights = bootstrap(50, 10, seed=1)
    assert (weights == bootstrap(50, 10, seed=1)).all()
    assert (weights != bootstrap(50, 10, seed=2)).any()
    assert weights.sum(axis=1).tolist() == [50] * 10


def test_of_a_hundred_intervals_about_ninety_five_hold_what_they_are_to_hold() -> None:
    held = 0
    for seed in range(100):
        errors = np.abs(np.random.default_rng(seed).normal(0, 1, 60))
        low, high = interval(errors.mean(), bootstrap(60, 200, seed) @ errors / 60)
        held += low <= np.sqrt(2 / np.pi) <= high
    assert 85 <= held <= 100


def test_draws_in_which_a_figure_does_not_exist_are_left_out() -> None:
    assert interval(0.5, np.array([np.nan, 0.4, 0.6])) == pytest.approx((0.405, 0.595))
    assert np.isnan(interval(float("nan"), np.array([0.4]))).all()
