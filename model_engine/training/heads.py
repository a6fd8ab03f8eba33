"""Fits the two linear heads on frozen features, and folds the standardisation of features into them."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from model_engine.datasets.dataset import Dataset
from model_engine.training.recipe import HeadRecipe, ScoreTargets
from models.scores import BIN_EDGES


@dataclass(frozen=True, kw_only=True)
class LinearHead:
    """logits = features @ kernel + bias."""

    kernel: np.ndarray
    """(features, outputs), float32."""
    bias: np.ndarray
    """(outputs,), float32."""

    def logits(self, features: np.ndarray) -> np.ndarray:
        """(N, outputs) of (N, features)."""
        return features @ self.kernel + self.bias

    def as_stored(self) -> "LinearHead":
        """This head with its kernel rounded to float16, as the version's files hold it."""
        return LinearHead(kernel=self.kernel.astype(np.float16).astype(np.float32), bias=self.bias)


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A head with the losses per poster that led to it, one per epoch."""

    head: LinearHead
    history: dict[str, list[float]]


@dataclass(frozen=True, kw_only=True)
class Standardisation:
    """Mean and spread of each feature over the training posters."""

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, features: np.ndarray) -> "Standardisation":
        """Measured on (N, features); a feature that never moves gets a spread of a thousandth, not zero."""
        mean = features.mean(axis=0, dtype=np.float64)
        spread = features.std(axis=0, dtype=np.float64) + 1e-3
        return cls(mean=mean.astype(np.float32), spread=spread.astype(np.float32))

    def apply(self, features: np.ndarray) -> np.ndarray:
        """Features of mean 0 and spread 1 over the training posters."""
        return (features - self.mean) / self.spread

    def fold_into(self, kernel: np.ndarray, bias: np.ndarray) -> LinearHead:
        """The head on raw features that equals (kernel, bias) on standardised ones."""
        folded = kernel / self.spread[:, np.newaxis]
        return LinearHead(kernel=folded.astype(np.float32), bias=(bias - self.mean @ folded).astype(np.float32))


def score_targets(scores: np.ndarray, targets: ScoreTargets) -> np.ndarray:
    """(N, 20) float32: the share of a Gaussian around each score that falls into each bin, rows summing to 1."""
    edges = (np.asarray(BIN_EDGES)[np.newaxis] - scores[:, np.newaxis]) / targets.spread
    below = 0.5 * (1.0 + keras.ops.convert_to_numpy(keras.ops.erf(edges / np.sqrt(2.0))))
    shares = np.diff(below.astype(np.float64), axis=1)
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def vote_weights(votes: np.ndarray, targets: ScoreTargets) -> np.ndarray:
    """(N,) float32, mean 1: v / (v + half_weight_votes), since a score from few votes is mostly noise."""
    weights = votes / (votes + targets.half_weight_votes)
    return (weights / max(weights.mean(), 1e-9)).astype(np.float32)


def fit_genre_head(features: np.ndarray, dataset: Dataset, scale: Standardisation, recipe: HeadRecipe) -> Fitted:
    """24 independent sigmoids by binary cross-entropy, summed over genres."""
    count = dataset.genres.shape[1]

    def loss(truth: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
        return keras.losses.binary_crossentropy(truth, logits, from_logits=True) * count

    rates = np.clip(dataset.genres[dataset.rows("train")].mean(axis=0), 1e-4, 1 - 1e-4)
    weights = np.ones(len(features), np.float32)
    return _fit(features, dataset, scale, recipe, dataset.genres, weights, loss, np.log(rates / (1 - rates)))


def fit_score_head(
    features: np.ndarray,
    dataset: Dataset,
    scale: Standardisation,
    recipe: HeadRecipe,
    targets: ScoreTargets,
) -> Fitted:
    """A softmax over 20 bins by cross-entropy against soft targets, posters weighted by votes."""

    def loss(truth: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
        return keras.losses.categorical_crossentropy(truth, logits, from_logits=True)

    truth = score_targets(dataset.scores, targets)
    prior = np.log(truth[dataset.rows("train")].mean(axis=0) + 1e-5)
    return _fit(features, dataset, scale, recipe, truth, vote_weights(dataset.votes, targets), loss, prior)


def _fit(
    features: np.ndarray,
    dataset: Dataset,
    scale: Standardisation,
    recipe: HeadRecipe,
    truth: np.ndarray,
    weights: np.ndarray,
    loss: keras.losses.Loss,
    first_bias: np.ndarray,
) -> Fitted:
    """Adam on standardised features, from zero weights and the prior as bias; keeps the best epoch."""
    train, held = dataset.rows("train"), dataset.rows("validation")
    head = layers.Dense(
        truth.shape[1],
        kernel_initializer="zeros",
        bias_initializer=lambda shape, dtype=None: keras.ops.cast(first_bias, dtype or "float32"),
        kernel_regularizer=keras.regularizers.L2(recipe.weight_decay / 2),
        name="head",
    )
    network = keras.Sequential([keras.Input(features.shape[1:]), layers.Dropout(recipe.dropout), head])
    steps = recipe.epochs * -(-len(train) // recipe.batch)
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)),
        loss=loss,
        weighted_metrics=[keras.metrics.MeanMetricWrapper(loss, name="per_poster")],
    )
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_per_poster", mode="min", patience=recipe.patience, restore_best_weights=True
    )
    log = network.fit(
        scale.apply(features[train]),
        truth[train],
        sample_weight=weights[train],
        validation_data=(scale.apply(features[held]), truth[held], weights[held]),
        batch_size=recipe.batch,
        epochs=recipe.epochs,
        callbacks=[stopping],
        verbose=0,
    )
    history = {"train": log.history["per_poster"], "validation": log.history["val_per_poster"]}
    kernel, bias = head.get_weights()
    return Fitted(
        head=scale.fold_into(kernel, bias),
        history={name: [round(float(value), 6) for value in values] for name, values in history.items()},
    )
