"""Numbers in files set to what a decoder may not have thought of."""

import random

from bench.fuzz.containers import Order, join, split, tiff_directory, tiff_order

EXTREMES = (0, 1, 2, 0x7F, 0xFF, 0x100, 0x7FFF, 0xFFFF, 2**24, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)
"""Values at which lengths, sizes and offsets go wrong."""

NEAR = (-256, -2, -1, 1, 2, 256)

_NUMBERS = {
    "PNG": ((16, 4), (20, 4), (24, 1), (25, 1), (26, 1), (27, 1), (28, 1)),
    "JPEG": ((2, 2), (4, 1), (5, 2), (7, 2), (9, 1)),
    "GIF": ((6, 2), (8, 2), (10, 1), (11, 1), (12, 1)),
    "BMP": ((10, 4), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2), (30, 4), (34, 4), (46, 4), (50, 4)),
    "WEBP": ((4, 4), (12, 4), (16, 4), (20, 1), (23, 3), (24, 3), (26, 2), (27, 3), (28, 2)),
}
"""Offset and width of the numbers in a file's header; of JPEG, in its frame header. Those of TIFF lie in entries."""
_FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCA})


def number_in_header(dice: random.Random, data: bytes, format_: str) -> bytes:
    """A width, a depth, a count or an offset set to an extreme, its checksum mended."""
    if format_ == "TIFF":
        return _tag_value(dice, data)
    at, width = dice.choice(_NUMBERS[format_])
    if format_ == "JPEG":
        at += next((place for place in range(2, len(data) - 1) if _is_frame_header(data, place)), 0)
    changed = with_number(dice, data, at, width, "big" if format_ in ("PNG", "JPEG") else "little")
    return join(format_, split(format_, changed)) if format_ == "PNG" else changed


def _is_frame_header(data: bytes, place: int) -> bool:
    return data[place] == 0xFF and data[place + 1] in _FRAME_HEADERS


def _tag_value(dice: random.Random, data: bytes) -> bytes:
    """One field of an entry of the first directory."""
    if len(data) < 16:
        return data
    order = tiff_order(data)
    start, size, head = tiff_directory(data)
    count = int.from_bytes(data[start : start + head], order)
    entry = start + head + size * dice.randrange(max(min(count, 200), 1))
    places = ((0, 2), (2, 2), (4, 8), (12, 8)) if size == 20 else ((0, 2), (2, 2), (4, 4), (8, 2), (8, 4), (12, 4))
    place, width = dice.choice(places)
    if place == 0 and dice.random() < 0.7:
        # Another tag that Pillow or libtiff acts upon, with this one's value.
        tag = dice.choice((256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 322, 324, 330, 338, 339, 34665))
        return data[:entry] + tag.to_bytes(2, order) + data[entry + 2 :]
    return with_number(dice, data, entry + place, width, order)


def with_number(dice: random.Random, data: bytes, at: int, width: int, order: Order) -> bytes:
    """`data` with the number of `width` bytes at `at` set to an extreme, to a near one, or to a small one."""
    old = int.from_bytes(data[at : at + width], order)
    value = dice.choice((dice.choice(EXTREMES), old + dice.choice(NEAR), dice.randrange(64), dice.randrange(3000)))
    field = (value & (1 << 8 * width) - 1).to_bytes(width, order)
    return data[:at] + field + data[at + width :]
