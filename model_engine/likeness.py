"""Whether a picture looks like a film poster at all: a linear test of a network's pooled features."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, kw_only=True)
class PosterLikeness:
    """`likeness.npz`; fitting it is `training.fitting_likeness`' job."""

    kernel: np.ndarray
    """(features,), float32."""
    bias: float
    least: float
    """Margin below which a picture is said to be no poster: few true posters are, see the version's card."""

    def margins(self, features: np.ndarray) -> np.ndarray:
        """(N,) of (N, features): above 0 the more like a poster, below the less."""
        return np.asarray(features @ self.kernel + self.bias)

    def looks_like_poster(self, features: np.ndarray) -> np.ndarray:
        """(N,) bool of (N, features)."""
        return self.margins(features) >= self.least

    def save(self, path: Path) -> None:
        """Writes the file; the kernel as float16, as all weights of a version."""
        np.savez(path, kernel=self.kernel.astype(np.float16), bias=np.float32(self.bias), least=np.float32(self.least))

    @classmethod
    def load(cls, path: Path) -> "PosterLikeness":
        """Reads what `save` wrote.

        Raises:
            OSError, ValueError, KeyError: it is no such file.
        """
        with np.load(path, allow_pickle=False) as arrays:
            kernel = arrays["kernel"].astype(np.float32)
            return cls(kernel=kernel, bias=float(arrays["bias"]), least=float(arrays["least"]))
