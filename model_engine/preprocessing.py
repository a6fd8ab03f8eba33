"""A decoded poster becomes the network's input: the same steps for training, for ONNX Runtime and for Keras.

A version stores its `Preprocessing` as `preprocessing.json`. Scaling of pixel values is part of the graph, so that the
graph is the whole truth about numbers; here are only sizes.
"""

from typing import Final

import msgspec
import numpy as np
from PIL import Image

TRAINED_LONGEST_SIDE: Final = 248
"""Pixels: the longest side of every poster in the data set. A larger poster is brought down to it first, so that
the network never sees detail in service that it could not see in training."""

RESAMPLING: Final = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
"""Pillow's filters by the name that `preprocessing.json` uses; both widen their support when shrinking (antialias)."""


class Preprocessing(msgspec.Struct, frozen=True, kw_only=True):
    """How a poster is brought to the network's input."""

    height: int
    """Rows of the input, in pixels."""
    width: int
    """Columns of the input, in pixels; the poster is stretched to it."""
    longest_side: int = TRAINED_LONGEST_SIDE
    """Pixels; larger posters are first reduced to it, smaller ones left alone."""
    resampling: str = "bicubic"
    """A key of `RESAMPLING`."""
    pixels: str = "uint8 RGB, rows x columns x 3; the graph computes (x - 127) / 128"
    """Said for readers of the file."""

    def __post_init__(self) -> None:
        """Refuses what could not be applied.

        Raises:
            ValueError: a size below one pixel or an unknown filter; msgspec tells it as a `ValidationError`.
        """
        if min(self.height, self.width, self.longest_side) < 1:
            sizes = f"{self.height}x{self.width}, longest side {self.longest_side}"
            raise ValueError(f"Sizes are at least one pixel. Received: {sizes}")
        if self.resampling not in RESAMPLING:
            raise ValueError(f"resampling is one of {sorted(RESAMPLING)}. Received: {self.resampling}")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of one input: rows, columns, 3."""
        return (self.height, self.width, 3)

    def prepare(self, poster: np.ndarray) -> np.ndarray:
        """One network input of `shape`, uint8.

        Args:
            poster: decoded RGB poster, rows x columns x 3, uint8, of any size.

        Raises:
            ValueError: the array is not such a poster.
        """
        if poster.dtype != np.uint8 or poster.ndim != 3 or poster.shape[-1] != 3 or poster.size == 0:
            raise ValueError(f"A decoded poster is uint8 RGB. Received: shape={poster.shape}, dtype={poster.dtype}")
        return self.prepare_image(Image.fromarray(poster))

    def prepare_image(self, poster: Image.Image) -> np.ndarray:
        """As `prepare`, for a picture that Pillow already holds in mode RGB."""
        resampling = RESAMPLING[self.resampling]
        longest = max(poster.size)
        if longest > self.longest_side:
            scale = self.longest_side / longest
            size = (max(1, round(poster.width * scale)), max(1, round(poster.height * scale)))
            poster = poster.resize(size, resampling)
        return np.asarray(poster.resize((self.width, self.height), resampling))

    def prepare_batch(self, posters: list[np.ndarray]) -> np.ndarray:
        """Inputs (N, height, width, 3), uint8, of decoded posters; see `prepare`."""
        batch = np.empty((len(posters), *self.shape), np.uint8)
        for row, poster in zip(batch, posters, strict=True):
            row[...] = self.prepare(poster)
        return batch
