"""Sound posters to spoil: the bench's own drawings in every accepted format, mode and compression."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

from bench.fuzz.containers import PNG_MAGIC, Piece, join
from bench.load import draw_posters

SIZES = ((96, 144), (150, 100), (240, 360))
"""Pixels. Small, because the faults of a decoder lie in its headers and tables, and a hundred thousand are read."""

_TILE = 64

TIFF_COMPRESSIONS = {
    "1": ("group3", "group4", "tiff_ccitt", "packbits"),
    "L": ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "lzma", "zstd"),
    "RGB": ("raw", "packbits", "tiff_lzw", "tiff_deflate", "jpeg", "zstd"),
    "CMYK": ("raw", "tiff_lzw"),
    "YCbCr": ("raw",),
    "LAB": ("raw",),
    "P": ("raw", "tiff_lzw"),
    "RGBA": ("raw", "tiff_adobe_deflate"),
    "I;16": ("raw", "tiff_lzw"),
    "F": ("raw",),
}


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One sound file."""

    format: str
    """As `posters.sniffing.sniff` names it."""
    variant: str
    data: bytes


@cache
def make_seeds(seed: int) -> tuple[Seed, ...]:
    """The same files for the same number, nearly 200 of them."""
    made = []
    for number, (size, drawn) in enumerate(zip(SIZES, draw_posters(len(SIZES), seed=seed), strict=True)):
        with Image.open(io.BytesIO(drawn)) as opened:
            poster = opened.convert("RGB").resize(size)
        for format_, variant, picture, options in _variants(poster):
            target = io.BytesIO()
            picture.save(target, format_, **options)
            made.append(Seed(format=format_, variant=f"{variant} {number}", data=target.getvalue()))
        made += [Seed(format=kind, variant=f"{name} {number}", data=data) for kind, name, data in _by_hand(poster)]
    return tuple(made)


def _variants(poster: Image.Image) -> Iterator[tuple[str, str, Image.Image, dict[str, object]]]:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "drawn"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "drawn")
    text.add_text("Comment", "drawn " * 50, zip=True)
    text.add_itxt("Author", "drawn", zip=True)
    frames = [poster.rotate(90 * turn) for turn in (1, 2)]
    alpha = poster.copy()
    alpha.putalpha(poster.convert("L"))
    deep = Image.fromarray(np.asarray(poster.convert("L")).astype(np.uint16) * 257)

    yield "JPEG", "baseline", poster, {}
    yield "JPEG", "progressive", poster, {"progressive": True}
    yield "JPEG", "full colour", poster, {"subsampling": 0, "quality": 95}
    yield "JPEG", "grey", poster.convert("L"), {}
    yield "JPEG", "CMYK", poster.convert("CMYK"), {}
    yield "JPEG", "EXIF and ICC", poster, {"exif": exif, "icc_profile": profile, "comment": b"drawn"}
    yield "JPEG", "restarts", poster, {"restart_marker_rows": 1}
    for mode in ("1", "L", "P", "RGB"):
        yield "PNG", mode, poster.convert(mode), {}
    yield "PNG", "16 bit", deep, {}
    yield "PNG", "palette of 4, transparent", poster.quantize(4), {"bits": 2, "transparency": 1}
    yield "PNG", "alpha", alpha, {}
    yield "PNG", "text, EXIF, ICC", poster, {"pnginfo": text, "exif": exif, "icc_profile": profile}
    yield "PNG", "animated", poster, {"save_all": True, "append_images": frames}
    yield "WEBP", "lossy", poster, {}
    yield "WEBP", "lossless", poster, {"lossless": True}
    yield "WEBP", "alpha", alpha, {}
    yield "WEBP", "EXIF and ICC", poster, {"exif": exif, "icc_profile": profile}
    yield "WEBP", "animated", poster, {"save_all": True, "append_images": frames}
    yield "GIF", "plain", poster, {}
    yield "GIF", "interlaced, transparent", poster.quantize(16), {"interlace": True, "transparency": 3}
    yield "GIF", "animated", poster, {"save_all": True, "append_images": frames, "comment": b"drawn"}
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        yield "BMP", mode, alpha if mode == "RGBA" else poster.convert(mode), {}
    for mode, compressions in TIFF_COMPRESSIONS.items():
        picture = {"RGBA": alpha, "I;16": deep}.get(mode) or poster.convert(mode)
        for compression in compressions:
            yield "TIFF", f"{mode} {compression}", picture, {"compression": compression}
    yield "TIFF", "big, pages", poster, {"save_all": True, "append_images": frames, "big_tiff": True}
    yield "TIFF", "EXIF and ICC", poster, {"exif": exif, "icc_profile": profile}


def _by_hand(poster: Image.Image) -> Iterator[tuple[str, str, bytes]]:
    """What Pillow reads but does not write."""
    yield "PNG", "interlaced", _interlaced_png(poster.convert("L"))
    yield "BMP", "RLE8", _rle_bmp(poster.quantize(200))
    yield "BMP", "top down, 16 bit", _bit_field_bmp(poster)
    yield "TIFF", "tiled", _tiled_tiff(poster)


def _interlaced_png(grey: Image.Image) -> bytes:
    """Adam7: seven coarser pictures one after the other (PNG specification, 8.2)."""
    pixels = np.asarray(grey)
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
    rows = b"".join(
        b"\0" + row.tobytes() for top, left, down, right in passes for row in pixels[top::down, left::right]
    )
    header = struct.pack(">IIBBBBB", *grey.size, 8, 0, 0, 0, 1)
    chunks = [Piece(b"IHDR", header), Piece(b"IDAT", zlib.compress(rows)), Piece(b"IEND", b"")]
    return join("PNG", [Piece(b"", PNG_MAGIC), *chunks])


def _rle_bmp(indexed: Image.Image) -> bytes:
    """Runs of one pixel each, with ends of lines and of the file."""
    colours = bytes(indexed.getpalette("BGRX") or b"").ljust(1024, b"\0")
    rows = np.asarray(indexed)[::-1]
    body = b"".join(b"".join(bytes((1, value)) for value in row) + b"\0\0" for row in rows.tolist()) + b"\0\1"
    return _bmp(indexed.size, 8, 1, colours, body)


def _bit_field_bmp(poster: Image.Image) -> bytes:
    """Five, six and five bits, first line first."""
    red, green, blue = np.moveaxis(np.asarray(poster).astype(np.uint16), 2, 0)
    packed = (red >> 3 << 11) | (green >> 2 << 5) | (blue >> 3)
    padded = np.pad(packed, ((0, 0), (0, packed.shape[1] % 2)))
    width, height = poster.size
    return _bmp((width, -height), 16, 3, struct.pack("<III", 0xF800, 0x07E0, 0x001F), padded.tobytes())


def _tiled_tiff(poster: Image.Image) -> bytes:
    """Tiles of 64×64, without compression."""
    pixels = np.asarray(poster)
    rows, columns = -(-pixels.shape[0] // _TILE), -(-pixels.shape[1] // _TILE)
    missing = ((0, rows * _TILE - pixels.shape[0]), (0, columns * _TILE - pixels.shape[1]), (0, 0))
    tiles = np.pad(pixels, missing).reshape(rows, _TILE, columns, _TILE, 3).swapaxes(1, 2)
    count, size = rows * columns, 3 * _TILE**2
    # Behind the header: the two lists (where tiles start, how long they are), the bit depths, the tiles.
    lists = 8 + 4 * count, 8
    depths = 8 + 8 * count
    first = depths + 6
    tags = (
        (256, poster.width), (257, poster.height), (258, depths), (259, 1), (262, 2), (277, 3),
        (322, _TILE), (323, _TILE), (324, lists[1]), (325, lists[0]),
    )  # fmt: skip
    counts = {258: (3, 3), 324: (4, count), 325: (4, count)}
    entries = b"".join(struct.pack("<HHII", tag, *counts.get(tag, (4, 1)), value) for tag, value in tags)
    starts = struct.pack(f"<{count}I", *(first + size * number for number in range(count)))
    lengths = struct.pack(f"<{count}I", *[size] * count)
    body = starts + lengths + struct.pack("<HHH", 8, 8, 8) + tiles.tobytes()
    directory = struct.pack("<H", len(tags)) + entries + b"\0" * 4
    return b"II*\0" + struct.pack("<I", 8 + len(body)) + body + directory


def _bmp(size: tuple[int, int], bits: int, compression: int, tables: bytes, body: bytes) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, *size, 1, bits, compression, len(body), 0, 0, 0, 0)
    offset = 14 + len(info) + len(tables)
    return b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset) + info + tables + body
