"""Known ways to make a decoder work for nothing, or for ever, each on a sound file of its format."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

from bench.fuzz.containers import Piece, join, split, tiff_directory, tiff_order

Attack = Callable[[random.Random, bytes], bytes]

_BOMB = zlib.compress(b"\0" * 60_000_000, 9)
"""60 kB that unpack to 60 MB."""


def _png_text_bomb(dice: random.Random, data: bytes) -> bytes:
    kind, body = dice.choice(((b"zTXt", b"k\0\0"), (b"iTXt", b"k\0\1\0\0\0"), (b"iCCP", b"k\0\0")))
    return _with_chunks(data, [Piece(kind, body + _BOMB)] * dice.choice((1, 5)))


def _png_pixel_bomb(dice: random.Random, data: bytes) -> bytes:
    """Some 40 megapixels of nothing in 60 kB: as large as a header may claim."""
    header = struct.pack(">IIBBBBB", dice.choice((6000, 6320, 8000)), 5000, 8, dice.choice((0, 2, 6)), 0, 0, 0)
    return join("PNG", [Piece(b"", data[:8]), Piece(b"IHDR", header), Piece(b"IDAT", _BOMB), Piece(b"IEND", b"")])


def _png_spoilt_pixels(dice: random.Random, data: bytes) -> bytes:
    """What the compressed rows say is spoilt, not their compression."""
    pieces = split("PNG", data)
    rows = bytearray(zlib.decompress(b"".join(piece.body for piece in pieces if piece.kind == b"IDAT")))
    for _ in range(50):
        rows[dice.randrange(len(rows))] = dice.randrange(256)
    body = zlib.compress(bytes(rows[: dice.randrange(len(rows) // 2, len(rows) + 1)]))
    first = next(at for at, piece in enumerate(pieces) if piece.kind == b"IDAT")
    rest = [piece for piece in pieces if piece.kind != b"IDAT"]
    return join("PNG", [*rest[:first], Piece(b"IDAT", body), *rest[first:]])


def _png_ten_thousand_chunks(dice: random.Random, data: bytes) -> bytes:
    kind = dice.choice((b"tEXt", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"prVt", b"fcTL"))
    return _with_chunks(data, [Piece(kind, b"k\0v")] * 10_000)


def _with_chunks(data: bytes, more: list[Piece]) -> bytes:
    pieces = split("PNG", data)
    return join("PNG", [*pieces[:2], *more, *pieces[2:]])


def _jpeg_many_scans(dice: random.Random, _: bytes) -> bytes:
    """The last scan of a large progressive picture again and again, each a pass over all of it."""
    pieces = split("JPEG", _large_progressive_jpeg())
    return join("JPEG", [*pieces[:-1], *pieces[-4:-1] * dice.choice((10, 60, 3000)), pieces[-1]])


@cache
def _large_progressive_jpeg() -> bytes:
    target = io.BytesIO()
    Image.new("L", (6000, 6000), 128).save(target, "JPEG", progressive=True)
    return target.getvalue()


def _jpeg_metadata(dice: random.Random, data: bytes) -> bytes:
    """Huge or contradictory EXIF, pieces of a profile that do not fit together, another Adobe transform."""
    loop = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHIIHHIII", 2, 0x8769, 4, 1, 8, 0x0112, 3, 1, 6, 8)
    kind, body = dice.choice((
        (b"\xff\xe1", loop),
        (b"\xff\xe1", b"Exif\0\0MM\0*" + dice.randbytes(60_000)),
        (b"\xff\xe1", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\1\0\0\0\6\0\0\0" * 5000),
        (b"\xff\xe2", b"ICC_PROFILE\0" + bytes((dice.randrange(256), dice.randrange(256))) + dice.randbytes(500)),
        (b"\xff\xe2", b"MPF\0II*\0\x08\0\0\0" + dice.randbytes(80)),
        (b"\xff\xee", b"Adobe\0\x64\0\0\0\0" + bytes([dice.randrange(256)])),
        (b"\xff\xed", b"Photoshop 3.0\x008BIM\x03\xed" + dice.randbytes(40)),
    ))  # fmt: skip
    pieces = split("JPEG", data)
    return join("JPEG", [pieces[0], *[Piece(kind, body)] * dice.choice((1, 1, 30)), *pieces[1:]])


def _gif_giant_screen(dice: random.Random, data: bytes) -> bytes:
    """A screen far larger than the frame on it, at times with a frame that claims as much."""
    width, height = dice.choice(((6000, 6000), (6320, 6320), (65_535, 65_535), (65_535, 600)))
    data = data[:6] + struct.pack("<HH", width, height) + data[10:]
    frame = data.find(b",", 13)
    if dice.random() < 0.5 and frame > 0:
        data = data[: frame + 5] + struct.pack("<HH", width, height) + data[frame + 9 :]
    return data


def _gif_many_blocks(dice: random.Random, data: bytes) -> bytes:
    pieces = split("GIF", data)
    block = dice.choice((*pieces[1:-1], Piece(b"", b"!\xfe" + b"\xff" * 256 + b"\0"), Piece(b"", b"!\xf9\0")))
    return join("GIF", [pieces[0], *[block] * dice.choice((100, 20_000)), *pieces[1:]])[:900_000]


def _webp_giant_canvas(dice: random.Random, data: bytes) -> bytes:
    """A canvas that the frame does not fill."""
    pieces = split("WEBP", data)
    canvas = (dice.choice((6000, 16_382, 2**24 - 1))).to_bytes(3, "little")
    flags = bytes([dice.choice((0x02, 0x10, 0x12, 0x20, 0x3E, 0))])
    rest = [piece for piece in pieces[1:] if piece.kind != b"VP8X"]
    return join("WEBP", [pieces[0], Piece(b"VP8X", flags + b"\0\0\0" + canvas * 2), *rest])


def _bmp_runs(dice: random.Random, data: bytes) -> bytes:
    """Compressed rows made by chance, with jumps and ends of lines, in a large picture."""
    size = dice.choice(((300, 400), (6000, 6000), (300, -400)))
    body = dice.randbytes(dice.choice((10, 3000))) + dice.choice((b"\0\2\xff\xff", b"\0\0", b"\0\1")) * 2000
    info = struct.pack("<IiiHHIIiiII", 40, *size, 1, *dice.choice(((8, 1), (4, 2))), len(body), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 54 + 1024) + info + bytes(1024) + body


def _tiff_loop(dice: random.Random, data: bytes) -> bytes:
    """A next, a sub- or an EXIF directory that is this one again."""
    order, (start, size, head) = tiff_order(data), tiff_directory(data)
    count = int.from_bytes(data[start : start + head], order)
    width = 8 if size == 20 else 4
    after = start + head + count * size
    data = data[:after] + start.to_bytes(width, order) + data[after + width :]
    if dice.random() < 0.7:
        entry = start + head + size * dice.randrange(count)
        link = dice.choice((330, 34665, 34853, 40965)).to_bytes(2, order) + (4).to_bytes(2, order)
        data = data[:entry] + link + (1).to_bytes(width, order) + start.to_bytes(width, order) + data[entry + size :]
    return data


def _tiff_many_entries(dice: random.Random, data: bytes) -> bytes:
    """A directory of 65,535 entries at the end, of one kind or of every kind."""
    if data[2:4] not in (b"*\0", b"\0*"):
        return data
    order = "<" if data[:2] == b"II" else ">"
    tag = dice.choice((0, 256, 273, 330, 700, 34665))
    entries = b"".join(
        struct.pack(f"{order}HHII", tag or number, dice.choice((3, 4, 7, 16)), dice.choice((1, 2**16, 2**31)), 8)
        for number in range(0xFFFF)
    )
    return data[:4] + struct.pack(f"{order}I", len(data)) + data[8:] + b"\xff\xff" + entries + bytes(4)


def _followed_by_another_file(dice: random.Random, data: bytes) -> bytes:
    """What other programs would take for something else."""
    tail = dice.choice(
        (b"PK\3\4" + dice.randbytes(200), b"<svg onload=alert(1)>", b"%PDF-1.7\n", b"<?php ?>", bytes(400_000))
    )
    return data + tail


ATTACKS: dict[str, tuple[tuple[str, Attack], ...]] = {
    "PNG": (
        ("text bomb", _png_text_bomb),
        ("pixel bomb", _png_pixel_bomb),
        ("spoilt pixels", _png_spoilt_pixels),
        ("spoilt pixels", _png_spoilt_pixels),
        ("many chunks", _png_ten_thousand_chunks),
    ),
    "JPEG": (("many scans", _jpeg_many_scans), ("metadata", _jpeg_metadata), ("metadata", _jpeg_metadata)),
    "GIF": (("giant screen", _gif_giant_screen), ("many blocks", _gif_many_blocks)),
    "WEBP": (("giant canvas", _webp_giant_canvas), ("polyglot", _followed_by_another_file)),
    "BMP": (("runs", _bmp_runs), ("polyglot", _followed_by_another_file)),
    "TIFF": (("loop", _tiff_loop), ("loop", _tiff_loop), ("many entries", _tiff_many_entries)),
}
