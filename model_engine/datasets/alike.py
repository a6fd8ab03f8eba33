"""Which pictures are near duplicates: their perceptual hashes are close, and so are they themselves when very small.

Hashes alone take some posters that are next to empty for one another: of 23,889 real ones, 4 pairs, a dark clown's face
and a dark woman for one. Measured by the correlation of their grey 16 × 16 copies these four lie at 0.35 to 0.72; of
700 posters' copies that the hash finds, saved again at quality 20, at half the size, a tenth lighter or darker, without
colour or cropped by 1 or 2% on each side, all lie above 0.79; cropped by 3%, 99 in a hundred lie above 0.66.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from model_engine.datasets.looking import Look
from posters.perceptual_hash import ALIKE

CORRELATED: Final = 0.75
"""Correlation from which two small grey pictures show the same."""

ROWS_AT_ONCE: Final = 256
"""Rows of the table of distances that are in memory at a time: 8 bytes × this × N."""


def groups_of_alike(looks: Sequence[Look], bits: int = ALIKE) -> np.ndarray:
    """(N,) int, equal where pictures are near duplicates, be it by way of others between them.

    Args:
        looks: (N,); a picture that could not be read or has no hash is alone.
        bits: In how many bits the hashes of near duplicates differ at most.
    """
    groups = len(looks) + np.arange(len(looks))
    # A copy of a picture need not be compared again: a folder in which half are placeholders stays quick.
    places: dict[tuple[int, bytes], int] = {}
    have = {
        row: places.setdefault((look.hash, look.grey), len(places))
        for row, look in enumerate(looks)
        if look.hash is not None
    }
    if have:
        hashes = np.array([value for value, _ in places], np.int64).view(np.uint64)
        first, second = _pairs(hashes, _directions([grey for _, grey in places]), bits)
        links = coo_array((np.ones(len(first), bool), (first, second)), shape=(len(places), len(places)))
        labels = connected_components(links, directed=False)[1]
        groups[list(have)] = labels[list(have.values())]
    return np.unique(groups, return_inverse=True)[1]


def _directions(greys: Sequence[bytes]) -> np.ndarray:
    """(N, pixels) float32 of mean 0 and length 1: the product of two is their correlation."""
    pixels = np.stack([np.frombuffer(grey, np.uint8) for grey in greys]).astype(np.float32)
    pixels -= pixels.mean(axis=1, keepdims=True)
    return pixels / np.maximum(np.linalg.norm(pixels, axis=1, keepdims=True), 1e-6)


def _pairs(hashes: np.ndarray, directions: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all pairs that are alike: N²/2 comparisons, half a minute for 100,000 pictures."""
    first: list[np.ndarray] = []
    second: list[np.ndarray] = []
    for start in range(0, len(hashes), ROWS_AT_ONCE):
        rows = hashes[start : start + ROWS_AT_ONCE]
        above, beside = np.nonzero(np.bitwise_count(rows[:, np.newaxis] ^ hashes[np.newaxis, start:]) <= bits)
        above, beside = above[above < beside] + start, beside[above < beside] + start
        same = np.einsum("ij,ij->i", directions[above], directions[beside]) >= CORRELATED
        first.append(above[same])
        second.append(beside[same])
    return np.concatenate(first), np.concatenate(second)
