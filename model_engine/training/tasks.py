"""What is learnt: which heads of the one form of network are trained, from which truth, by which loss.

Every version answers genres and score. A head that its task does not train says the same of every poster: what the
training split's shares are.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.training.accuracies import Counted, class_right, genres_right, verdict_right
from model_engine.training.losses import Loss, grouped_loss, multilabel_loss
from model_engine.training.recipe import Recipe
from model_engine.training.targets import class_shares, score_targets, vote_weights
from models.genres import GENRES
from models.scores import BIN_EDGES, CLASS_CUTS, ScoreClass

HEADS: Final = ("genre_logits", "score_logits")

MOST_POSITIVE_WEIGHT: Final = 20.0
"""What a genre's posters weigh at most under class weights: without a bound the rarest would be all that is heard."""


@dataclass(frozen=True, kw_only=True)
class HeadTask:
    """What one trained head learns."""

    truth: np.ndarray
    """(N, answers) float32; all zero where nothing is known."""
    weights: np.ndarray
    """(N,) float32."""
    loss: Loss
    right: Counted
    """What counts as right in the accuracy."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a recipe learns of a data set."""

    heads: dict[str, HeadTask]
    """By the names of the outputs, those that are trained alone."""
    priors: dict[str, np.ndarray]
    """First bias of each of `HEADS`: with it and without a kernel, the training split's shares are said."""
    judged: tuple[str, ...]
    """Genres that are learnt."""


def part_of(head: str) -> str:
    """`genre` or `score`: what figures and histories call a head."""
    return head.removesuffix("_logits")


def task_of(recipe: Recipe, dataset: Dataset) -> Task:
    """What the recipe learns of this data set.

    Raises:
        DatasetError: a class that is to be learnt has no poster in the training split or in the validation split.
    """
    heads: dict[str, HeadTask] = {}
    group = np.isin(GENRES, recipe.filters.genres or GENRES)
    if recipe.task in ("both", "genres"):
        heads["genre_logits"] = _genre_task(recipe, dataset, group)
    if recipe.task != "genres":
        heads["score_logits"] = _score_task(recipe, dataset)
    enough = dataset.enough(recipe.least_support) & group
    return Task(
        heads=heads,
        priors={"genre_logits": _genre_prior(dataset), "score_logits": _score_prior(recipe, dataset)},
        judged=tuple(genre for genre, judged in zip(GENRES, enough, strict=True) if judged),
    )


def _genre_task(recipe: Recipe, dataset: Dataset, group: np.ndarray) -> HeadTask:
    train = dataset.genres[dataset.rows("train")]
    _require(train.any(), "In the training split no poster has a genre: choose another --task.")
    if not group.all():
        missing = [genre for genre, count in zip(GENRES, train.sum(axis=0), strict=True) if not count]
        missing = [genre for genre in missing if genre in recipe.filters.genres]
        _require(not missing, f"In the training split no poster has the genre {', '.join(missing)}.")
    positive = np.ones(len(GENRES), np.float32)
    if recipe.class_weights:
        with np.errstate(divide="ignore"):
            positive = np.clip((len(train) - train.sum(axis=0)) / train.sum(axis=0), 1.0, MOST_POSITIVE_WEIGHT)
    mask = group.astype(np.float32)
    return HeadTask(
        truth=dataset.genres,
        weights=np.ones(len(dataset), np.float32),
        loss=multilabel_loss(
            recipe.loss,
            smoothing=recipe.label_smoothing,
            mask=mask,
            positive_weights=positive.astype(np.float32),
        ),
        right=genres_right(mask),
    )


def _score_task(recipe: Recipe, dataset: Dataset) -> HeadTask:
    verdict = recipe.task == "verdict"
    cuts: tuple[float, ...] = (recipe.filters.good_at,) if verdict else CLASS_CUTS
    names: tuple[str, ...] = ("bad", "good") if verdict else tuple(ScoreClass)
    classes = class_shares(dataset.scores, cuts)
    train = classes[dataset.rows("train")]
    _require(train.any(), "In the training split no poster has a score: --task genres does without.")
    if recipe.task == "both":
        groups, right = None, _verdict_right(recipe)
        truth = score_targets(dataset.scores, recipe.score_targets)
    else:
        missing = [name for name, count in zip(names, train.sum(axis=0), strict=True) if not count]
        _require(not missing, f"In the training split no poster is {' or '.join(missing)}, so that cannot be learnt.")
        truth, groups = classes, bin_groups(cuts)
        right = class_right(groups)
    weights = recipe.score_targets.weight * vote_weights(dataset.votes, recipe.score_targets)
    if recipe.class_weights:
        share = np.maximum(train.mean(axis=0), 1 / len(train)) * len(names)
        weights = weights * np.where(classes.any(axis=1), (classes / share).sum(axis=1), 1.0).astype(np.float32)
    return HeadTask(
        truth=truth,
        weights=weights,
        loss=grouped_loss(recipe.loss, smoothing=recipe.label_smoothing, groups=groups),
        right=right,
    )


def _verdict_right(recipe: Recipe) -> Counted:
    good_at = recipe.filters.good_at
    good = bin_groups((good_at,))[:, 1]
    return verdict_right(good, float(score_targets(np.array([good_at]), recipe.score_targets)[0] @ good))


def bin_groups(cuts: tuple[float, ...]) -> np.ndarray:
    """(20, classes): the share of each bin's half point that lies in each class."""
    edges = np.array([-np.inf, *cuts, np.inf])
    low, high = np.asarray(BIN_EDGES[:-1]), np.asarray(BIN_EDGES[1:])
    inside = np.minimum(high[:, np.newaxis], edges[1:]) - np.maximum(low[:, np.newaxis], edges[:-1])
    return np.clip(inside / (high - low)[:, np.newaxis], 0.0, 1.0).astype(np.float32)


def _genre_prior(dataset: Dataset) -> np.ndarray:
    train = dataset.genres[dataset.rows("train")]
    rates = np.clip(train.mean(axis=0), 1e-4, 1 - 1e-4)
    return np.log(rates / (1 - rates))


def _score_prior(recipe: Recipe, dataset: Dataset) -> np.ndarray:
    train = dataset.rows("train")
    known = train[~np.isnan(dataset.scores[train])]
    if not len(known):
        return np.zeros(len(BIN_EDGES) - 1)
    return np.log(score_targets(dataset.scores, recipe.score_targets)[known].mean(axis=0) + 1e-5)


def _require(there: bool, sentence: str) -> None:
    if not there:
        raise DatasetError(sentence)
