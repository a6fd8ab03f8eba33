"""Writes a data set into a folder of its own, pictures as plain files."""

import os
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

import numpy as np
import pandas as pd

from model_engine.datasets.dataset import Dataset
from model_engine.datasets.manifest import ZIPPED_FILE, DatasetError, manifest_in, write_manifest
from model_engine.datasets.pictures import IN_ARCHIVE
from model_engine.datasets.working_processes import Progress, no_progress

IMAGES: Final = "images"


def picture_path(poster_id: str, image: str, suffix: str | None = None) -> str:
    """Where a copy of a row's picture lies in its folder: named by the row's id, however odd that is.

    Args:
        poster_id: The row's id.
        image: Where the picture lies now; the copy takes its ending from there.
        suffix: Another ending, such as `.png`.
    """
    ending = PurePosixPath(image.rpartition(IN_ARCHIVE)[2]).suffix.lower() if suffix is None else suffix
    return f"{IMAGES}/{quote(poster_id, safe='')}{ending}"


def require_new(out: Path) -> None:
    """Refuses a folder that is a data set already.

    Raises:
        DatasetError: it is one.
    """
    there = manifest_in(out)
    if there is not None:
        raise DatasetError(f"{out} is a data set already: {there.name} is there. Name another folder, or delete it.")


def require_changeable(folder: Path) -> None:
    """Refuses a folder of zips, whose `labels.csv` somebody else wrote: a second table beside it would hide it.

    Raises:
        DatasetError: it is one, or its files may not be written.
    """
    table = manifest_in(folder)
    if table is not None and table.name == ZIPPED_FILE:
        raise DatasetError(f"{table} stays as it is: name a new folder with --out.")
    # Asked of the mode too, since an administrator may write what is marked as not to be written.
    if not os.access(folder, os.W_OK) or not folder.stat().st_mode & 0o222:
        raise DatasetError(f"{folder} is not to be written: name a new folder with --out.")


def write_table(dataset: Dataset) -> None:
    """Writes the table into the data set's own folder, in place of what is there.

    Raises:
        DatasetError: the folder cannot be written, or is not to be.
    """
    require_changeable(dataset.folder)
    try:
        write_manifest(dataset.table, dataset.folder)
    except OSError as error:
        raise DatasetError(f"{dataset.folder} cannot be written: {error.strerror}.") from error


def write_copy(dataset: Dataset, out: Path, progress: Progress = no_progress) -> list[str]:
    """Copies table and pictures; the folder is a data set when the copy is whole, and not before.

    Returns:
        Ids of those whose picture cannot be read: it is missing in the copy's table.

    Raises:
        DatasetError: the folder is a data set already, or cannot be written.
    """
    require_new(out)
    images: list[str | None] = []
    try:
        (out / IMAGES).mkdir(parents=True, exist_ok=True)
        for row, (poster_id, image) in enumerate(zip(dataset.ids, dataset.table["image"], strict=True), start=1):
            images.append(None if pd.isna(image) else _copied(dataset, out, poster_id, image))
            progress(row, len(dataset))
        write_manifest(dataset.table.assign(image=pd.Series(images, dtype="str")), out)
    except OSError as error:
        raise DatasetError(f"{out} cannot be written: {error.strerror}.") from error
    lost = dataset.table["image"].notna().to_numpy() & np.array([image is None for image in images], bool)
    return dataset.table["id"][lost].to_list()


def _copied(dataset: Dataset, out: Path, poster_id: str, image: str) -> str | None:
    try:
        content = dataset.pictures.read_bytes(image)
    except DatasetError:
        return None
    path = picture_path(poster_id, image)
    (out / path).write_bytes(content)
    return path
