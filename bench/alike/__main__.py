"""`python -m bench.alike FOLDER`: the folder holds posters, in zips or as files, one a film."""

import itertools
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from bench.alike.copies import COPIES
from bench.alike.pictures import pictures
from posters.perceptual_hash import ALIKE, perceptual_hash

COPIED = 40
"""Every so many-th poster is copied in every way."""

SHOWN = 12
"""Largest distance in the tables."""


def main(folder: Path) -> None:
    """Hashes every poster and copies of some, and prints both tables."""
    hashes: list[int] = []
    blank = 0
    copied: dict[str, Counter[int]] = {name: Counter() for name in COPIES}
    for number, picture in enumerate(pictures(folder)):
        own = perceptual_hash(picture)
        if own is None:
            blank += 1
            continue
        hashes.append(own)
        if number % COPIED == 0:
            for name, copy in COPIES.items():
                other = perceptual_hash(copy(picture))
                copied[name][64 if other is None else distance(own, other)] += 1
    print(f"{len(hashes)} posters, {blank} next to blank; alike: at most {ALIKE} bits")
    print(f"pairs of films within so many bits: {between(np.array(hashes, np.int64))}")
    print("copies within so many bits:")
    for name, counts in copied.items():
        shares = itertools.accumulate(counts[bits] / counts.total() for bits in range(SHOWN + 1))
        print(f"  {name:<12}", *(f"{bits}: {share:.3f}" for bits, share in enumerate(shares) if bits % 2 == 0))


def distance(one: int, other: int) -> int:
    """Bits in which two hashes differ."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def between(hashes: np.ndarray) -> dict[int, int]:
    """Pairs of posters by the bits in which they differ, up to `SHOWN`."""
    ones = np.array([number.bit_count() for number in range(1 << 16)], np.uint8)
    pairs: Counter[int] = Counter()
    for number in range(len(hashes)):
        differing = (hashes[number + 1 :] ^ hashes[number]).view(np.uint16).reshape(-1, 4)
        pairs.update(dict(enumerate(np.bincount(ones[differing].sum(axis=1), minlength=SHOWN + 1)[: SHOWN + 1])))
    return {bits: int(pairs[bits]) for bits in range(SHOWN + 1) if pairs[bits]}


main(Path(sys.argv[1]))
