"""IMDb's `title.basics` and `title.ratings`, plain or gzipped, beside a folder of pictures named by IMDb's ids."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from model_engine.datasets.importing.gathering import SAME_ID, Gathering
from model_engine.datasets.importing.placing import Placing
from model_engine.datasets.manifest import DatasetError
from models.imdb_files import BASICS, RATINGS, BadLine, ImdbFile

Told = Callable[[int, int], None]
"""Takes how many bytes of the files are read, of how many."""

LINE_LIMIT: Final = 64 << 10
"""Most bytes of a line; IMDb's have a few hundred. A longer one is several bad ones."""

LINES_A_TURN: Final = 50_000
"""Lines between two reports of progress."""

BAD_LINE: Final = "line that is cut off or broken"
NO_PICTURE: Final = "file that is no picture"
NO_ID: Final = "picture not named by an IMDb id"
NO_FILM: Final = "picture whose film title.basics has not, or not as a film"

_GZIP_MAGIC: Final = b"\x1f\x8b"
_ID: Final = re.compile(r"tt\d{7,10}", re.ASCII)


def gather(basics: Path, ratings: Path | None, images: Path, out: Path, told: Told) -> Gathering:
    """A row for each picture; memory is taken for these films alone, however long the files are.

    Args:
        basics: `title.basics.tsv`, or the same as `.gz`.
        ratings: `title.ratings.tsv`, likewise; without it scores and votes are missing.
        images: Folder of pictures named by ids: `tt0114709.jpg`.
        out: The data set's folder, where pictures are brought to.
        told: About every so many lines.

    Raises:
        DatasetError: a file is not what it should be, is damaged, or a picture cannot be copied.
    """
    gathering, placing = Gathering("IMDb"), Placing(images, out)
    pictures = _pictures(images, gathering)
    size = sum(path.stat().st_size for path in (basics, ratings) if path is not None and path.is_file())
    seen = _wanted(basics, BASICS, "id", pictures, gathering, lambda done: told(done, size))
    rated: dict[str, dict[str, Any]] = {}
    if ratings is not None:
        rest = size - ratings.stat().st_size if ratings.is_file() else size
        rated = _wanted(ratings, RATINGS, "film_id", pictures, gathering, lambda done: told(rest + done, size))
    for film_id, name in pictures.items():
        film = seen.get(film_id)
        if film is None:
            gathering.leave_out(NO_FILM)
            continue
        try:
            image = placing.place(name)
        except FileNotFoundError:
            gathering.leave_out(NO_PICTURE)
            continue
        rating = rated.get(film_id, {})
        labels = {"score": rating.get("new_score"), "votes": rating.get("new_votes")}
        gathering.add({**film, "image": image, **labels})
    return gathering


def _pictures(folder: Path, gathering: Gathering) -> dict[str, str]:
    """Names of files by the ids that name them."""
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder}.")
    found: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if _ID.fullmatch(path.stem) is None or not path.is_file():
            gathering.leave_out(NO_ID)
        elif path.stem in found:
            gathering.leave_out(SAME_ID)
        else:
            found[path.stem] = path.name
    return found


def _wanted(
    path: Path, kind: ImdbFile, key: str, wanted: dict[str, str], gathering: Gathering, told: Callable[[int], None]
) -> dict[str, dict[str, Any]]:
    """The rows of a file for films that have a picture, by their ids."""
    rows: dict[str, dict[str, Any]] = {}
    for line in _lines(path, kind, told):
        try:
            row = kind.read(line)
        except BadLine:
            gathering.leave_out(f"{BAD_LINE} of {kind.name}")
            continue
        if row is not None and row[key] in wanted:
            rows[row[key]] = row
    return rows


def _lines(path: Path, kind: ImdbFile, told: Callable[[int], None]) -> Iterator[bytes]:
    """The lines after the one that names the columns."""
    try:
        with path.open("rb") as packed:
            is_packed = packed.peek(2)[:2] == _GZIP_MAGIC
            file = cast(BinaryIO, gzip.GzipFile(fileobj=packed)) if is_packed else packed
            if not kind.is_header(file.readline(LINE_LIMIT)):
                raise DatasetError(f"{path} is not IMDb's {kind.name}.tsv: its first line should say so.")
            number = 0
            while line := file.readline(LINE_LIMIT):
                number += 1
                if number % LINES_A_TURN == 0:
                    told(packed.tell())
                yield line
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DatasetError(f"{path} is cut short or damaged: fetch it again.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from error
