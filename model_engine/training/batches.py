"""Batches of inputs, truth and weights; what is drawn at random hangs on seed, epoch and batch alone."""

from typing import Any

import keras
import numpy as np

from model_engine.training.recipe import Augmentation
from model_engine.training.tasks import Task

Batch = tuple[Any, dict[str, np.ndarray], dict[str, np.ndarray]]
"""Inputs (B, …), and truth (B, answers) and weights (B,) by head."""


class Batches(keras.utils.PyDataset):
    """Rows of an array that may be mapped from a file, with what each trained head is to say of them."""

    def __init__(
        self,
        inputs: np.ndarray,
        rows: np.ndarray,
        task: Task,
        size: int,
        *,
        seed: int | None,
        multiple: int = 1,
        augmentation: Augmentation | None = None,
    ) -> None:
        """Reads nothing yet.

        Args:
            inputs: (N, …), all rows of the data set.
            rows: those that are drawn from.
            task: truth and weights of each trained head.
            size: posters per batch.
            seed: shuffles in each epoch anew; None keeps the order of the rows.
            multiple: batches are filled up to a multiple of it with posters of weight 0, one per device.
            augmentation: pictures are cut out and mixed as it says; its other changes are the network's.
        """
        super().__init__()
        self._inputs, self._rows, self._task = inputs, rows, task
        self._size, self._seed, self._multiple = size, seed, multiple
        self._augmentation = augmentation or Augmentation()
        self._epoch, self._order = 0, rows
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Takes the order of this epoch, from 0."""
        self._epoch = epoch
        if self._seed is not None:
            self._order = np.random.default_rng((self._seed, epoch)).permutation(self._rows)

    def __len__(self) -> int:
        return -(-len(self._rows) // self._size)

    def __getitem__(self, index: int) -> Batch:
        rows = self._order[index * self._size : (index + 1) * self._size]
        missing = -len(rows) % self._multiple
        rows = np.concatenate([rows, np.repeat(rows[:1], missing)])
        there = np.arange(len(rows)) < len(rows) - missing
        truth = {name: head.truth[rows] * there[:, np.newaxis] for name, head in self._task.heads.items()}
        weights = {name: head.weights[rows] * there for name, head in self._task.heads.items()}
        inputs = np.asarray(self._inputs[rows])
        if self._seed is None:
            return inputs, truth, weights
        drawing = np.random.default_rng((self._seed, self._epoch, index))
        if self._augmentation.crop < 1.0:
            inputs = cropped(inputs, self._augmentation.crop, drawing)
        if self._augmentation.mixup:
            inputs, truth = mixed(inputs, truth, self._augmentation.mixup, drawing)
        return inputs, truth, weights


def cropped(pictures: np.ndarray, share: float, drawing: np.random.Generator) -> np.ndarray:
    """A part of each picture (N, height, width, 3), each from a place of its own: `share` of both sides."""
    height, width = (max(1, round(side * share)) for side in pictures.shape[1:3])
    tops = drawing.integers(0, pictures.shape[1] - height + 1, len(pictures))
    lefts = drawing.integers(0, pictures.shape[2] - width + 1, len(pictures))
    places = zip(pictures, tops, lefts, strict=True)
    return np.stack([picture[top : top + height, left : left + width] for picture, top, left in places])


def mixed(
    pictures: np.ndarray, truth: dict[str, np.ndarray], alpha: float, drawing: np.random.Generator
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Each picture (N, height, width, 3), uint8, laid over another of the batch, and so its truth.

    The lighter of the two is the one laid over: a poster keeps its own weight. One that lacks a truth, or whose partner
    does, is left alone: half a label would be a wrong one.
    """
    count = len(pictures)
    partners = drawing.permutation(count)
    shares = drawing.beta(alpha, alpha, count)
    shares = np.maximum(shares, 1.0 - shares)
    known = np.all([answers.any(axis=1) for answers in truth.values()], axis=0)
    shares = np.where(known & known[partners], shares, 1.0).astype(np.float32)
    wide = shares[:, np.newaxis, np.newaxis, np.newaxis]
    blend = np.rint(pictures * wide + pictures[partners] * (1.0 - wide)).astype(np.uint8)
    flat = shares[:, np.newaxis]
    return blend, {name: answers * flat + answers[partners] * (1.0 - flat) for name, answers in truth.items()}
