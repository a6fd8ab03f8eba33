"""Takes one poster apart: denoised, foreground told from background, and its regions labelled."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt
from skimage import color, graph, measure, restoration, segmentation

from model_engine.datasets.foreground import foreground
from model_engine.datasets.manifest import DatasetError

LONGEST_SIDE: Final = 640
"""Pixels to which larger posters are reduced first: regions are no finer than that."""

SHORTEST_SIDE: Final = 16
"""Pixels; below it there is next to nothing to tell apart."""

DENOISING: Final = 0.06
"""Weight of total variation: grain and the pattern of print go, edges stay."""

SUPERPIXELS: Final = 400
REGION_DIFFERENCE: Final = 14.0
"""Distance in CIELAB (ΔE) below which neighbouring superpixels are one region; 2 can just be told apart."""


class Region(NamedTuple):
    """One region of a poster."""

    number: int
    """From 1, the largest first."""
    share: float
    """Of the picture's area, 0 to 1."""
    colour: str
    """The mean one, as `#rrggbb`."""
    foreground: float
    """Part of the region that is foreground, 0 to 1."""
    centre: tuple[float, float]
    """Column and row of its innermost point, pixels."""


@dataclass(frozen=True, eq=False)
class Segmented:
    """A poster taken apart; all arrays have the same height H and width W."""

    original: np.ndarray
    """(H, W, 3) uint8."""
    denoised: np.ndarray
    """(H, W, 3) uint8."""
    foreground: np.ndarray
    """(H, W) bool."""
    labels: np.ndarray
    """(H, W) int: the number of the region."""
    regions: tuple[Region, ...]


def segment(picture: Image.Image) -> Segmented:
    """Takes a poster apart; the same poster always into the same parts.

    Args:
        picture: Reduced to `LONGEST_SIDE`.

    Raises:
        DatasetError: a side is shorter than `SHORTEST_SIDE`, then or before.
    """
    picture = picture.convert("RGB")
    size = f"{picture.width} × {picture.height}"
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if min(picture.size) < SHORTEST_SIDE:
        raise DatasetError(f"A picture of {size} pixels is too small, or too narrow, to have parts.")
    original = np.asarray(picture)
    denoised = restoration.denoise_tv_chambolle(original / 255.0, weight=DENOISING, channel_axis=-1)
    pieces = segmentation.slic(denoised, SUPERPIXELS, compactness=8, start_label=0, channel_axis=-1)
    lab = color.rgb2lab(denoised)
    front = foreground(lab, pieces)
    labels = _regions(lab, pieces)
    described = _described(labels, denoised, front)
    return Segmented(original, np.uint8(np.rint(denoised * 255)), front, labels, described)


def _regions(lab: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """The most alike neighbours joined first, as long as their mean colours are alike; the largest has number 1."""
    neighbours = graph.rag_mean_color(lab, pieces, mode="distance")
    joined = graph.merge_hierarchical(
        pieces,
        neighbours,
        thresh=REGION_DIFFERENCE,
        rag_copy=False,
        in_place_merge=True,
        merge_func=_join,
        weight_func=_difference,
    )
    joined = measure.label(joined, background=-1, connectivity=1)
    sizes = np.bincount(joined.ravel(), minlength=1)[1:]
    numbers = np.zeros(len(sizes) + 1, int)
    numbers[1 + np.argsort(-sizes, kind="stable")] = np.arange(1, len(sizes) + 1)
    return numbers[joined]


def _join(neighbours: graph.RAG, source: int, target: int) -> None:
    one, other = neighbours.nodes[source], neighbours.nodes[target]
    other["total color"] += one["total color"]
    other["pixel count"] += one["pixel count"]
    other["mean color"] = other["total color"] / other["pixel count"]


def _difference(neighbours: graph.RAG, _source: int, target: int, other: int) -> dict[str, float]:
    return {"weight": np.linalg.norm(neighbours.nodes[target]["mean color"] - neighbours.nodes[other]["mean color"])}


def _described(labels: np.ndarray, denoised: np.ndarray, foreground: np.ndarray) -> tuple[Region, ...]:
    regions = []
    for found in measure.regionprops(labels):
        inside = labels[found.slice] == found.label
        red, green, blue = np.rint(denoised[found.slice][inside].mean(axis=0) * 255).astype(int)
        regions.append(
            Region(
                number=int(found.label),
                share=float(found.area / labels.size),
                colour=f"#{red:02x}{green:02x}{blue:02x}",
                foreground=float(foreground[found.slice][inside].mean()),
                centre=_innermost(inside, found.slice),
            )
        )
    return tuple(regions)


def _innermost(inside: np.ndarray, place: tuple[slice, slice]) -> tuple[float, float]:
    """The point farthest from the region's edge: a centroid may lie outside of a ring."""
    depth = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(place[1].start + column), float(place[0].start + row)
