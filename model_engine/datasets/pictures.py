"""Reads the pictures of a data set, out of its folder or out of zips in it."""

import contextlib
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from PIL import Image, ImageOps

from model_engine.datasets.manifest import DatasetError
from posters.colours import resizable, to_rgb
from posters.refusals import Refusal, human_bytes
from posters.sniffing import sniff

IN_ARCHIVE: Final = "#"
"""Between the name of a zip and the name of a member, in the manifest's column `image`."""

MOST_BYTES: Final = 50_000_000
"""Of one picture's file."""

MOST_PIXELS: Final = 80_000_000
"""Width × height, checked before decoding."""


class Pictures:
    """Pictures by what the column `image` says; from any number of threads."""

    def __init__(self, folder: Path) -> None:
        """Opens nothing yet."""
        self._folder = folder
        self._own = threading.local()

    def read(self, image: str) -> Image.Image:
        """The picture in mode RGB: upright, in sRGB and laid on white, as posters that are judged.

        Raises:
            DatasetError: it, or the zip that holds it, is missing, damaged, or far too large.
        """
        content = self.read_bytes(image)
        try:
            with Image.open(io.BytesIO(content), formats=[sniff(content)]) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise DatasetError(f"{image} cannot be read: it has too many pixels, {width} × {height}.")
                return _upright_rgb(picture)
        except DatasetError:
            raise
        except Refusal:
            raise DatasetError(f"{image} cannot be read: it is no picture.") from None
        except Exception as error:
            # Broad on purpose, as in `posters.intake`: on damaged bytes Pillow's parsers raise nearly anything.
            raise DatasetError(f"{image} cannot be read: {_words(error)}.") from error

    def read_bytes(self, image: str) -> bytes:
        """The picture's file as it is.

        Raises:
            DatasetError: as `read`; also where the name leads out of the folder.
        """
        archive, inside, member = image.partition(IN_ARCHIVE)
        path = self._path(archive)
        with _readable(image), self._zip(path).open(member) if inside else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise DatasetError(f"{image} cannot be read: it is larger than {human_bytes(MOST_BYTES)}.")
        return content

    def fingerprint(self, image: str) -> str:
        """Tells a picture from another in its place: a zip's own checksum, or the sha256 of a file.

        Raises:
            DatasetError: as `read_bytes`.
        """
        archive, inside, member = image.partition(IN_ARCHIVE)
        if not inside:
            return hashlib.sha256(self.read_bytes(image)).hexdigest()
        path = self._path(archive)
        with _readable(image):
            entry = self._zip(path).getinfo(member)
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


def _upright_rgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    # Tags that are broken are no reason to do without the picture.
    with contextlib.suppress(Exception):
        ImageOps.exif_transpose(picture, in_place=True)
    return to_rgb(resizable(picture), profile if isinstance(profile, bytes) else None).copy()


@contextlib.contextmanager
def _readable(image: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # Broad for the same reason: on a damaged zip, `zipfile` raises what zlib, struct and codecs do.
        raise DatasetError(f"{image} cannot be read: {_words(error)}.") from error


def _words(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__).rstrip(".")
