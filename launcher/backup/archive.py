"""The file of a backup: a plain tar whose last entry, the manifest, names every other one with its checksum.

Written and read header by header, with `tarfile` for the headers alone: what is read may come from anywhere, and
of all that a tar can hold (links, devices, long names, sparse files) a backup holds only regular files.
"""

import errno
import hashlib
import os
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Self

import msgspec

from launcher.backup.manifest import (
    FORMAT,
    MANIFEST,
    MANIFEST_LIMIT,
    NAMES,
    BackupUnusable,
    Entry,
    Manifest,
)

BLOCK: Final = tarfile.BLOCKSIZE
END: Final = bytes(2 * BLOCK)
PIECE: Final = 1 << 20
"""Bytes that are in memory at a time."""

SMALL: Final = 16 << 20
"""Most bytes of an entry that is taken in one piece, such as a poster, which has at most 512 kB."""


class ArchiveWriter:
    """Writes a backup from front to back; it is one when `finish` came to its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, size: int, pieces: Iterable[bytes]) -> None:
        """Writes an entry of `size` bytes, which come in pieces.

        Raises:
            ValueError: no entry may be called so, or the pieces have another size.
            OSError: the file takes no more.
        """
        if not _may_be_called(name):
            raise ValueError(f"no entry of a backup may be called {name!r}")
        header = tarfile.TarInfo(name)
        header.size, header.mode = size, 0o600
        self._file.write(header.tobuf(tarfile.USTAR_FORMAT))
        digest, written = hashlib.sha256(), 0
        for piece in pieces:
            digest.update(piece)
            written += self._file.write(piece)
        if written != size:
            raise ValueError(f"{name} was to have {size} bytes and has {written}")
        self._file.write(bytes(-size % BLOCK))
        self.entries[name] = Entry(sha256=digest.hexdigest(), bytes=size)

    def finish(self, manifest: Manifest) -> None:
        """Writes the manifest and the end, and sees them onto the disk.

        Raises:
            OSError: the file takes no more.
        """
        content = msgspec.json.encode(manifest)
        if len(content) > MANIFEST_LIMIT:
            raise OSError(errno.EFBIG, "more posters than one backup can hold")
        self.add(MANIFEST, len(content), (content,))
        self._file.write(END)
        self._file.flush()
        os.fsync(self._file.fileno())


@dataclass(frozen=True)
class _Place:
    offset: int
    size: int


class Archive:
    """A backup whose every byte was held against its manifest."""

    def __init__(self, file: BinaryIO, places: dict[str, _Place], manifest: Manifest) -> None:
        """`open` is the way to get one."""
        self._file = file
        self._places = places
        self.manifest = manifest

    @classmethod
    def open(cls, file: BinaryIO) -> Self:
        """Checks all of a backup, and keeps of it the manifest and where things are.

        Raises:
            BackupUnusable: it is no backup, not a whole one, or not as it was written.
            OSError: the file cannot be read.
        """
        places = dict(_places(file))
        archive = cls(file, places, _manifest(file, places))
        for name, entry in archive.manifest.entries.items():
            digest = hashlib.sha256()
            for piece in archive.pieces(name):
                digest.update(piece)
            if digest.hexdigest() != entry.sha256:
                raise BackupUnusable(f"The backup is damaged: {name} is not as it was written.")
        return archive

    def names(self, folder: str) -> list[str]:
        """Entries below a folder such as `rows/posters`, in the order of the file."""
        return [name for name in self._places if name.startswith(f"{folder}/")]

    def pieces(self, name: str) -> Iterator[bytes]:
        """Content of an entry."""
        place = self._places[name]
        for start in range(0, place.size, PIECE):
            self._file.seek(place.offset + start)
            yield self._file.read(min(PIECE, place.size - start))

    def content(self, name: str) -> bytes:
        """Content of an entry that has to be small.

        Raises:
            BackupUnusable: it is not.
        """
        if self._places[name].size > SMALL:
            raise BackupUnusable(f"The file is no backup of this program: {name} is too large.")
        return b"".join(self.pieces(name))


def _places(file: BinaryIO) -> Iterator[tuple[str, _Place]]:
    """Where every entry is; nothing but headers is read."""
    end = file.seek(0, os.SEEK_END)
    offset = 0
    seen: set[str] = set()
    while (header := _block(file, offset)) != bytes(BLOCK):
        name, size = _name_and_size(header)
        if name in seen or not _may_be_called(name):
            raise BackupUnusable(f"The file is no backup of this program: it holds {name!r:.80}.")
        seen.add(name)
        place = _Place(offset + BLOCK, size)
        offset = place.offset + size + -size % BLOCK
        if offset > end:
            raise BackupUnusable("The backup is incomplete: it ends too early.")
        yield name, place
    if end - offset != len(END):
        raise BackupUnusable("The backup is damaged: it does not end where it should.")


def _may_be_called(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in NAMES)


def _block(file: BinaryIO, offset: int) -> bytes:
    file.seek(offset)
    block = file.read(BLOCK)
    if len(block) < BLOCK:
        raise BackupUnusable("The backup is incomplete: it ends too early.")
    return block


def _name_and_size(header: bytes) -> tuple[str, int]:
    try:
        info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, ValueError):
        raise BackupUnusable("The file is no backup of this program, or it is damaged.") from None
    if info.type != tarfile.REGTYPE or info.size < 0:
        raise BackupUnusable("The file is no backup of this program: it holds something else than files.")
    return info.name, info.size


def _manifest(file: BinaryIO, places: dict[str, _Place]) -> Manifest:
    *entries, last = places or [""]
    if last != MANIFEST:
        raise BackupUnusable("The backup is incomplete: it has no manifest at its end.")
    place = places.pop(MANIFEST)
    if place.size > MANIFEST_LIMIT:
        raise BackupUnusable("The file is no backup of this program: its manifest is too large.")
    file.seek(place.offset)
    try:
        manifest = msgspec.json.decode(file.read(place.size), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BackupUnusable("The backup is damaged: its manifest cannot be read.") from None
    if manifest.format != FORMAT:
        raise BackupUnusable(f"The backup has format {manifest.format}; this program reads {FORMAT}.")
    if list(manifest.entries) != entries:
        raise BackupUnusable("The backup is damaged: it does not hold what its manifest says.")
    if any(places[name].size != entry.bytes for name, entry in manifest.entries.items()):
        raise BackupUnusable("The backup is damaged: its files have other sizes than its manifest says.")
    return manifest
