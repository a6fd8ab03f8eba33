"""Fits linear heads on frozen features, and folds the standardisation of features into them."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from model_engine.datasets.dataset import Dataset
from model_engine.training.accuracies import Accuracy
from model_engine.training.progress import Epoch
from model_engine.training.recipe import Phase, Recipe
from model_engine.training.tasks import HeadTask, Task, part_of


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


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A head with the epochs that led to it."""

    head: LinearHead
    history: list[Epoch]


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


def fit_heads(features: np.ndarray, dataset: Dataset, recipe: Recipe, task: Task) -> dict[str, Fitted]:
    """The heads that the task learns, on features (N, channels), each seeded apart so that none depends on another."""
    scale = Standardisation.of(features[dataset.rows("train")])
    fitted: dict[str, Fitted] = {}
    for phase in recipe.phase:
        for name, head in task.heads.items():
            if phase.trainable == "heads" or name in phase.trainable:
                keras.utils.set_random_seed(recipe.seed)
                fitted[name] = _fit(features, dataset, scale, recipe, phase, head, name, task.priors[name])
    return fitted


def constant_head(width: int, prior: np.ndarray) -> LinearHead:
    """A head that says the same of all posters."""
    return LinearHead(kernel=np.zeros((width, len(prior)), np.float32), bias=prior.astype(np.float32))


def _fit(
    features: np.ndarray,
    dataset: Dataset,
    scale: Standardisation,
    recipe: Recipe,
    phase: Phase,
    task: HeadTask,
    name: str,
    prior: np.ndarray,
) -> Fitted:
    """Adam on standardised features, from zero weights and the prior as bias; keeps the best epoch."""
    train, held = dataset.rows("train"), dataset.rows("validation")
    head = layers.Dense(
        len(prior),
        kernel_initializer="zeros",
        bias_initializer=lambda shape, dtype=None: keras.ops.cast(prior, dtype or "float32"),
        kernel_regularizer=keras.regularizers.L2(phase.weight_decay / 2),
        name="head",
    )
    dropout = layers.Dropout(recipe.options.get("dropout", 0.0))
    network = keras.Sequential([keras.Input(features.shape[1:]), dropout, head])
    steps = phase.epochs * -(-len(train) // phase.batch)
    rate = keras.optimizers.schedules.CosineDecay(phase.learning_rate, steps)
    network.compile(
        keras.optimizers.Adam(rate if phase.schedule == "cosine" else phase.learning_rate),
        loss=task.loss,
        metrics=[Accuracy(task.right)],
        weighted_metrics=[keras.metrics.MeanMetricWrapper(task.loss, name="per_poster")],
    )
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_per_poster", mode="min", patience=phase.patience, restore_best_weights=True
    )
    log = network.fit(
        scale.apply(features[train]),
        task.truth[train],
        sample_weight=task.weights[train],
        validation_data=(scale.apply(features[held]), task.truth[held], task.weights[held]),
        batch_size=phase.batch,
        epochs=phase.epochs,
        callbacks=[stopping, keras.callbacks.TerminateOnNaN()],
        verbose=0,
    )
    kernel, bias = head.get_weights()
    return Fitted(head=scale.fold_into(kernel, bias), history=_history(log.history, part_of(name)))


def _history(logs: dict[str, list[float]], phase: str) -> list[Epoch]:
    names = {
        "per_poster": "loss",
        "val_per_poster": "validation_loss",
        "accuracy": "accuracy",
        "val_accuracy": "validation_accuracy",
    }
    return [
        Epoch(
            phase=phase,
            epoch=epoch + 1,
            figures={new: round(float(logs[old][epoch]), 6) for old, new in names.items()},
        )
        for epoch in range(len(logs["per_poster"]))
    ]
