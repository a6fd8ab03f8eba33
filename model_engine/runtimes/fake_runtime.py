"""A runtime that knows nothing and needs nothing: for trying the rest out, and for tests."""

import numpy as np

from model_engine.runtimes.interface import RawOutputs, Runtime
from models.genres import GENRES
from models.scores import BIN_CENTRES


class FakeRuntime(Runtime):
    """Answers from the mean colour, so that equal posters get equal answers and others mostly do not."""

    name = "fake"

    def __init__(
        self, version: str, input_shape: tuple[int, int, int], *, max_batch_size: int = 32, width: int = 1280
    ) -> None:
        """Takes the version that it stands in for, its input's shape and the length of its features."""
        self.version = version
        self.input_shape = input_shape
        self.max_batch_size = max_batch_size
        self.best_batch_size = max_batch_size
        self._width = width

    def infer(self, batch: np.ndarray) -> RawOutputs:
        """See `Runtime.infer`."""
        self.check_batch(batch)
        cells = (-(-self.input_shape[0] // 32), -(-self.input_shape[1] // 32))
        colours = batch.mean(axis=(1, 2), dtype=np.float64).astype(np.float32) / 255.0
        features = np.resize(colours.T, (self._width, len(batch))).T
        feature_map = np.broadcast_to(features[:, np.newaxis, np.newaxis, :], (len(batch), *cells, self._width))
        spread = np.arange(1, len(GENRES) + 1, dtype=np.float32)
        peak = (colours.mean(axis=1, keepdims=True) * len(BIN_CENTRES)).astype(np.float32)
        return RawOutputs(
            genre_logits=np.sin(colours[:, :1] * spread) - 1.0,
            score_logits=-np.abs(np.arange(len(BIN_CENTRES), dtype=np.float32) - peak),
            feature_map=np.ascontiguousarray(feature_map),
            features=np.ascontiguousarray(features),
        )

    def warm_up(self) -> dict[int, float]:
        """See `Runtime.warm_up`; there is nothing to warm."""
        return {self.max_batch_size: 0.0}

    def close(self) -> None:
        """See `Runtime.close`; there is nothing to free."""
