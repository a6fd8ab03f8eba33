"""Reads the pictures of a data set, out of its folder or out of zips in it."""

import hashlib
import io
import threading
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from PIL import Image, UnidentifiedImageError

from model_engine.datasets.manifest import DatasetError

IN_ARCHIVE: Final = "#"
"""Between the name of a zip and the name of a member, in the manifest's column `image`."""


class Pictures:
    """Pictures by what the column `image` says; from any number of threads."""

    def __init__(self, folder: Path) -> None:
        """Opens nothing yet."""
        self._folder = folder
        self._own = threading.local()

    def read(self, image: str) -> Image.Image:
        """The picture in mode RGB.

        Raises:
            DatasetError: it, or the zip that holds it, is missing or damaged.
        """
        try:
            with Image.open(io.BytesIO(self.read_bytes(image))) as picture:
                return picture.convert("RGB")
        except UnidentifiedImageError:
            raise DatasetError(f"{image} cannot be read: it is no picture.") from None
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise DatasetError(f"{image} cannot be read: {error}.") from error

    def read_bytes(self, image: str) -> bytes:
        """The picture's file as it is.

        Raises:
            DatasetError: as `read`; also where the name leads out of the folder.
        """
        archive, inside, member = image.partition(IN_ARCHIVE)
        path = self._path(archive)
        try:
            return self._zip(path).read(member) if inside else path.read_bytes()
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise DatasetError(f"{image} cannot be read: {error}.") from error

    def fingerprint(self, image: str) -> str:
        """Tells a picture from another in its place: a zip's own checksum, or the sha256 of a file.

        Raises:
            DatasetError: as `read_bytes`.
        """
        archive, inside, member = image.partition(IN_ARCHIVE)
        if not inside:
            return hashlib.sha256(self.read_bytes(image)).hexdigest()
        try:
            entry = self._zip(self._path(archive)).getinfo(member)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise DatasetError(f"{image} cannot be read: {error}.") from error
        return f"{entry.CRC:08x}-{entry.file_size}"

    def _path(self, name: str) -> Path:
        # A manifest may come from anywhere.
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
            raise DatasetError(f"{name} is not in the data set's folder.")
        return self._folder / name

    def _zip(self, path: Path) -> zipfile.ZipFile:
        """Each thread has its own handle: they would share one position otherwise."""
        handles: dict[Path, zipfile.ZipFile] = self._own.__dict__.setdefault("handles", {})
        if path not in handles:
            handles[path] = zipfile.ZipFile(path)
        return handles[path]
