"""Ways to spoil a file that work on any format: blind ones, and ones that know its pieces and its numbers."""

import random
import struct
from collections.abc import Callable, Sequence

from bench.fuzz.attacks import ATTACKS
from bench.fuzz.containers import Piece, join, split
from bench.fuzz.numbers import number_in_header, with_number
from bench.fuzz.seeds import Seed

HEAD = range(4, 120)
"""Bytes in which most formats keep what a decoder believes; without the first, since a file that is no picture finds
nothing."""

MOST_BYTES = 1_000_000
"""Longer results are cut: one that only grows finds nothing new and takes the others' time."""

_KINDS = {
    "PNG": (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sBIT", b"bKGD", b"acTL", b"fcTL", b"fdAT"),
    "JPEG": (b"\xff\xc0", b"\xff\xc2", b"\xff\xc4", b"\xff\xda", b"\xff\xdb", b"\xff\xdd", b"\xff\xe1", b"\xff\xee"),
    "WEBP": (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"EXIF", b"ICCP", b"XMP "),
}

Mutation = Callable[[random.Random, bytes, str], bytes]


def mutate(dice: random.Random, seeds: Sequence[Seed]) -> tuple[Seed, str, bytes]:
    """A seed, what was done to it, and the spoilt file; the same for the same dice."""
    format_ = dice.choice(sorted({seed.format for seed in seeds}))
    seed = dice.choice([seed for seed in seeds if seed.format == format_])
    data, done = seed.data, []
    if dice.random() < 0.1:
        name, attack = dice.choice(ATTACKS[format_])
        data, done = attack(dice, data), [name]
    elif dice.random() < 0.08:
        data, done = _splice(dice, data, dice.choice(seeds)), ["splice"]
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 5, 8)) - len(done)):
        mutation = dice.choice(_MUTATIONS)
        data = mutation(dice, data, seed.format)[:MOST_BYTES]
        done.append(mutation.__name__.removeprefix("_"))
    if format_ == "PNG" and dice.random() < 0.5:
        # Else its checksums would keep nearly everything from the decoder.
        data = _remade(data, format_)
    return seed, "+".join(done), data


def _splice(dice: random.Random, data: bytes, other: Seed) -> bytes:
    """The head of one file and the rest of another, or the one behind the other: a polyglot."""
    if dice.random() < 0.3:
        return data + other.data
    share = dice.random()
    return data[: int(len(data) * share)] + other.data[int(len(other.data) * dice.choice((share, dice.random()))) :]


def _flip_bits(dice: random.Random, data: bytes, _: str) -> bytes:
    changed = bytearray(data)
    for _strike in range(dice.choice((1, 1, 2, 8, 64)) if data else 0):
        changed[_place(dice, data)] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _overwrite(dice: random.Random, data: bytes, _: str) -> bytes:
    at, length = _place(dice, data), dice.choice((1, 2, 4, 16, 200, 4000))
    run = bytes([dice.choice((0, 0xFF, 0x7F, 0x80, dice.randrange(256)))]) * length
    return data[:at] + dice.choice((run, dice.randbytes(length))) + data[at + length :]


def _truncate(dice: random.Random, data: bytes, _: str) -> bytes:
    return data[: _place(dice, data)]


def _insert(dice: random.Random, data: bytes, _: str) -> bytes:
    at = _place(dice, data)
    return data[:at] + dice.choice((b"\0", b"\xff", dice.randbytes(1))) * dice.choice((1, 2, 16, 5000)) + data[at:]


def _repeat(dice: random.Random, data: bytes, _: str) -> bytes:
    start = _place(dice, data)
    part = data[start : start + dice.choice((1, 4, 64, 1000, 20_000))]
    at = dice.choice((start, _place(dice, data)))
    return data[:at] + part * dice.choice((1, 2, 10, 100)) + data[at:]


def _delete(dice: random.Random, data: bytes, _: str) -> bytes:
    at = _place(dice, data)
    return data[:at] + data[at + dice.choice((1, 2, 4, 16, 200, 4000)) :]


def _number_anywhere(dice: random.Random, data: bytes, _: str) -> bytes:
    return with_number(dice, data, _place(dice, data), dice.choice((1, 2, 4, 8)), dice.choice(("little", "big")))


def _shuffle_pieces(dice: random.Random, data: bytes, format_: str) -> bytes:
    """Chunks left out, doubled, exchanged or moved; lengths and checksums fit."""
    pieces = _pieces(data, format_)
    first, second = _index(dice, pieces), _index(dice, pieces)
    match dice.randrange(4):
        case 0:
            del pieces[first]
        case 1:
            pieces[second:second] = [pieces[first]] * dice.choice((1, 1, 2, 50))
        case 2:
            pieces[first], pieces[second] = pieces[second], pieces[first]
        case _:
            pieces.insert(second, pieces.pop(first))
    return join(format_, pieces)


def _spoil_piece(dice: random.Random, data: bytes, format_: str) -> bytes:
    """One chunk's content or name spoilt; its length and checksum fit, so that a decoder looks at it."""
    pieces = _pieces(data, format_)
    at = _index(dice, pieces)
    kind, body = pieces[at]
    if kind and dice.random() < 0.2:
        kind = dice.choice(_KINDS[format_])
    else:
        body = dice.choice(_BLIND)(dice, body, format_)
    pieces[at] = Piece(kind, body)
    return join(format_, pieces)


def _add_piece(dice: random.Random, data: bytes, format_: str) -> bytes:
    """A chunk of a known name and content made by chance."""
    pieces = _pieces(data, format_)
    body = dice.choice((b"", dice.randbytes(dice.choice((1, 4, 9, 26, 300))), b"\0" * 40, b"\xff" * 40))
    pieces.insert(_index(dice, pieces), Piece(dice.choice(_KINDS.get(format_, (b"",))), body))
    return join(format_, pieces)


def _pieces(data: bytes, format_: str) -> list[Piece]:
    """At least one; a file spoilt before may no longer come apart."""
    try:
        return split(format_, data) or [Piece(b"", data)]
    except (IndexError, struct.error):
        return [Piece(b"", data)]


def _index(dice: random.Random, pieces: Sequence[Piece]) -> int:
    """Of any piece, seldom of the first, by which the format is known."""
    return dice.randrange(1 if len(pieces) > 1 and dice.random() < 0.95 else 0, len(pieces))


def _remade(data: bytes, format_: str) -> bytes:
    return join(format_, _pieces(data, format_))


def _place(dice: random.Random, data: bytes) -> int:
    """Half of the strikes go for the head."""
    last = max(len(data) - 1, 0)
    return min(dice.choice(HEAD), last) if dice.random() < 0.5 else dice.randrange(last + 1)


_BLIND: tuple[Mutation, ...] = (_flip_bits, _overwrite, _truncate, _insert, _repeat, _delete, _number_anywhere)
_MUTATIONS: tuple[Mutation, ...] = (
    *_BLIND,
    number_in_header,
    number_in_header,
    number_in_header,
    _shuffle_pieces,
    _shuffle_pieces,
    _spoil_piece,
    _spoil_piece,
    _spoil_piece,
    _add_piece,
)
