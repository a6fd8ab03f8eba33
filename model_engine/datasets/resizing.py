"""Makes a data set's pictures smaller, into a folder of its own; goes on where it was interrupted."""

import hashlib
import json
import re
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import msgspec
import pandas as pd
from PIL import Image

from model_engine.datasets.copying import IMAGES, picture_path, require_new
from model_engine.datasets.dataset import Dataset
from model_engine.datasets.looking import opened
from model_engine.datasets.manifest import DatasetError, write_manifest
from model_engine.datasets.working_processes import Progress, in_processes, no_progress

RECORD_FILE: Final = "resized.json"
"""What the folder is made from, so that nothing else is added to what is there."""

WRITTEN_AS: Final = {
    ".jpg": ("JPEG", {"quality": 90}),
    ".jpeg": ("JPEG", {"quality": 90}),
    ".webp": ("WEBP", {"quality": 90}),
    ".png": ("PNG", {}),
}
"""Formats that are kept; pictures of any other become PNG."""


class Size(msgspec.Struct, frozen=True):
    """How large pictures become: a part of what they were, or as large as fits into a box. Never larger."""

    ratio: int | None = None
    """Percent of width and of height, 1 to 100."""
    box: tuple[int, int] | None = None
    """Width and height, pixels; the picture keeps its proportions."""

    def of(self, width: int, height: int) -> tuple[int, int]:
        """Width and height that a picture gets, at least 1 × 1."""
        if self.box is not None:
            part = min(1.0, self.box[0] / width, self.box[1] / height)
        else:
            part = (self.ratio or 100) / 100
        return max(1, round(width * part)), max(1, round(height * part))

    def __str__(self) -> str:
        return f"{self.box[0]}x{self.box[1]}" if self.box else f"{self.ratio}%"


def parse_box(words: str) -> tuple[int, int]:
    """Width and height out of `WxH`.

    Raises:
        DatasetError: it is no such thing.
    """
    match = re.fullmatch(r"\s*([1-9]\d{0,4})\s*[x×]\s*([1-9]\d{0,4})\s*", words.lower())
    if match is None:
        raise DatasetError(f"{words} is no box: give width and height in pixels, such as 182x268.")
    return int(match[1]), int(match[2])


class Resized(NamedTuple):
    """What became of the pictures."""

    written: int
    there: int
    """Written before an interruption."""
    failed: dict[str, str]
    """Why a picture could not be read, by id; such a row has no picture in the new table."""


def resize(
    dataset: Dataset, out: Path, size: Size, processes: int | None = None, progress: Progress = no_progress
) -> Resized:
    """Writes smaller pictures, and last the table: the folder is a data set when all are there.

    Raises:
        DatasetError: the folder is a data set already, was begun from another table or at another size, or
            cannot be written.
    """
    require_new(out)
    named = dataset.table[["id", "image"]].dropna()
    paths = [_target(poster_id, image) for poster_id, image in zip(named["id"], named["image"], strict=True)]
    try:
        _begin(dataset, out, size)
        tasks = [
            _Task(dataset.folder, image, out / path, size)
            for image, path in zip(named["image"], paths, strict=True)
            if not (out / path).is_file()
        ]
        faults = dict(zip(tasks, in_processes(_resize_one, tasks, processes, progress), strict=True))
        failed = {task.target.relative_to(out).as_posix(): fault for task, fault in faults.items() if fault}
        images = pd.Series([None if path in failed else path for path in paths], named.index, dtype="str")
        write_manifest(dataset.table.assign(image=images), out)
    except OSError as error:
        raise DatasetError(f"{out} cannot be written: {error.strerror or error}.") from error
    by_id = {poster_id: failed[path] for poster_id, path in zip(named["id"], paths, strict=True) if path in failed}
    return Resized(len(tasks) - len(failed), len(paths) - len(tasks), by_id)


class _Task(NamedTuple):
    folder: Path
    image: str
    target: Path
    size: Size


def _target(poster_id: str, image: str) -> str:
    ending = PurePosixPath(image).suffix.lower()
    return picture_path(poster_id, image, ending if ending in WRITTEN_AS else ".png")


def _begin(dataset: Dataset, out: Path, size: Size) -> None:
    """Makes the folder, or makes sure that it is this very work that was interrupted there."""
    digest = hashlib.sha256(dataset.table.to_csv(index=False).encode()).hexdigest()
    record = {"from": digest, "size": str(size)}
    path = out / RECORD_FILE
    if not path.is_file():
        (out / IMAGES).mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), encoding="utf-8")
    elif path.read_text(encoding="utf-8") != json.dumps(record):
        raise DatasetError(
            f"{out} holds pictures of other posters or of another size, half done: name another folder, or delete it."
        )


def _resize_one(task: _Task) -> str | None:
    """Why it could not be done; None where it was."""
    pictures = opened(task.folder)
    try:
        picture = pictures.read(task.image)
    except DatasetError as error:
        return str(error)
    size = task.size.of(picture.width, picture.height)
    draft = task.target.with_name(f".{task.target.name}.part")
    if size == picture.size and PurePosixPath(task.image).suffix.lower() == task.target.suffix:
        # Packed again it would only lose.
        draft.write_bytes(pictures.read_bytes(task.image))
    else:
        kind, options = WRITTEN_AS[task.target.suffix]
        picture.resize(size, Image.Resampling.LANCZOS).save(draft, kind, **options)
    draft.replace(task.target)
    return None
