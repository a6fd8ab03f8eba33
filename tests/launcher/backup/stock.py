"""Systems to back up and to restore into: a database of either kind, posters, versions, and what is in them."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, URL, Boolean, Column, Float, Integer, LargeBinary, Table, insert, select

from launcher.backup.backing_up import back_up
from launcher.backup.places import Places
from launcher.backup.restoring import restore
from model_engine.version_store import VersionStore
from model_engine.versions import NEEDED_FILES, seal
from models.database import create_sync_engine
from models.tables import Base
from models.tables.base import EnumValue, UtcDateTime
from posters.store import PosterStore
from tests.databases import migrate

MakeUrl = Callable[[str], URL]
"""Makes the address of an empty database of a kind."""

PAIRS = [("sqlite", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "postgresql"), ("postgresql", "sqlite")]
"""From which kind of database to which."""


def jpeg(index: int) -> bytes:
    """What stands for a poster; nobody looks into it on the way."""
    return b"\xff\xd8\xff" + bytes([index % 256]) * (1000 + index)


def poster_id(index: int) -> str:
    return hashlib.sha256(jpeg(index)).hexdigest()


def places_in(folder: Path, url: URL) -> Places:
    return Places(
        data_dir=folder,
        database_url=url,
        posters=PosterStore.open(folder / "posters"),
        versions=VersionStore(f"file://{folder / 'versions'}", folder / "version-cache"),
    )


def row_of(table: Table, index: int) -> dict[str, Any]:
    """A row with something in every column that has to have something, and in the others in two rows of three."""
    return {
        column.name: None if column.nullable and index % 3 == 0 else value_of(column, index) for column in table.columns
    }


def value_of(column: Column[Any], index: int) -> Any:
    kind = column.type
    for key in column.foreign_keys:
        return value_of(key.column, index)
    if (column.table.name, column.name) == ("posters", "id"):
        return poster_id(index)
    values: list[tuple[type, Callable[[], Any]]] = [
        (EnumValue, lambda: list(kind.kind)[index % len(kind.kind)]),
        (UtcDateTime, lambda: datetime(2026, 2, 28, 23, 59, 59, 999_999 - index, UTC) - timedelta(hours=index)),
        (Boolean, lambda: index % 2 == 0),
        (Float, lambda: index / 7),
        (Integer, lambda: 2**62 + index if kind.__visit_name__ == "big_integer" else index),
        (LargeBinary, lambda: bytes(range(256)) * 10),
        (JSON, lambda: {"Sci-Fi": 0.1 + index, "wörter": ["🎬", None, True, 2**53 + 1], "\ud83d": {}}),
    ]
    for type_, value in values:
        if isinstance(kind, type_):
            return value()
    return f'{index} ‘Amélie’ "№"\n\\u0041 🎬'[: kind.length or 100]


def fill(url: URL, count: int, *, first: int = 0) -> None:
    """Puts `count` rows into every table."""
    engine = create_sync_engine(url)
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(insert(table), [row_of(table, index) for index in range(first, first + count)])
    engine.dispose()


def rows_in(url: URL) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, in the order of their keys."""
    engine = create_sync_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [
                dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return {name: sorted(rows, key=lambda row: str(next(iter(row.values())))) for name, rows in found.items()}


def make_version(folder: Path, name: str, content: bytes = b"") -> Path:
    """A sealed folder that nobody can judge with."""
    folder.mkdir(parents=True)
    for file in NEEDED_FILES:
        (folder / file).write_bytes(file.encode() * 1000 + content)
    seal(folder, name, "efficientnet-lite0")
    return folder


async def stocked(folder: Path, url: URL, count: int = 12) -> Places:
    """A system with rows in every table, as many posters, and one version of its own."""
    migrate(url)
    fill(url, count)
    places = places_in(folder, url)
    for index in range(count):
        await places.posters.put_back(poster_id(index), jpeg(index))
    places.versions.publish(make_version(folder / "made", "mine-2"))
    return places


def quiet(what: str, done: int, total: int | None) -> None:
    """Shows no progress."""


async def backed_up(places: Places, target: Path) -> Path:
    await back_up(places, target, force=False, progress=quiet)
    return target


async def restored(source: Path, places: Places) -> Places:
    await restore(places, source, quiet)
    return places
