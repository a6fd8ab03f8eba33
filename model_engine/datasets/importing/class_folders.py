"""A folder per class: `Good/` and `Bad/`, `fresh/` and `rotten/`, the five classes of scores, or genres.

A folder says less than a score. So that the verdict and the five classes can be trained from it all the same, each of
its posters gets the middle of its class' range of scores as a *stand-in* for its score, and the column `source` says
so. Neither votes nor a score that was ever given are made up; figures on the score itself mean nothing on such rows.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from model_engine.datasets.importing.gathering import Gathering
from model_engine.datasets.importing.placing import Placing
from model_engine.datasets.importing.values import SPLIT_NAMES
from model_engine.datasets.manifest import DatasetError
from models.genres import GENRES
from models.scores import CLASS_CUTS, ScoreClass

_EDGES: Final = (0.0, *CLASS_CUTS, 10.0)
STAND_INS: Final[Mapping[ScoreClass, float]] = {
    name: (low + high) / 2 for name, low, high in zip(ScoreClass, _EDGES[:-1], _EDGES[1:], strict=True)
}
"""The score that stands for each class: terrible 2.0, bad 4.75, decent 6.25, good 7.5, great 9.0."""

CLASS_NAMES: Final[Mapping[str, str]] = (
    {name.value: name.value for name in ScoreClass}
    | {"fresh": ScoreClass.GOOD.value, "rotten": ScoreClass.BAD.value}
    | {genre.casefold(): genre for genre in GENRES}
)
"""What the name of a folder, in small letters, stands for: a class of scores or a genre."""

NO_CLASS: Final = "folder that stands for no class"
NO_PICTURE: Final = "file that is no picture"


def gather(folder: Path, out: Path, more_classes: Mapping[str, str] | None = None) -> Gathering:
    """All pictures in folders of classes, or in such folders within `train/`, `validation/` and `test/`.

    Args:
        folder: Holds the folders.
        out: The data set's folder, where pictures are brought to.
        more_classes: What further names of folders stand for: one of `ScoreClass` or a genre.

    Raises:
        DatasetError: no folder stands for a class, `more_classes` names something else, or a picture cannot be copied.
    """
    classes = {**CLASS_NAMES} | {
        name.casefold(): _known(stands_for) for name, stands_for in (more_classes or {}).items()
    }
    placing, gathering = Placing(folder, out), Gathering(folder.name)
    found = False
    for path in _files(folder, out):
        split, rest = _split(path)
        stands_for = classes.get(rest[0].casefold()) if len(rest) > 1 else None
        if stands_for is None:
            gathering.leave_out(NO_CLASS)
            continue
        found = True
        try:
            image = placing.place(path.as_posix())
        except FileNotFoundError:
            gathering.leave_out(NO_PICTURE)
            continue
        gathering.add({"id": path.as_posix(), "image": image, "split": split, **_labels(rest[0], stands_for)})
    if not found:
        raise DatasetError(
            f"{folder} has no folder whose name stands for a class, such as Good and Bad: say by --class NAME=good."
        )
    return gathering


def _labels(name: str, stands_for: str) -> dict[str, str]:
    if stands_for in GENRES:
        return {"genres": stands_for, "source": f"folder {name}"}
    score = STAND_INS[ScoreClass(stands_for)]
    return {"score": str(score), "source": f"folder {name}; the score stands for the class {stands_for}"}


def _known(stands_for: str) -> str:
    if stands_for.casefold() not in CLASS_NAMES:
        classes = ", ".join(ScoreClass)
        raise DatasetError(f"There is no class {stands_for}; there are: {classes}, and the genres.")
    return CLASS_NAMES[stands_for.casefold()]


def _split(path: Path) -> tuple[str | None, tuple[str, ...]]:
    first = path.parts[0].casefold()
    return (SPLIT_NAMES[first], path.parts[1:]) if first in SPLIT_NAMES and len(path.parts) > 2 else (None, path.parts)


def _files(folder: Path, out: Path) -> Iterator[Path]:
    """All files below the folder as seen from it, in one order; not what an import into the same place writes."""
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder}.")
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if Path(parent, name).resolve() != out.resolve())
        yield from (Path(parent, name).relative_to(folder) for name in sorted(files) if not name.startswith("."))
