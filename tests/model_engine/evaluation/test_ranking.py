import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from model_engine.evaluation.draws import bootstrap, once
from model_engine.evaluation.ranking import average_precision, roc_auc, spearman

POSTER = st.tuples(st.integers(0, 4), st.booleans())


@settings(deadline=None, max_examples=40)
@given(st.lists(POSTER, min_size=2, max_size=30), st.integers(0, 99))
def test_ranks_are_judged_as_scikit_learn_does_in_each_redrawn_sample_ties_included(
    posters: list[tuple[int, bool]], seed: int
) -> None:
    scores, truth = (np.array(column) for column in zip(*posters, strict=True))
    weights = np.concatenate([once(len(scores)), bootstrap(len(scores), 3, seed)])
    areas, precisions = roc_auc(scores, truth, weights), average_precision(scores, truth, weights)
    for row, area, precision in zip(weights, areas, precisions, strict=True):
        there = truth[row > 0]
        if there.any() and not there.all():
            assert area == pytest.approx(roc_auc_score(truth, scores, sample_weight=row))
        else:
            assert np.isnan(area)
        if there.any():
            assert precision == pytest.approx(average_precision_score(truth, scores, sample_weight=row))
        else:
            assert np.isnan(precision)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=30), st.integers(0, 99))
def test_correlation_of_ranks_is_as_scipy_gives_it_in_each_redrawn_sample(
    pairs: list[tuple[int, int]], seed: int
) -> None:
    first, second = np.array(pairs, np.float64).T
    weights = np.concatenate([once(len(first)), bootstrap(len(first), 3, seed)])
    for row, said in zip(weights, spearman(first, second, weights), strict=True):
        a, b = (np.repeat(values, row.astype(int)) for values in (first, second))
        expected = spearmanr(a, b).statistic if np.ptp(a) and np.ptp(b) else 0.0
        assert said == pytest.approx(expected, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(12)))
def test_the_order_of_the_posters_does_not_matter(order: list[int]) -> None:
    scores = np.array([0.1, 0.1, 0.2, 0.3, 0.3, 0.3, 0.5, 0.6, 0.7, 0.7, 0.8, 0.9])
    truth = np.array([0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1])
    weights = once(12)
    for figure in (roc_auc, average_precision):
        assert figure(scores[order], truth[order], weights) == pytest.approx(figure(scores, truth, weights))


def test_three_posters_counted_by_hand() -> None:
    # The liked posters stand first and third: of two pairs one is in order; precision is 1 and 2/3 at them.
    scores, truth, weights = np.array([0.9, 0.5, 0.2]), np.array([1, 0, 1]), once(3)
    assert roc_auc(scores, truth, weights) == pytest.approx([0.5])
    assert average_precision(scores, truth, weights) == pytest.approx([5 / 6])
