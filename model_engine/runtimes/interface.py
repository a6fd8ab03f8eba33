"""What every runtime offers, and nothing else: a new runtime is a new module beside this one."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np


class RawOutputs(NamedTuple):
    """What the network says of N posters, uncalibrated; all float32."""

    genre_logits: np.ndarray
    """(N, 24) in the order of `models.genres.GENRES`."""
    score_logits: np.ndarray
    """(N, 20), one per bin of `models.scores.BIN_EDGES`."""
    feature_map: np.ndarray
    """(N, rows, columns, channels): the last map, channels last; 1280 channels in an EfficientNet-Lite."""
    features: np.ndarray
    """(N, width): what both heads are linear on; in many networks the mean of the map over its cells."""

    @property
    def count(self) -> int:
        """N, the number of posters."""
        return len(self.genre_logits)


class Runtime(ABC):
    """One version of the model on one device. Not thread-safe: one batch at a time."""

    name: str
    """`onnx`, `keras-tensorflow`, `keras-jax` or `fake`; shown in heartbeats and results."""
    version: str
    """Name of the version it runs."""
    input_shape: tuple[int, int, int]
    """Rows, columns, 3 of one input."""
    max_batch_size: int
    """Most posters that `infer` takes at once."""
    best_batch_size: int
    """Posters a second are highest at this size: the runtime's guess until `warm_up` has measured it."""

    @abstractmethod
    def infer(self, batch: np.ndarray) -> RawOutputs:
        """Runs the network.

        Args:
            batch: (N, rows, columns, 3), uint8, 1 <= N <= max_batch_size; see `preprocessing`.

        Raises:
            ValueError: the batch has another shape or type.
            DeviceError: out of memory, or the device was lost.
        """

    @abstractmethod
    def warm_up(self) -> dict[int, float]:
        """Runs every allowed batch size once untimed and then timed, and picks the best.

        Returns:
            Seconds per batch by batch size.
        """

    @abstractmethod
    def close(self) -> None:
        """Frees the device's memory; the runtime is not used afterwards."""

    def check_batch(self, batch: np.ndarray) -> None:
        """Refuses what the network cannot take.

        Raises:
            ValueError: says what was expected and what was received.
        """
        fits = batch.dtype == np.uint8 and batch.ndim == 4 and batch.shape[1:] == self.input_shape
        if not fits or not 1 <= len(batch) <= self.max_batch_size:
            raise ValueError(
                f"Expected 1 to {self.max_batch_size} uint8 inputs of {self.input_shape}. "
                f"Received: shape={batch.shape}, dtype={batch.dtype}"
            )
