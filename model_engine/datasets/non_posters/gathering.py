"""Makes a data set of pictures that are no posters: drawn ones, and what lies in folders that the caller names."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pandas as pd
from PIL import Image

from model_engine.datasets.manifest import DatasetError, write_manifest
from model_engine.datasets.non_posters.drawing import DRAWN, meme
from model_engine.datasets.pictures import Pictures
from model_engine.datasets.working_processes import Progress, no_progress

LONGEST_SIDE: Final = 248
"""Pixels: as the posters of the starter version's data have. Were these sharper, sharpness would tell them apart."""

QUALITY: Final = 80
"""Of WebP, likewise."""

PORTRAIT: Final = 2 / 3
"""Width over height. Every picture is there twice, whole and cut to it: its shape must not tell it apart."""

LEAST_SIDE: Final = 64
"""Pixels: what is smaller is an icon, which nobody sends."""

SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif")

MEMES: Final = "meme"
"""The kind of pictures with a caption; `meme/photos` is one made of a picture of the kind `photos`, so that nobody
takes one for unlike the other."""


def gather(
    out: Path, folders: Mapping[str, Path], *, drawn: int, most: int, seed: int, progress: Progress = no_progress
) -> pd.DataFrame:
    """Writes the data set; the column `source` says each picture's kind, for memes both: `meme/photos`.

    Args:
        out: a new folder.
        folders: pictures by the name of their kind; memes are made of them, too.
        drawn: pictures of each kind that is drawn.
        most: pictures of each folder, drawn by lot where there are more.
        seed: of all that is drawn by lot.
        progress: told pictures done and all.

    Returns:
        The manifest.

    Raises:
        DatasetError: a folder holds no picture that can be read, or its kind is named as one that is drawn.
    """
    if taken := [kind for kind in folders if kind in {*DRAWN, MEMES} or kind.startswith(f"{MEMES}-")]:
        raise DatasetError(
            f"Pictures of the kind {taken[0]} are made here: choose another name for {folders[taken[0]]}."
        )
    chance = random.Random(seed)
    found = {kind: _some(folder, most, chance) for kind, folder in folders.items()}
    total = 2 * (sum(map(len, found.values())) + drawn * (len(DRAWN) + bool(found)))
    (out / "images").mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    for kind, number, picture in _pictures(folders, found, drawn, chance):
        for shape, version in (("whole", picture), ("cut", portrait(picture))):
            name = f"{kind.replace('/', '-')}-{number:04d}-{shape}"
            _small(version).save(out / "images" / f"{name}.webp", quality=QUALITY)
            rows.append({"id": name, "image": f"images/{name}.webp", "source": kind})
        progress(len(rows), total)
    table = pd.DataFrame(rows)
    write_manifest(table, out)
    return table


def _pictures(
    folders: Mapping[str, Path], found: Mapping[str, list[str]], drawn: int, chance: random.Random
) -> Iterator[tuple[str, int, Image.Image]]:
    for kind, draw in DRAWN.items():
        for number in range(drawn):
            yield kind, number, draw(chance)
    captioned: list[tuple[str, Image.Image]] = []
    for kind, names in found.items():
        source, number = Pictures(folders[kind]), 0
        for name in names:
            try:
                picture = source.read(name)
            except DatasetError:
                continue
            if min(picture.size) >= LEAST_SIDE:
                captioned.append((kind, _small(picture, 2 * LONGEST_SIDE)))
                yield kind, number, picture
                number += 1
        if not number:
            raise DatasetError(f"{folders[kind]} holds no picture that can be read.")
    for number, (kind, picture) in enumerate(chance.choices(captioned, k=drawn) if captioned else ()):
        yield f"{MEMES}/{kind}", number, meme(picture, chance)


def _some(folder: Path, most: int, chance: random.Random) -> list[str]:
    """Names of pictures in the folder and below it, relative to it, sorted; links are left out."""
    paths = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    names = sorted(path.relative_to(folder).as_posix() for path in paths if path.is_file() and not path.is_symlink())
    return sorted(chance.sample(names, most)) if len(names) > most else names


def portrait(picture: Image.Image) -> Image.Image:
    """The middle of it, as wide and high as a poster's shape allows."""
    width = min(picture.width, round(picture.height * PORTRAIT))
    height = min(picture.height, round(width / PORTRAIT))
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + max(1, width), top + max(1, height)))


def _small(picture: Image.Image, longest: int = LONGEST_SIDE) -> Image.Image:
    small = picture.convert("RGB")
    small.thumbnail((longest, longest))
    return small
