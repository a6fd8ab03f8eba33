"""What a version remembers of the posters that it was trained on: features alone, so that a later one need not forget.

A challenger is held to what its champion says of them (learning without forgetting, https://arxiv.org/abs/1606.09282).
There are neither ids, titles, genres nor scores: what the champion says follows from the features and its heads.
"""

from pathlib import Path

import numpy as np


def save_rehearsal(features: np.ndarray, path: Path) -> None:
    """Writes features (N, width), each channel in 255 steps from its least to its greatest: a byte a number."""
    low, high = features.min(axis=0), features.max(axis=0)
    step = np.maximum((high - low) / 255.0, 1e-12)
    steps = np.rint((features - low) / step).astype(np.uint8)
    np.savez_compressed(path, steps=steps, low=low.astype(np.float32), step=step.astype(np.float32))


def load_rehearsal(path: Path) -> np.ndarray:
    """The features (N, width), float32, that `save_rehearsal` wrote, off by half a step at most.

    Raises:
        OSError, ValueError, KeyError, zipfile.BadZipFile: it is no such file.
    """
    with np.load(path, allow_pickle=False) as arrays:
        return np.asarray(arrays["low"] + arrays["steps"] * arrays["step"], np.float32)
