"""Lines of IMDb's files, as developer.imdb.com/non-commercial-datasets describes them: tabs, and no quotes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from models.film_titles import LENGTH, search_title
from models.genres import GENRE_INDEX

FILM_TYPES: Final = frozenset({"movie", "tvMovie", "short", "video", "tvShort", "tvSpecial"})
"""Of IMDb's title types: what has a poster of its own and is watched in one sitting."""

NULL: Final = "\\N"

_ID: Final = re.compile(r"tt\d{7,10}", re.ASCII)
_YEAR: Final = re.compile(r"[12]\d{3}", re.ASCII)
_VOTES: Final = re.compile(r"\d{1,9}", re.ASCII)


class BadLine(ValueError):
    """A line is not what IMDb's description says."""


@dataclass(frozen=True, kw_only=True)
class ImdbFile:
    """One of IMDb's files, and how its lines are read."""

    name: str
    columns: tuple[str, ...]
    """What its first line names; IMDb may add more behind them."""
    rows_are: str
    """What it holds, in the plural."""
    read_fields: Callable[[list[str]], dict[str, Any] | None]
    """Gives a row for `FilmRepository`, or None for a line that is not wanted. Raises `BadLine` and `ValueError`."""

    def is_header(self, line: bytes) -> bool:
        """Whether a file's first line says that it is this one."""
        return tuple(line.rstrip(b"\r\n").split(b"\t"))[: len(self.columns)] == tuple(
            column.encode() for column in self.columns
        )

    def read(self, line: bytes) -> dict[str, Any] | None:
        """A row for `FilmRepository`; None for a line that is not wanted.

        Raises:
            BadLine: it is cut off, no UTF-8, or a column holds what it may not.
        """
        if not line.endswith(b"\n") or b"\0" in line:
            raise BadLine
        try:
            fields = line.decode().rstrip("\r\n").split("\t")
            if len(fields) < len(self.columns):
                raise BadLine
            return self.read_fields(fields)
        except ValueError as error:
            raise BadLine from error


def _read_title(fields: list[str]) -> dict[str, Any] | None:
    film_id, title_type, title, _, is_adult, year, _, _, names = fields[:9]
    if title_type not in FILM_TYPES or is_adult == "1":
        return None
    key = search_title(title)
    if is_adult != "0" or not key or title == NULL:
        raise BadLine
    genres = names.split(",")
    return {
        "id": _checked(_ID, film_id),
        "title": title[:LENGTH],
        "search_title": key,
        "year": None if year == NULL else int(_checked(_YEAR, year)),
        "genres": [name for name in genres if name in GENRE_INDEX],
    }


def _read_rating(fields: list[str]) -> dict[str, Any]:
    film_id, score, votes = fields[:3]
    value = float(score)
    if not 0 <= value <= 10:
        raise BadLine
    return {"film_id": _checked(_ID, film_id), "new_score": value, "new_votes": int(_checked(_VOTES, votes))}


def _checked(pattern: re.Pattern[str], value: str) -> str:
    if pattern.fullmatch(value) is None:
        raise BadLine
    return value


BASICS: Final = ImdbFile(
    name="title.basics",
    rows_are="films",
    columns=(
        "tconst",
        "titleType",
        "primaryTitle",
        "originalTitle",
        "isAdult",
        "startYear",
        "endYear",
        "runtimeMinutes",
        "genres",
    ),
    read_fields=_read_title,
)

RATINGS: Final = ImdbFile(
    name="title.ratings",
    rows_are="ratings",
    columns=("tconst", "averageRating", "numVotes"),
    read_fields=_read_rating,
)
