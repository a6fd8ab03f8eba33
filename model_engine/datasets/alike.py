"""Which pictures are near duplicates: groups by perceptual hash."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from posters.perceptual_hash import ALIKE

ROWS_AT_ONCE: Final = 256
"""Rows of the table of distances that are in memory at a time: 8 bytes × this × N."""


def groups_of_alike(hashes: Sequence[int | None], bits: int = ALIKE) -> np.ndarray:
    """(N,) int, equal where pictures are near duplicates, be it by way of others between them.

    Args:
        hashes: (N,) of `perceptual_hash`; a picture without one is alone.
        bits: In how many bits near duplicates differ at most.
    """
    have = np.flatnonzero([value is not None for value in hashes])
    # A copy of a picture need not be compared again: a folder in which half are placeholders stays quick.
    values, places = np.unique(
        np.array([value for value in hashes if value is not None], np.int64), return_inverse=True
    )
    first, second = _pairs(values.view(np.uint64), bits)
    links = coo_array((np.ones(len(first), bool), (first, second)), shape=(len(values), len(values)))
    _, labels = connected_components(links, directed=False)
    groups = len(hashes) + np.arange(len(hashes))
    groups[have] = labels[places]
    return np.unique(groups, return_inverse=True)[1]


def _pairs(values: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all pairs within so many bits: N²/2 comparisons, half a minute for 100,000 pictures."""
    first: list[np.ndarray] = [np.empty(0, np.int64)]
    second: list[np.ndarray] = [np.empty(0, np.int64)]
    for start in range(0, len(values), ROWS_AT_ONCE):
        rows = values[start : start + ROWS_AT_ONCE]
        near = np.bitwise_count(rows[:, np.newaxis] ^ values[np.newaxis, start:]) <= bits
        above, beside = np.nonzero(near)
        first.append(above + start)
        second.append(beside + start)
    return np.concatenate(first), np.concatenate(second)
