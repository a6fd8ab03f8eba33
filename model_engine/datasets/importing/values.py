"""Reads one value of a manifest out of whatever a source wrote: each function gives None where it is missing."""

import re
from collections.abc import Sequence
from typing import Any, Final

from model_engine.datasets.manifest import joined
from models.genres import GENRES

ABSENT: Final = frozenset({"", "n/a", "\\n"})
"""What stands for a missing value, in small letters; `\\N` is IMDb's own."""

ABSENT_BUT_IN_TITLES: Final = ABSENT | {"na", "nan", "none", "null", "-"}
"""And what programs leave in its place; there are films of these names."""

YEARS: Final = range(1874, 2101)
"""From the first moving pictures on."""

MOST_VOTES: Final = 10**9
LONGEST_TEXT: Final = 2_000
"""Characters."""

SPLIT_NAMES: Final = {"train": "train", "training": "train", "validation": "validation", "valid": "validation",
                      "val": "validation", "dev": "validation", "test": "test", "testing": "test"}  # fmt: skip

_FIRST_YEAR: Final = re.compile(r"(?<!\d)(\d{4})(?!\d)", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+|\d+", re.ASCII)
_SCORE: Final = re.compile(r"(\d{1,2}(?:\.\d{1,20})?)(?:\s*/\s*10)?", re.ASCII)
_ADDRESS: Final = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_BETWEEN_GENRES: Final = re.compile(r"[|,;/]")
_IMDB_NUMBER: Final = re.compile(r"(?:tt)?(\d{1,10})", re.ASCII)

_OTHER_NAMES: Final = {"science fiction": "Sci-Fi", "scifi": "Sci-Fi", "film noir": "Film-Noir"}
_GENRES: Final = {name.casefold(): name for name in GENRES} | _OTHER_NAMES


class BrokenValue(ValueError):
    """Something is there, but not what it should be."""


def title(value: Any) -> str | None:
    """As `text`, but a film may be called Null.

    Raises:
        BrokenValue: see `text`.
    """
    return text(value, ABSENT)


def text(value: Any, absent: frozenset[str] = ABSENT_BUT_IN_TITLES) -> str | None:
    """A text without spaces around it, on one line.

    Raises:
        BrokenValue: it is no text or number, or far too long.
    """
    if value is None:
        return None
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise BrokenValue
    words = " ".join(str(value).split())
    if words.casefold() in absent:
        return None
    if len(words) > LONGEST_TEXT or "\0" in words:
        raise BrokenValue
    return words


def year(value: Any) -> int | None:
    """The first year in it: `1995`, `(1995)`, `1995–1998`, `1995-11-22`.

    Raises:
        BrokenValue: there is none, or it is before there were films.
    """
    words = text(value)
    if words is None:
        return None
    found = _FIRST_YEAR.search(words.removesuffix(".0"))
    if found is None or int(found[1]) not in YEARS:
        raise BrokenValue
    return int(found[1])


def score(value: Any) -> float | None:
    """A score of 0 to 10: `8.3`, `8.3/10`.

    Raises:
        BrokenValue: it is none.
    """
    words = text(value)
    if words is None:
        return None
    found = _SCORE.fullmatch(words)
    if found is None or float(found[1]) > 10:
        raise BrokenValue
    return float(found[1])


def votes(value: Any) -> int | None:
    """How many voted: `1234`, `1,234`.

    Raises:
        BrokenValue: it is no such number.
    """
    words = text(value)
    if words is None:
        return None
    words = words.removesuffix(".0")
    if _NUMBER.fullmatch(words) is None or int(words.replace(",", "")) > MOST_VOTES:
        raise BrokenValue
    return int(words.replace(",", ""))


def genres(value: Any) -> str | None:
    """Genres as the manifest has them, each once; names of the vocabulary in its spelling, others as they are.

    Args:
        value: A list of names, or a text with `|`, `,`, `;` or `/` between them.

    Raises:
        BrokenValue: it is neither.
    """
    if isinstance(value, Sequence) and not isinstance(value, str):
        names = [text(name) for name in value]
    else:
        names = [text(name) for name in _BETWEEN_GENRES.split(text(value) or "")]
    known = (_GENRES.get(name.casefold(), name.replace("|", " ")) for name in names if name is not None)
    return joined(list(dict.fromkeys(known)))


def address(value: Any) -> str | None:
    """Where a picture can be fetched, by http or https.

    Raises:
        BrokenValue: it is no such address.
    """
    words = text(value)
    if words is not None and _ADDRESS.fullmatch(words) is None:
        raise BrokenValue
    return words


def split(value: Any) -> str | None:
    """One of `dataset.SPLITS`, also by other names for them.

    Raises:
        BrokenValue: it is none.
    """
    words = text(value)
    if words is None:
        return None
    if words.casefold() not in SPLIT_NAMES:
        raise BrokenValue
    return SPLIT_NAMES[words.casefold()]


def imdb_id(value: Any) -> str | None:
    """IMDb's id of a film, as IMDb writes it: `tt0114709`, also from `114709`.

    Raises:
        BrokenValue: it is none.
    """
    words = text(value)
    if words is None:
        return None
    found = _IMDB_NUMBER.fullmatch(words)
    if found is None:
        raise BrokenValue
    return f"tt{int(found[1]):07}"


def title_and_year(words: str) -> tuple[str, str | None]:
    """`Toy Story (1995)` taken apart; without a year at its end, the title as it is."""
    found = re.fullmatch(r"(.*\S)\s*\((\d{4})[^()]{0,8}\)\s*", words, re.DOTALL | re.ASCII)
    return (found[1], found[2]) if found else (words, None)
