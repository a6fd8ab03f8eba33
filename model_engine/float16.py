"""What is kept of a network's values: half the room, and always numbers."""

import numpy as np


def as_float16(values: np.ndarray) -> np.ndarray:
    """Little-endian float16; what leaves its range becomes the largest that it holds.

    Networks without normalisation may give such values, and an endless one spoils whatever is computed from it.
    """
    largest = np.finfo(np.float16).max
    return np.clip(values, -largest, largest).astype("<f2")
