"""Draws one poster taken apart: each part as a picture, and all of them on one sheet."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image, UnidentifiedImageError
from skimage import segmentation

from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.segmenting import LONGEST_SIDE, Segmented, segment

SHEET_FILE: Final = "sheet.png"

PAPER: Final = "#f4f1ea"
INK: Final = "#23211d"
QUIET: Final = "#8a857a"
LINE: Final = (0.95, 0.72, 0.20)
"""Between regions: told apart from black, from white and from skin."""
DOTS_PER_INCH: Final = 130

NUMBERED: Final = 0.012
"""Part of the picture from which a region is large enough for its number."""

IN_PALETTE: Final = 8
"""Largest regions whose colours are shown below the sheet's pictures."""


def read_poster(path: Path) -> Image.Image:
    """A picture file in mode RGB.

    Raises:
        DatasetError: it is missing or no picture.
    """
    try:
        with Image.open(path) as picture:
            return picture.convert("RGB")
    except UnidentifiedImageError:
        raise DatasetError(f"{path} is no picture.") from None
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise DatasetError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def inspect(path: Path, out: Path) -> Segmented:
    """Takes a poster apart and writes its parts, and a sheet of them, into a folder.

    Raises:
        DatasetError: the poster cannot be read, or the folder not be written.
    """
    taken_apart = segment(read_poster(path))
    pictures = parts(taken_apart)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, pixels in pictures.items():
            Image.fromarray(pixels).save(out / f"{name}.png")
        with warnings.catch_warnings():
            # A file may be named in a script that the font lacks; the sheet then shows boxes.
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            _sheet(path.stem, taken_apart, pictures).savefig(out / SHEET_FILE, dpi=DOTS_PER_INCH, facecolor=PAPER)
    except OSError as error:
        raise DatasetError(f"{out} cannot be written: {error.strerror or error}.") from error
    return taken_apart


def parts(taken_apart: Segmented) -> dict[str, np.ndarray]:
    """The parts by name, (H, W, 3) or with transparency (H, W, 4), uint8; `mask` is (H, W), white in front.

    `regions` may be larger by a whole number.
    """
    front = np.uint8(taken_apart.foreground * 255)
    return {
        "original": taken_apart.original,
        "denoised": taken_apart.denoised,
        "foreground": np.dstack([taken_apart.original, front]),
        "background": np.dstack([taken_apart.original, 255 - front]),
        "mask": front,
        "regions": _regions(taken_apart),
    }


def _regions(taken_apart: Segmented) -> np.ndarray:
    """Each region in its mean colour, with lines between; a small poster is enlarged, so that the lines are thin."""
    times = max(1, LONGEST_SIDE // max(taken_apart.labels.shape))
    labels = taken_apart.labels.repeat(times, axis=0).repeat(times, axis=1)
    palette = np.array([[int(region.colour[at : at + 2], 16) for at in (1, 3, 5)] for region in taken_apart.regions])
    flat = palette[labels - 1] / 255
    return np.uint8(np.rint(255 * segmentation.mark_boundaries(flat, labels, LINE, mode="inner")))


def _sheet(name: str, taken_apart: Segmented, pictures: Mapping[str, np.ndarray]) -> Figure:
    height, width = taken_apart.labels.shape
    column = 2.3
    tall = column * height / width
    figure = Figure(figsize=(5 * column + 6 * 0.2, tall + 1.72))
    FigureCanvasAgg(figure)
    in_front = taken_apart.foreground.mean()
    captions = {
        "original": ("The poster", f"{width} × {height}"),
        "denoised": ("Denoised", "total variation"),
        "foreground": ("In front", f"{in_front:.0%} of it"),
        "background": ("Behind", f"{1 - in_front:.0%} of it"),
        "regions": ("Regions", f"{len(taken_apart.regions)}, the larger numbered"),
    }
    page = figure.get_size_inches()
    for place, (part, (title, words)) in enumerate(captions.items()):
        left, bottom = 0.2 + place * (column + 0.2), 1.0
        axis = figure.add_axes((left / page[0], bottom / page[1], column / page[0], tall / page[1]))
        _panel(axis, pictures[part], title, words)
        if part == "regions":
            _number(axis, taken_apart, pictures[part].shape[1] / width)
    figure.text(
        0.2 / page[0],
        1 - 0.28 / page[1],
        name,
        color=INK,
        fontsize=13,
        fontweight="bold",
        va="center",
        parse_math=False,
    )
    _palette(figure.add_axes((0.2 / page[0], 0.22 / page[1], 1 - 0.4 / page[0], 0.5 / page[1])), taken_apart)
    return figure


def _panel(axis: Axes, pixels: np.ndarray, title: str, words: str) -> None:
    if pixels.shape[-1] == 4:
        axis.imshow(_chequered(*pixels.shape[:2]), cmap="gray", vmin=0, vmax=1)
    axis.imshow(pixels, interpolation="lanczos" if pixels.shape[-1] == 3 else "auto")
    axis.set_axis_off()
    axis.text(0, 1.015, title, transform=axis.transAxes, color=INK, fontsize=9.5, fontweight="bold", va="bottom")
    axis.text(1, 1.015, words, transform=axis.transAxes, color=QUIET, fontsize=8, va="bottom", ha="right")


def _chequered(height: int, width: int) -> np.ndarray:
    """What stands for nothing behind a cut-out."""
    square = max(4, width // 24)
    rows, columns = np.indices((height, width)) // square
    return np.where((rows + columns) % 2, 0.93, 0.86)


def _number(axis: Axes, taken_apart: Segmented, times: float) -> None:
    for region in taken_apart.regions:
        if region.share >= NUMBERED:
            ink = "black" if _brightness(region.colour) > 0.5 else "white"
            axis.text(
                times * region.centre[0],
                times * region.centre[1],
                str(region.number),
                color=ink,
                fontsize=7.5,
                ha="center",
                va="center",
            )


def _palette(axis: Axes, taken_apart: Segmented) -> None:
    """The largest regions' colours, each as wide as its region is large."""
    largest = taken_apart.regions[:IN_PALETTE]
    left = 0.0
    for region in largest:
        wide = region.share / sum(other.share for other in largest)
        axis.add_patch(Rectangle((left, 0), wide, 1, facecolor=region.colour, edgecolor=PAPER, linewidth=2))
        if wide > 0.06:
            ink = "black" if _brightness(region.colour) > 0.5 else "white"
            axis.text(left + 0.006, 0.5, f"{region.number}\n{region.share:.0%}", color=ink, fontsize=7, va="center")
        left += wide
    axis.set(xlim=(0, 1), ylim=(0, 1))
    axis.set_axis_off()


def _brightness(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
