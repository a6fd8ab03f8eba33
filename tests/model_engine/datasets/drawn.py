"""Tiny drawn posters: no two of different seeds are alike."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import write_manifest


def drawn_poster(seed: int, *, width: int = 40, height: int = 60) -> Image.Image:
    """Coloured rectangles, large enough to be seen by a perceptual hash."""
    drawing = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), drawing.integers(0, 256, 3), np.uint8)
    for _ in range(12):
        top, left = drawing.integers(0, height), drawing.integers(0, width)
        pixels[top : top + height // 3, left : left + width // 3] = drawing.integers(0, 256, 3)
    return Image.fromarray(pixels)


def drawn_dataset(
    folder: Path, rows: Sequence[Mapping[str, Any]], pictures: Mapping[str, Image.Image] | None = None
) -> Dataset:
    """Writes a data set of these rows, each with a poster of its own unless it is given or `image` is named."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    whole = []
    for number, row in enumerate(rows):
        values = {"id": f"p{number}", "genres": "Drama", "score": 6.0, "votes": 10, **row}
        if "image" not in values:
            values["image"] = f"images/{values['id']}.png"
            picture = (pictures or {}).get(values["id"]) or drawn_poster(number)
            picture.save(folder / values["image"])
        whole.append(values)
    write_manifest(pd.DataFrame(whole), folder)
    return Dataset.open(folder)
