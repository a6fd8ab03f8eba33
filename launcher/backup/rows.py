"""Rows as lines of JSON, in entries small enough to be held in memory."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Final

from launcher.backup.archive import Archive, ArchiveWriter
from launcher.backup.manifest import BackupUnusable

PART_SIZE: Final = 8 << 20
"""Bytes from which on an entry of rows is full."""

LINE_LIMIT: Final = 64 << 20
"""Most bytes of one row as JSON; a row of a judgement takes about 5 kB."""


async def write_rows(archive: ArchiveWriter, table: str, portions: AsyncIterator[list[dict[str, Any]]]) -> int:
    """Writes a table's rows; gives their number."""
    part = bytearray()
    parts = count = 0
    async for rows in portions:
        for row in rows:
            # ASCII, so that also what no UTF-8 has (half a surrogate pair in a JSON column) comes back as it was.
            part += json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n"
            count += 1
        if len(part) >= PART_SIZE:
            archive.add(_name(table, parts), len(part), (bytes(part),))
            parts, part = parts + 1, bytearray()
    if part:
        archive.add(_name(table, parts), len(part), (bytes(part),))
    return count


def read_rows(archive: Archive, table: str) -> Iterator[dict[str, Any]]:
    """A table's rows; their columns and values are not yet checked.

    Raises:
        BackupUnusable: a line is no JSON object.
    """
    for name in archive.names(f"rows/{table}"):
        for line in _lines(archive.pieces(name), name):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise BackupUnusable(f"The backup is damaged: {name} has a line that is no row.")
            yield row


def _name(table: str, part: int) -> str:
    return f"rows/{table}/{part:06}.jsonl"


def _lines(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > LINE_LIMIT:
            raise BackupUnusable(f"The backup is damaged: {name} has a line that is too long.")
    if rest:
        raise BackupUnusable(f"The backup is damaged: {name} ends in the middle of a row.")
