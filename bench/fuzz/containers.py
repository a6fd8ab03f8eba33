"""What files consist of: taken apart into pieces and put together again, with lengths and checksums that fit."""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_BARE_MARKERS = frozenset({0x01, 0xD8, 0xD9, *range(0xD0, 0xD8)})
_SCAN = 0xDA
_EXTENSION, _FRAME, _TRAILER = 0x21, 0x2C, 0x3B


Order = Literal["little", "big"]


class Piece(NamedTuple):
    """A chunk, a segment, a block, or (with an empty kind) bytes that stand for themselves."""

    kind: bytes
    body: bytes


def split(format_: str, data: bytes) -> list[Piece]:
    """The pieces of a sound file; `join` gives the file back."""
    return list(_SPLITTERS.get(format_, _whole)(data))


def join(format_: str, pieces: Sequence[Piece]) -> bytes:
    """A file of these pieces, whatever they are, that passes its format's checks of lengths and sums."""
    data = b"".join(_JOINERS.get(format_, _bare)(piece) for piece in pieces)
    if format_ == "WEBP":
        data = data[:4] + struct.pack("<I", max(len(data) - 8, 0)) + data[8:]
    return data


def _whole(data: bytes) -> Iterator[Piece]:
    yield Piece(b"", data)


def _bare(piece: Piece) -> bytes:
    return piece.body


def _split_png(data: bytes) -> Iterator[Piece]:
    yield Piece(b"", data[:8])
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield Piece(data[at + 4 : at + 8], data[at + 8 : at + 8 + length])
        at += 12 + length


def _join_png(piece: Piece) -> bytes:
    if not piece.kind:
        return piece.body
    crc = zlib.crc32(piece.kind + piece.body)
    return struct.pack(">I", len(piece.body)) + piece.kind + piece.body + struct.pack(">I", crc)


def _split_jpeg(data: bytes) -> Iterator[Piece]:
    at = 0
    while at + 2 <= len(data):
        kind = data[at : at + 2]
        if kind[1] in _BARE_MARKERS:
            yield Piece(b"", kind)
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield Piece(kind, data[at + 4 : end])
        at = end
        if kind[1] == _SCAN:
            at = _end_of_scan(data, end)
            yield Piece(b"", data[end:at])


def _end_of_scan(data: bytes, at: int) -> int:
    """The next marker that is neither an escaped byte nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0:
        if at + 1 < len(data) and data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 1
    return len(data)


def _join_jpeg(piece: Piece) -> bytes:
    if not piece.kind:
        return piece.body
    return piece.kind + struct.pack(">H", min(len(piece.body) + 2, 0xFFFF)) + piece.body


def _split_webp(data: bytes) -> Iterator[Piece]:
    yield Piece(b"", data[:12])
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield Piece(data[at : at + 4], data[at + 8 : at + 8 + length])
        at += 8 + length + length % 2


def _join_webp(piece: Piece) -> bytes:
    if not piece.kind:
        return piece.body
    return piece.kind + struct.pack("<I", len(piece.body)) + piece.body + b"\0" * (len(piece.body) % 2)


def _split_gif(data: bytes) -> Iterator[Piece]:
    at = 13 + _table_size(data[10])
    yield Piece(b"", data[:at])
    while at < len(data) and data[at] in (_EXTENSION, _FRAME):
        start = at
        at += 2 if data[at] == _EXTENSION else 11 + _table_size(data[at + 9])
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
        yield Piece(b"", data[start:at])
    yield Piece(b"", data[at:])


def _table_size(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _split_bmp(data: bytes) -> Iterator[Piece]:
    header, pixels = 14 + int.from_bytes(data[14:18], "little"), int.from_bytes(data[10:14], "little")
    for start, end in ((0, 14), (14, header), (header, pixels), (pixels, len(data))):
        yield Piece(b"", data[start:end])


def _split_tiff(data: bytes) -> Iterator[Piece]:
    """Its first directory is one piece, what lies around it are others; offsets in it are left as they are."""
    start, entry, head = tiff_directory(data)
    count = int.from_bytes(data[start : start + head], tiff_order(data))
    end = start + head + count * entry
    for begin, stop in ((0, start), (start, end), (end, len(data))):
        yield Piece(b"", data[begin:stop])


def tiff_order(data: bytes) -> Order:
    """Of the bytes in its numbers."""
    return "little" if data[:2] == b"II" else "big"


def tiff_directory(data: bytes) -> tuple[int, int, int]:
    """Where the first directory starts, the size of an entry, and of the number of entries, in bytes."""
    if data[2:4] in (b"+\0", b"\0+"):
        return int.from_bytes(data[8:16], tiff_order(data)), 20, 8
    return int.from_bytes(data[4:8], tiff_order(data)), 12, 2


_SPLITTERS: dict[str, Callable[[bytes], Iterator[Piece]]] = {
    "PNG": _split_png,
    "JPEG": _split_jpeg,
    "WEBP": _split_webp,
    "GIF": _split_gif,
    "BMP": _split_bmp,
    "TIFF": _split_tiff,
}
_JOINERS: dict[str, Callable[[Piece], bytes]] = {"PNG": _join_png, "JPEG": _join_jpeg, "WEBP": _join_webp}
