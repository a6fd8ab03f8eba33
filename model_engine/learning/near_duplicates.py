"""Which posters look like one of some others, by their perceptual hashes."""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from posters.perceptual_hash import ALIKE

AT_ONCE: Final = 1_000
"""Posters that are compared with all others at a time: bounds the memory."""


def look_like_any(hashes: Sequence[Collection[int]], others: Collection[int]) -> np.ndarray:
    """(N,) bool: whether any picture of each of N groups looks like one of the others.

    Args:
        hashes: of each group's pictures, as `perceptual_hash` gives them.
        others: likewise.
    """
    found = np.zeros(len(hashes), bool)
    group = np.repeat(np.arange(len(hashes)), [len(own) for own in hashes])
    own, all_others = (_unsigned(values) for values in ([value for one in hashes for value in one], list(others)))
    for start in range(0, len(own), AT_ONCE):
        distances = np.bitwise_count(own[start : start + AT_ONCE, np.newaxis] ^ all_others[np.newaxis])
        found[group[start : start + AT_ONCE][(distances <= ALIKE).any(axis=1)]] = True
    return found


def _unsigned(values: Sequence[int]) -> np.ndarray:
    return np.array(values, np.int64).view(np.uint64)
