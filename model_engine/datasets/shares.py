"""What part of a data set each split gets, as people write it: `80/20`, `5/7,1/7,1/7`, `0.8,0.1,0.1`, `70/15/15`."""

import re
from fractions import Fraction
from typing import Final

from model_engine.datasets.manifest import DatasetError

NAMES: Final = {2: ("train", "test"), 3: ("train", "validation", "test")}
"""The splits by how many shares are given."""

TOLERANCE: Final = Fraction(1, 100)
"""How far decimals may miss a sum of 1, as 0.33 three times does."""


def parse_shares(words: str) -> dict[str, Fraction]:
    """The share of each split, positive, with a sum of 1.

    Parts stand between commas, hyphens or spaces; where there are none, between slashes. Whole numbers are
    proportions (`80/20`, `4,1`); decimals and fractions are parts of the whole.

    Raises:
        DatasetError: these are no two or three shares, or parts of the whole do not make the whole.
    """
    between = r"[,\s-]+" if re.search(r"[,\s-]", words.strip()) else "/"
    try:
        parts = [Fraction(part) for part in re.split(between, words.strip())]
    except (ValueError, ZeroDivisionError):
        parts = []
    if len(parts) not in NAMES or min(parts) <= 0:
        raise DatasetError(f"{words} are no shares: give two or three, such as 80/20, 5/7,1/7,1/7 or 0.8,0.1,0.1.")
    total = sum(parts)
    if any(part.denominator != 1 for part in parts) and abs(total - 1) > TOLERANCE:
        raise DatasetError(f"The shares {words} make {float(total):.3g} of the whole, not 1.")
    return {name: part / total for name, part in zip(NAMES[len(parts)], parts, strict=True)}
