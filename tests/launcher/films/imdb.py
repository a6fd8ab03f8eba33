"""Small files of the shape of IMDb's, and what the database has of them."""

import gzip
import json
from pathlib import Path
from typing import Any

from sqlalchemy import URL, text

from models.database import create_sync_engine
from models.imdb_files import BASICS, RATINGS


def title(number: int, name: str = "", kind: str = "movie") -> str:
    """A line of `title.basics`."""
    name = name or f"Film {number}"
    return f"tt{number:07}\t{kind}\t{name}\t{name}\t0\t1995\t\\N\t90\tDrama,News\n"


def rating(number: int, score: float = 7.5, votes: int = 10) -> str:
    """A line of `title.ratings`."""
    return f"tt{number:07}\t{score}\t{votes}\n"


def basics(path: Path, *lines: str) -> Path:
    """Writes a `title.basics`."""
    path.write_text("\t".join(BASICS.columns) + "\n" + "".join(lines), encoding="utf-8")
    return path


def ratings(path: Path, *lines: str) -> Path:
    """Writes a `title.ratings`."""
    path.write_text("\t".join(RATINGS.columns) + "\n" + "".join(lines))
    return path


def packed(path: Path) -> Path:
    """The same file as IMDb offers it."""
    packed_path = path.with_name(f"{path.name}.gz")
    packed_path.write_bytes(gzip.compress(path.read_bytes()))
    return packed_path


def films_in(url: URL) -> list[tuple[Any, ...]]:
    """All films, with all that is known of them."""
    engine = create_sync_engine(url)
    with engine.connect() as connection:
        query = text("SELECT id, title, search_title, year, score, votes, CAST(genres AS TEXT) FROM films ORDER BY id")
        rows = [(*row[:-1], json.loads(row[-1])) for row in connection.execute(query)]
    engine.dispose()
    return rows
