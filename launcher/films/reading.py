"""Reads IMDb's files in portions, from any position on, plain or packed by gzip, without holding them in memory."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from launcher.configuration import Unavailable
from models.imdb_files import BadLine, ImdbFile

GZIP_MAGIC: Final = b"\x1f\x8b"

LINE_LIMIT: Final = 64 << 10
"""Most bytes of a line; IMDb's have a few hundred. A longer one is several bad ones."""

PORTION_ROWS: Final = 500
"""Rows that are written as one unit: the bot waits for no longer than this takes."""

PORTION_LINES: Final = 20_000
"""Lines of which a portion is made, at most: most of them are no films."""


@dataclass(kw_only=True)
class Portion:
    """Lines that were read together."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    """For `FilmRepository`."""
    bad_lines: int = 0
    position: int
    """Bytes of the unpacked file up to the end of these lines."""
    packed_position: int = 0
    """Bytes of the file as it is, for the progress bar."""


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits.

    Raises:
        Unavailable: it cannot be read.
    """
    with _readable(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_kind(path: Path, source: ImdbFile) -> None:
    """Looks whether a file's first line is that of `source`.

    Raises:
        Unavailable: it is not, or the file cannot be read.
    """
    with _readable(path), path.open("rb") as packed, _unpacked(packed) as file:
        if not source.is_header(file.readline(LINE_LIMIT)):
            raise Unavailable(
                f"{path} is not IMDb's {source.name}.tsv: its first line should name {', '.join(source.columns)}."
            )


def portions(path: Path, source: ImdbFile, start: int) -> Iterator[Portion]:
    """The lines of a file from a position on (of the unpacked file; 0 or the end of a line).

    Raises:
        Unavailable: it cannot be read, or is damaged.
    """
    with _readable(path), path.open("rb") as packed, _unpacked(packed) as file:
        position = file.seek(max(start, len(file.readline(LINE_LIMIT))))
        while (portion := _read_portion(file, source, position)).position > position:
            portion.packed_position = packed.tell()
            position = portion.position
            yield portion


def _read_portion(file: BinaryIO, source: ImdbFile, start: int) -> Portion:
    portion = Portion(position=start)
    for _ in range(PORTION_LINES):
        if len(portion.rows) == PORTION_ROWS or not (line := file.readline(LINE_LIMIT)):
            break
        portion.position += len(line)
        try:
            row = source.read(line)
        except BadLine:
            portion.bad_lines += 1
            continue
        if row is not None:
            portion.rows.append(row)
    return portion


@contextmanager
def _unpacked(packed: BinaryIO) -> Iterator[BinaryIO]:
    magic = packed.read(len(GZIP_MAGIC))
    packed.seek(0)
    if magic != GZIP_MAGIC:
        yield packed
        return
    with gzip.GzipFile(fileobj=packed) as file:
        yield file  # type: ignore[misc]  # It reads, seeks and closes as any file does.


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unavailable(f"{path} is cut short or damaged: fetch it again. What was read of it is kept.") from None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror or error}.") from None
