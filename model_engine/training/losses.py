"""Losses per poster of raw logits, for any backend: cross-entropy, focal and asymmetric.

Focal after https://arxiv.org/abs/1708.02002, asymmetric after https://arxiv.org/abs/2009.14119, both with the papers'
values. `truth` and logits are tensors (N, answers); every function gives (N,).
"""

from collections.abc import Callable
from typing import Any, Final

import keras
import numpy as np
from keras import ops

from model_engine.training.recipe import LossName

Tensor = Any
Loss = Callable[[Tensor, Tensor], Tensor]

FOCUS: Final = 2.0
"""Focal: how fast an answer that is right already stops to count."""
NEGATIVE_FOCUS: Final = 4.0
"""Asymmetric: the same for genres that a film does not have; those it has always count in full."""
NEGATIVE_MARGIN: Final = 0.05
"""Asymmetric: below this probability a genre that a film does not have costs nothing."""

IMPOSSIBLE: Final = -1e9
"""In the place of log 0."""


def multilabel_loss(kind: LossName, *, smoothing: float, mask: np.ndarray, positive_weights: np.ndarray) -> Loss:
    """Independent yes-or-no answers, summed over those that count; a poster without any label costs nothing.

    Args:
        kind: which.
        smoothing: share of each label that is spread over yes and no.
        mask: (answers,), 1 where an answer counts.
        positive_weights: (answers,), what a yes weighs; a no weighs 1.
    """
    count = len(mask)

    def loss(truth: Tensor, logits: Tensor) -> Tensor:
        logits = ops.cast(logits, "float32")
        known = ops.cast(ops.max(truth, axis=-1) > 0, "float32")
        weights = (1.0 + truth * (positive_weights - 1.0)) * mask
        target = truth * (1.0 - smoothing) + smoothing / 2.0
        return ops.mean(_binary(kind, target, logits) * weights, axis=-1) * count * known

    return loss


def grouped_loss(kind: LossName, *, smoothing: float, groups: np.ndarray | None) -> Loss:
    """One answer of several, each a sum of the softmax over the logits; a poster without truth costs nothing.

    The asymmetric loss is one of yes-or-no answers: with two groups the second is the yes, with more it is
    cross-entropy.

    Args:
        kind: which.
        smoothing: share of the truth that is spread over all answers.
        groups: (logits, answers), the share of each logit's probability that goes to each answer; None: each its own.
    """

    def loss(truth: Tensor, logits: Tensor) -> Tensor:
        known = ops.sum(truth, axis=-1, keepdims=True)
        target = truth * (1.0 - smoothing) + known * smoothing / truth.shape[-1]
        if kind == "crossentropy" and groups is None:
            return ops.categorical_crossentropy(target, ops.cast(logits, "float32"), from_logits=True)
        log_p = log_probabilities(logits, groups)
        if kind == "focal":
            log_p = log_p * (1.0 - ops.exp(log_p)) ** FOCUS
        elif kind == "asymmetric" and groups is not None and groups.shape[1] == 2:
            return ops.sum(_asymmetric(target[:, 1:], target[:, :1], log_p[:, 1:], log_p[:, :1]), axis=-1)
        return -ops.sum(target * log_p, axis=-1)

    return loss


def log_probabilities(logits: Tensor, groups: np.ndarray | None) -> Tensor:
    """(N, answers): logarithms of the probabilities of `grouped_loss`."""
    log_p = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
    if groups is None:
        return log_p
    shares = np.where(groups > 0, np.log(np.maximum(groups, 1e-30)), IMPOSSIBLE).astype(np.float32)
    return ops.logsumexp(ops.expand_dims(log_p, -1) + shares, axis=1)


def _binary(kind: LossName, target: Tensor, logits: Tensor) -> Tensor:
    if kind == "crossentropy":
        return ops.binary_crossentropy(target, logits, from_logits=True)
    yes, no = ops.log_sigmoid(logits), ops.log_sigmoid(-logits)
    if kind == "asymmetric":
        return _asymmetric(target, 1.0 - target, yes, no)
    return -target * yes * ops.exp(no) ** FOCUS - (1.0 - target) * no * ops.exp(yes) ** FOCUS


def _asymmetric(is_so: Tensor, is_not: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    """Of the truth, and of the logarithms of the probabilities of yes and no."""
    shifted = ops.maximum(ops.exp(yes) - NEGATIVE_MARGIN, 0.0)
    quiet_no = ops.log1p(-ops.minimum(shifted, 1.0 - keras.config.epsilon()))
    return -is_so * yes - is_not * quiet_no * shifted**NEGATIVE_FOCUS
