"""What each task and loss learns from."""

import keras
import numpy as np
import pytest

from model_engine.datasets.dataset import Dataset
from model_engine.training.losses import FOCUS, log_probabilities, multilabel_loss
from model_engine.training.targets import class_shares, vote_weights
from model_engine.training.tasks import bin_groups, task_of
from models.genres import GENRE_INDEX
from models.scores import BIN_CENTRES, CLASS_CUTS, ScoreClass, class_probabilities
from tests.model_engine.training import tiny


def on(loss: object, truth: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(loss(keras.ops.convert_to_tensor(truth), keras.ops.convert_to_tensor(logits)))


@pytest.fixture
def logits() -> np.ndarray:
    return np.random.default_rng(4).normal(size=(90, 20)).astype(np.float32)


def test_only_the_heads_of_the_task_are_learnt(toys: Dataset) -> None:
    heads = {task: set(task_of(tiny.recipe(task=task), toys).heads) for task in ("both", "genres", "verdict")}
    assert heads == {"both": {"genre_logits", "score_logits"}, "genres": {"genre_logits"}, "verdict": {"score_logits"}}


def test_a_head_that_is_not_learnt_says_the_training_splits_shares(toys: Dataset) -> None:
    priors = task_of(tiny.recipe(task="verdict"), toys).priors
    rates = toys.genres[toys.rows("train")].mean(axis=0)
    assert 1 / (1 + np.exp(-priors["genre_logits"])) == pytest.approx(np.clip(rates, 1e-4, 1 - 1e-4))
    assert np.argmax(priors["score_logits"]) in (8, 16)


def test_the_classes_are_sums_of_bins(logits: np.ndarray) -> None:
    summed = np.exp(keras.ops.convert_to_numpy(log_probabilities(logits, bin_groups(CLASS_CUTS))))
    distributions = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for row in range(3):
        assert summed[row] == pytest.approx(list(class_probabilities(distributions[row]).values()), abs=1e-5)


def test_the_verdict_is_the_sum_of_the_good_bins_whatever_the_cut(logits: np.ndarray) -> None:
    distributions = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    for cut in (6.5, 7.0):
        good = np.exp(keras.ops.convert_to_numpy(log_probabilities(logits, bin_groups((cut,)))))[:, 1]
        assert good == pytest.approx(distributions[:, np.asarray(BIN_CENTRES) > cut].sum(axis=1), abs=1e-5)
    assert bin_groups((7.1,))[14] == pytest.approx([0.2, 0.8], abs=1e-6)


@pytest.mark.parametrize("kind", ["crossentropy", "focal", "asymmetric"])
@pytest.mark.parametrize("task", ["both", "genres", "verdict", "classes"])
def test_every_loss_is_least_where_the_truth_is_said(toys: Dataset, task: str, kind: str, logits: np.ndarray) -> None:
    scores = np.tile([3.0, 5.0, 6.0, 7.5, 8.5], 18)
    dataset = Dataset(toys.folder, toys.table.assign(score=scores))
    for name, head in task_of(tiny.recipe(task=task, loss=kind), dataset).heads.items():
        if name == "genre_logits":
            right, wrong = 12.0 * (2 * head.truth - 1), -12.0 * (2 * head.truth - 1)
        elif task == "both":
            right, wrong = np.log(head.truth + 1e-6), -np.log(head.truth + 1e-6)
        else:
            bins = np.eye(20, dtype=np.float32)[np.searchsorted(np.arange(0.5, 10, 0.5), scores, side="right")]
            right, wrong = 6.0 * bins, -6.0 * bins
        losses = on(head.loss, head.truth, right), on(head.loss, head.truth, wrong)
        assert np.isfinite(losses).all()
        assert (losses[0] < losses[1]).all()
        assert (losses[0] >= -1e-5).all()


def test_focal_loss_lets_go_of_what_is_right_already() -> None:
    ones = np.ones(1, np.float32)
    plain, focal = (
        multilabel_loss(kind, smoothing=0.0, mask=ones, positive_weights=ones) for kind in ("crossentropy", "focal")
    )
    truth = np.ones((2, 1), np.float32)
    logits = np.array([[2.0], [-2.0]], np.float32)
    missed = 1 / (1 + np.exp(logits[:, 0]))
    assert on(focal, truth, logits) == pytest.approx(on(plain, truth, logits) * missed**FOCUS, rel=1e-4)


def test_genres_outside_of_the_group_neither_cost_nor_are_judged(toys: Dataset) -> None:
    task = task_of(tiny.recipe(**{"filters.genres": ["Comedy", "Drama"]}), toys)
    head = task.heads["genre_logits"]
    logits = np.zeros((90, 24), np.float32)
    other = logits.copy()
    other[:, GENRE_INDEX["Horror"]] = 9.0
    assert np.array_equal(on(head.loss, head.truth, logits), on(head.loss, head.truth, other))
    assert task.judged == ("Comedy", "Drama")


def test_a_poster_without_genres_or_score_costs_nothing(toys: Dataset, logits: np.ndarray) -> None:
    table = toys.table.copy()
    table.loc[0, ["genres", "score"]] = None
    heads = task_of(tiny.recipe(label_smoothing=0.1), Dataset(toys.folder, table)).heads
    genre_logits = np.random.default_rng(1).normal(size=(90, 24)).astype(np.float32)
    for name, given in (("genre_logits", genre_logits), ("score_logits", logits)):
        losses = on(heads[name].loss, heads[name].truth, given)
        assert losses[0] == 0.0
        assert (losses[1:] > 0).all()


def test_class_weights_make_all_classes_weigh_the_same_together(toys: Dataset) -> None:
    scores = np.where(np.arange(90) % 9 == 0, 9.0, 5.0)
    dataset = Dataset(toys.folder, toys.table.assign(score=scores, votes=1000))
    weights = task_of(tiny.recipe(task="verdict", class_weights=True), dataset).heads["score_logits"].weights
    train = dataset.rows("train")
    good = scores[train] >= 7
    assert weights[train][good].sum() == pytest.approx(weights[train][~good].sum(), rel=1e-4)


def test_votes_that_nobody_counted_weigh_alike(toys: Dataset) -> None:
    targets = tiny.recipe().score_targets
    assert vote_weights(np.zeros(3), targets).tolist() == [1.0, 1.0, 1.0]


def test_accuracy_counts_what_training_projects_count(toys: Dataset) -> None:
    scores = np.array([7.0, 6.9, 9.0, 2.0, np.nan] * 18)
    dataset = Dataset(toys.folder, toys.table.assign(score=scores))
    head = task_of(tiny.recipe(), dataset).heads["score_logits"]
    says_good = np.tile(np.eye(20, dtype=np.float32)[15] * 9.0, (5, 1))
    right, counted = head.right(keras.ops.convert_to_tensor(head.truth[:5]), keras.ops.convert_to_tensor(says_good))
    assert keras.ops.convert_to_numpy(right).tolist() == [1.0, 0.0, 1.0, 0.0, 0.0]
    assert keras.ops.convert_to_numpy(counted).tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]


def test_class_shares_know_their_cuts() -> None:
    shares = class_shares(np.array([3.9, 4.0, 7.0, 10.0, np.nan]), CLASS_CUTS)
    assert shares.argmax(axis=1)[:4].tolist() == [0, 1, 3, 4]
    assert shares.sum(axis=1).tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]
    assert shares.shape[1] == len(ScoreClass)
