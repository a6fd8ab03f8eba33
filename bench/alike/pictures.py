"""The pictures of a folder, its zips included."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

PICTURES = (".webp", ".jpg", ".jpeg", ".png")


def pictures(folder: Path) -> Iterator[Image.Image]:
    """Every picture in mode RGB, in the order of the names."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    with archive.open(name) as file, Image.open(file) as picture:
                        yield picture.convert("RGB")
        elif path.suffix.lower() in PICTURES:
            with Image.open(path) as picture:
                yield picture.convert("RGB")
