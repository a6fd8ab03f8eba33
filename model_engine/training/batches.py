"""Batches of inputs, truth and weights, in an order that seed and epoch alone decide."""

from typing import Any

import keras
import numpy as np

from model_engine.training.tasks import Task


class Batches(keras.utils.PyDataset):
    """Rows of an array that may be mapped from a file, with what each trained head is to say of them."""

    def __init__(
        self, inputs: np.ndarray, rows: np.ndarray, task: Task, size: int, *, seed: int | None, multiple: int = 1
    ) -> None:
        """Reads nothing yet.

        Args:
            inputs: (N, …), all rows of the data set.
            rows: those that are drawn from.
            task: truth and weights of each trained head.
            size: posters per batch.
            seed: shuffles in each epoch anew; None keeps the order of the rows.
            multiple: batches are filled up to a multiple of it with posters of weight 0, one per device.
        """
        super().__init__()
        self._inputs, self._rows, self._task = inputs, rows, task
        self._size, self._seed, self._multiple = size, seed, multiple
        self._order = rows
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Takes the order of this epoch, from 0."""
        if self._seed is not None:
            self._order = np.random.default_rng((self._seed, epoch)).permutation(self._rows)

    def __len__(self) -> int:
        return -(-len(self._rows) // self._size)

    def __getitem__(self, index: int) -> tuple[Any, dict[str, np.ndarray], dict[str, np.ndarray]]:
        rows = self._order[index * self._size : (index + 1) * self._size]
        missing = -len(rows) % self._multiple
        rows = np.concatenate([rows, np.repeat(rows[:1], missing)])
        there = np.arange(len(rows)) < len(rows) - missing
        truth = {name: head.truth[rows] * there[:, np.newaxis] for name, head in self._task.heads.items()}
        weights = {name: head.weights[rows] * there for name, head in self._task.heads.items()}
        return np.asarray(self._inputs[rows]), truth, weights
