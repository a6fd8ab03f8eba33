"""Pictures brought to a network's input once, in a file that training reads its batches from."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import structlog
from filelock import FileLock, Timeout

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.reading import batches_ahead
from model_engine.preprocessing import Preprocessing
from model_engine.training.failures import TrainingError

log = structlog.get_logger(__name__)

ROWS_AT_ONCE: Final = 128
"""Pictures that a killed run loses at most; the count of those that are done is written as often."""

Advance = Callable[[int, int], None]
"""Called with posters done and posters in all."""


def pictures_digest(dataset: Dataset, preprocessing: Preprocessing) -> str:
    """sha256 over the pictures, in their order, and how they are prepared; labels and splits do not matter to it.

    Raises:
        DatasetError: a picture is missing.
    """
    digest = hashlib.sha256(msgspec.json.encode(preprocessing))
    for image in dataset.table["image"].fillna(""):
        known = dataset.pictures.fingerprint(image) if image else ""
        digest.update(f"{image} {known}\n".encode())
    return digest.hexdigest()


def prepared_pictures(dataset: Dataset, preprocessing: Preprocessing, cache: Path, advance: Advance) -> np.ndarray:
    """Inputs (N, height, width, 3), uint8, of all rows, mapped from a file in `cache` that is filled where it is not.

    Raises:
        DatasetError: a picture cannot be read.
        TrainingError: another run is at it.
        OSError: the disk is full.
    """
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / f"pictures-{pictures_digest(dataset, preprocessing)[:24]}.npy"
    try:
        with FileLock(path.with_suffix(".lock"), timeout=0):
            _fill(path, dataset, preprocessing, advance)
    except Timeout:
        raise TrainingError(f"Another run is preparing the same pictures in {cache}; wait for it.") from None
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _fill(path: Path, dataset: Dataset, preprocessing: Preprocessing, advance: Advance) -> None:
    count_file = path.with_suffix(".count")
    if not count_file.is_file():
        _reserve(path, (len(dataset), *preprocessing.shape))
        _write_count(count_file, 0)
    done = int(count_file.read_text())
    if done >= len(dataset):
        return
    log.info("pictures are prepared", file=path.name, done=done, of=len(dataset))

    def read(index: int) -> np.ndarray:
        return preprocessing.prepare_image(dataset.read(done + index))

    target = np.load(path, mmap_mode="r+", allow_pickle=False)
    filled = done
    for batch in batches_ahead(read, len(dataset) - done, ROWS_AT_ONCE):
        target[filled : filled + len(batch)] = batch
        filled += len(batch)
        target.flush()
        _write_count(count_file, filled)
        advance(filled, len(dataset))


def _reserve(path: Path, shape: tuple[int, ...]) -> None:
    """Takes the room on the disk: writing to a mapped file on a full disk would end the process without a word."""
    try:
        target = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
        del target
        if hasattr(os, "posix_fallocate"):
            with path.open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _write_count(path: Path, count: int) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(str(count))
    Path(draft).replace(path)
