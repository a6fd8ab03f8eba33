"""Which share of answers is right, beside the loss: what training projects publish per epoch."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from model_engine.training.losses import Tensor, log_probabilities

Counted = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""From truth and logits: 1 for each answer that is right, and for each that counts."""


def genres_right(mask: np.ndarray) -> Counted:
    """A genre is right where p >= 0.5 just if the film has it; of posters with genres, of genres in the mask."""

    def count(truth: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        counted = ops.max(truth, axis=-1, keepdims=True) * mask
        said = ops.cast(logits, "float32") >= 0.0
        return ops.cast(said == (truth >= 0.5), "float32") * counted, counted

    return count


def class_right(groups: np.ndarray) -> Counted:
    """The likeliest class is the true one; `groups` as in `losses.grouped_loss`."""

    def count(truth: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        said = ops.argmax(log_probabilities(logits, groups), axis=-1)
        counted = ops.sum(truth, axis=-1)
        return ops.cast(said == ops.argmax(truth, axis=-1), "float32") * counted, counted

    return count


def verdict_right(good: np.ndarray, at_cut: float) -> Counted:
    """The likelier of good and not good is the true one, where the truth is soft over the bins.

    Args:
        good: (bins,), the share of each bin that is good.
        at_cut: how much of the truth is good at the very score from which films are good; it grows with the score.
    """

    def count(truth: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        counted = ops.cast(ops.sum(truth, axis=-1) > 0.5, "float32")
        said = ops.sum(ops.exp(log_probabilities(logits, None)) * good, axis=-1) >= 0.5
        so = ops.sum(truth * good, axis=-1) >= at_cut - 1e-4
        return ops.cast(said == so, "float32") * counted, counted

    return count


class Accuracy(keras.metrics.Metric):
    """The share of right answers over all posters so far."""

    def __init__(self, count: Counted, name: str = "accuracy") -> None:
        """Takes what counts right answers."""
        super().__init__(name=name)
        self._count = count
        self._right = self.add_variable((), initializer="zeros", name="right")
        self._counted = self.add_variable((), initializer="zeros", name="counted")

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Any = None) -> None:
        """Adds a batch; every poster counts alike."""
        right, counted = self._count(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
        self._right.assign_add(ops.sum(right))
        self._counted.assign_add(ops.sum(counted))

    def result(self) -> Tensor:
        """0 to 1."""
        return self._right / ops.maximum(self._counted, 1.0)
