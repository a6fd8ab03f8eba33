"""A look at every picture of a data set: its size, what it resembles, whether it can be read at all."""

import functools
import hashlib
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd
from PIL import Image

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.pictures import Pictures
from model_engine.datasets.working_processes import Progress, in_processes, no_progress
from posters.perceptual_hash import perceptual_hash

GREY_SIZE: Final = (16, 16)


class Look(NamedTuple):
    """What was seen of one picture; only `fault` where it could not be read."""

    width: int = 0
    """Pixels."""
    height: int = 0
    """Pixels."""
    digest: str = ""
    """Of the pixels: equal for the same picture, however it is packed."""
    hash: int | None = None
    """Perceptual hash; None for a picture that is next to blank."""
    grey: bytes = b""
    """The picture in 16 × 16 shades of grey, a byte each."""
    fault: str | None = None
    """Why it cannot be read, in a sentence."""


NOTHING = Look(fault="The row names no picture.")


def look_at_pictures(dataset: Dataset, processes: int | None = None, progress: Progress = no_progress) -> list[Look]:
    """(N,) one look a row.

    Raises:
        DatasetError: a process came to a sudden end. A picture that cannot be read is no error, but a `Look.fault`.
    """
    images = dataset.table["image"]
    named = [(dataset.folder, image) for image in images.dropna()]
    looks = iter(list(in_processes(_look, named, processes, progress)))
    return [NOTHING if pd.isna(image) else next(looks) for image in images]


def _look(named: tuple[Path, str]) -> Look:
    folder, image = named
    try:
        picture = opened(folder).read(image)
    except DatasetError as error:
        return Look(fault=str(error))
    digest = hashlib.sha256(f"{picture.size}".encode() + picture.tobytes()).hexdigest()
    grey = picture.convert("L").resize(GREY_SIZE, Image.Resampling.BOX).tobytes()
    return Look(picture.width, picture.height, digest, perceptual_hash(picture), grey)


@functools.lru_cache(maxsize=4)
def opened(folder: Path) -> Pictures:
    """The pictures of a folder, opened once a process."""
    return Pictures(folder)
