"""Trains a network on pictures, phase by phase, from checkpoint to checkpoint."""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import structlog

from model_engine.datasets.dataset import Dataset
from model_engine.training.accuracies import Accuracy
from model_engine.training.activations import frozen_activations
from model_engine.training.augmenting import augmented
from model_engine.training.averaging import averages
from model_engine.training.batches import Batches
from model_engine.training.checkpoints import Checkpoints
from model_engine.training.computing import device_count, jit_pays
from model_engine.training.failures import NO_NUMBER, TrainingError
from model_engine.training.freezing import last_frozen, set_trainable
from model_engine.training.prepared import pictures_digest, prepared_pictures
from model_engine.training.progress import Epoch, Telling
from model_engine.training.recipe import Phase, Recipe
from model_engine.training.tasks import HEADS, Task, part_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What all phases of one run share."""

    recipe: Recipe
    dataset: Dataset
    task: Task
    network: keras.Model
    cache: Path
    checkpoints: Checkpoints
    telling: Telling


def run_fingerprint(recipe: Recipe, dataset: Dataset) -> str:
    """Names a run: the same recipe on the same posters with the same labels and splits."""
    digest = hashlib.sha256(msgspec.json.encode(recipe))
    digest.update(dataset.table.to_csv(index=False).encode())
    digest.update(pictures_digest(dataset, recipe.input).encode())
    return digest.hexdigest()


def fit_phases(fit: Fit) -> None:
    """Trains what is left of the recipe's phases; the network then has the weights of the best epoch of all.

    Raises:
        DatasetError: a picture cannot be read.
        RecipeError: a phase names layers that the network does not have.
        TrainingError: the loss is no number.
    """
    pictures = prepared_pictures(
        fit.dataset, fit.recipe.input, fit.cache, lambda done, total: fit.telling.advance("posters read", done, total)
    )
    for index in range(fit.checkpoints.state.phase, len(fit.recipe.phase)):
        _fit_phase(fit, index, pictures)
        fit.checkpoints.next_phase()
        fit.checkpoints.load_best(fit.network)
    fit.checkpoints.load_best(fit.network)


def _fit_phase(fit: Fit, index: int, pictures: np.ndarray) -> None:
    phase, state = fit.recipe.phase[index], fit.checkpoints.state
    set_trainable(fit.network, phase, fit.task.heads)
    if state.last is None and state.best is not None:
        fit.checkpoints.load_best(fit.network)
    trainee, inputs = _trainee(fit, index, pictures)
    rows = {split: fit.dataset.rows(split) for split in ("train", "validation")}
    multiple = device_count()
    train = Batches(
        inputs, rows["train"], fit.task, phase.batch, seed=fit.recipe.seed + index, multiple=multiple,
        augmentation=fit.recipe.augmentation if phase.augmented else None,
    )  # fmt: skip
    held = Batches(inputs, rows["validation"], fit.task, phase.batch, seed=None, multiple=multiple)
    trainee.compile(
        _optimizer(phase, len(train)),
        loss={name: head.loss for name, head in fit.task.heads.items()},
        metrics={name: [Accuracy(head.right, f"{part_of(name)}_accuracy")] for name, head in fit.task.heads.items()},
        jit_compile="auto" if jit_pays() else False,
    )
    fit.checkpoints.restore(trainee)
    if state.epoch >= phase.epochs or state.waited >= phase.patience:
        return
    callbacks: list[keras.callbacks.Callback] = [_Keeping(fit, phase, train, f"phase {index + 1}")]
    if averages(trainee.optimizer):
        callbacks.insert(0, keras.callbacks.SwapEMAWeights())
    trainee.fit(
        train,
        validation_data=held,
        initial_epoch=state.epoch,
        epochs=phase.epochs,
        shuffle=False,  # Keras would shuffle the batches by a generator that no checkpoint holds.
        callbacks=callbacks,
        verbose=0,
    )


def _trainee(fit: Fit, index: int, pictures: np.ndarray) -> tuple[keras.Model, np.ndarray]:
    """What is trained, and what it is shown: pictures, or what the frozen part of the network makes of them.

    That part is computed once where pictures are not changed in training.
    """
    network, augmentation = fit.network, fit.recipe.augmentation
    changing = augmentation.any and fit.recipe.phase[index].augmented
    frozen = None if changing else last_frozen(network)
    if frozen is not None:
        outputs = {name: network.output[name] for name in fit.task.heads}
        inputs = frozen_activations(
            network, frozen, pictures, fit.cache, lambda done, total: fit.telling.advance("features", done, total)
        )
        return keras.Model(frozen, outputs), inputs
    pixels = keras.Input(network.input.shape[1:], dtype="uint8")
    changed = augmented(pixels, augmentation, fit.recipe.seed + 100 * index) if changing else pixels
    outputs = network(changed)
    return keras.Model(pixels, {name: outputs[name] for name in fit.task.heads}), pictures


def _optimizer(phase: Phase, steps: int) -> keras.optimizers.Optimizer:
    averaging: dict[str, Any] = {"use_ema": True, "ema_momentum": phase.averaging} if phase.averaging else {}
    rate = _rate(phase, steps)
    if not phase.weight_decay:
        return keras.optimizers.Adam(rate, **averaging)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=phase.weight_decay, **averaging)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _rate(phase: Phase, steps: int) -> Any:
    """The learning rate, or its course over the phase of `steps` an epoch."""
    if phase.schedule == "cosine":
        warmup = min(phase.warmup, phase.epochs - 1)
        falling = steps * (phase.epochs - warmup)
        if not warmup:
            return keras.optimizers.schedules.CosineDecay(phase.learning_rate, falling)
        return keras.optimizers.schedules.CosineDecay(
            0.0, falling, warmup_target=phase.learning_rate, warmup_steps=steps * warmup
        )
    return phase.learning_rate


class _Keeping(keras.callbacks.Callback):
    """Tells and keeps each epoch, and ends a phase that gets no better."""

    def __init__(self, fit: Fit, phase: Phase, train: Batches, name: str) -> None:
        super().__init__()
        self._fit, self._phase, self._train, self._name = fit, phase, train, name
        self._what = name

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Deals the posters out anew."""
        self._train.start_epoch(epoch)
        self._what = f"{self._name}, epoch {epoch + 1} of {self._phase.epochs}"

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Shows how far the epoch is."""
        self._require_number((logs or {}).get("loss", 0.0))
        self._fit.telling.advance(self._what, batch + 1, len(self._train))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Writes the checkpoint."""
        figures = {_figure_name(name): round(float(value), 6) for name, value in (logs or {}).items()}
        self._require_number(figures["validation_loss"])
        row = Epoch(phase=self._name, epoch=epoch + 1, figures=figures)
        best = self._fit.checkpoints.keep(self.model, self._fit.network, row)
        self._fit.telling.epoch(row, best)
        self.model.stop_training = self._fit.checkpoints.state.waited >= self._phase.patience

    def _require_number(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise TrainingError(f"{NO_NUMBER} ({self._what}).")


def _figure_name(name: str) -> str:
    """`val_genre_logits_loss` is called `validation_genre_loss`; Keras names the output where there are several."""
    words = name.removeprefix("val_")
    for head in HEADS:
        words = words.replace(f"{head}_{part_of(head)}_accuracy", f"{part_of(head)}_accuracy")
    words = words.replace("_logits", "")
    return f"validation_{words}" if name.startswith("val_") else words
