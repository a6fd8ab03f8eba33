"""Tells a picture's foreground from its background without having learnt what things look like.

The method is W. Zhu, S. Liang, Y. Wei, J. Sun, "Saliency Optimization from Robust Background Detection" (CVPR 2014):
background is what holds to the picture's border for a long stretch; foreground is what differs from background nearby.
"""

from typing import Final

import numpy as np
from scipy.ndimage import binary_fill_holes
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path
from skimage import filters, morphology

SAME_COLOUR: Final = 10.0
"""Distance in CIELAB (ΔE) over which two pieces stop being one surface."""

NEARBY: Final = 0.25
"""Part of the picture's longer side over which a piece is compared with its surroundings."""

LEAST_BOND: Final = 0.1
"""How much neighbours of any colours are held alike: it evens out single pieces."""

SPECK: Final = 0.004
"""Part of the picture below which a piece of foreground, or a hole in it, is taken for noise."""


def foreground(lab: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """(H, W) bool: which pixels are foreground; none in a picture of one colour.

    Args:
        lab: (H, W, 3) in CIELAB.
        pieces: (H, W) int, superpixels from 0.
    """
    means, places = _means(lab, pieces)
    edges = neighbours(pieces)
    unlike = np.linalg.norm(means[:, np.newaxis] - means[np.newaxis], axis=2)
    if unlike.max() < SAME_COLOUR:
        return np.zeros(pieces.shape, bool)
    background = _background(unlike, edges, pieces)
    apart = np.linalg.norm(places[:, np.newaxis] - places[np.newaxis], axis=2)
    contrast = (unlike * np.exp(-((apart / NEARBY) ** 2) / 2)) @ background
    salient = _evened(contrast / contrast.max(), background, unlike, edges)[pieces]
    speck = max(1, round(SPECK * pieces.size))
    mask = morphology.remove_small_objects(salient > filters.threshold_otsu(salient), max_size=speck)
    return binary_fill_holes(morphology.remove_small_holes(mask, max_size=speck))


def neighbours(pieces: np.ndarray) -> np.ndarray:
    """(E, 2): pairs of superpixels that touch."""
    beside = np.stack([pieces[:, :-1].ravel(), pieces[:, 1:].ravel()], axis=1)
    below = np.stack([pieces[:-1].ravel(), pieces[1:].ravel()], axis=1)
    pairs = np.concatenate([beside, below])
    return np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)


def _background(unlike: np.ndarray, edges: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """(S,) how surely each piece is background: how long its surface touches the border, for its area."""
    count = len(unlike)
    border = np.unique(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]))
    # Pieces at the border count as neighbours of one another: a foreground may part the background.
    ring = border[np.stack(np.triu_indices(len(border), 1), axis=1)]
    first, second = np.unique(np.concatenate([edges, ring]), axis=0).T
    # A way of no length would be none.
    ways = coo_array((unlike[first, second] + 1e-9, (first, second)), shape=(count, count))
    surface = np.exp(-((shortest_path(ways, directed=False) / SAME_COLOUR) ** 2) / 2)
    touching = surface[:, border].sum(axis=1) / np.sqrt(surface.sum(axis=1))
    return 1 - np.exp(-(touching**2) / 2)


def _evened(wanted: np.ndarray, background: np.ndarray, unlike: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """(S,) 0 to 1, least squares: high where contrast is, low where background is, alike where colours are."""
    bonds = np.zeros_like(unlike)
    i, j = edges.T
    bonds[i, j] = bonds[j, i] = np.exp(-((unlike[i, j] / SAME_COLOUR) ** 2) / 2) + LEAST_BOND
    system = np.diag(bonds.sum(axis=1) + background + wanted) - bonds
    return np.linalg.solve(system, wanted)


def _means(lab: np.ndarray, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(S, 3) mean colour and (S, 2) mean place, in parts of the longer side, of each superpixel."""
    flat = pieces.ravel()
    areas = np.bincount(flat)[:, np.newaxis]
    rows, columns = np.indices(pieces.shape)
    colours = np.stack([np.bincount(flat, lab[..., channel].ravel()) for channel in range(3)], axis=1)
    places = np.stack([np.bincount(flat, axis.ravel()) for axis in (rows, columns)], axis=1)
    return colours / areas, places / areas / max(pieces.shape)
