"""Makes a backup of a system that may be at work."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO, Final

from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from launcher.backup.archive import PIECE, ArchiveWriter
from launcher.backup.manifest import FORMAT, Manifest
from launcher.backup.places import Places
from launcher.backup.rows import write_rows
from launcher.configuration import Unavailable
from migrations.upgrade import DatabaseNotReady, current_revision
from model_engine.errors import VersionError
from model_engine.version_store import VersionStore
from model_engine.versions import MANIFEST_FILE, check_files, read_manifest
from models.database import Database
from models.fail_points import reach
from models.repositories.snapshots import SnapshotRepository, first_line
from posters.store import PosterMissing, PosterStore, PosterStoreError

PARALLEL_READS: Final = 16
"""Posters fetched at a time, for stores that are far away; each has at most 512 kB."""

POSTERS_TABLE: Final = "posters"
"""Names every poster that any row refers to."""

Progress = Callable[[str, int, int | None], None]
"""Takes what is being done, how many are done, and of how many (None where nobody knows)."""


@dataclass(kw_only=True)
class _Rows:
    revision: str
    read_at: datetime
    counts: dict[str, int] = field(default_factory=dict)
    poster_ids: list[str] = field(default_factory=list)


async def back_up(places: Places, target: Path, *, force: bool, progress: Progress) -> Manifest:
    """Writes a backup to `target`, which appears whole or not at all, for its owner alone.

    Rows are read in one state of the database; posters and versions after them, because rows never name what is
    not yet there. Takes memory for every entry's name, about half a kilobyte, and beyond that a fixed amount.

    Raises:
        Unavailable: `target` exists (without `force`) or cannot be written; there is nothing to back up, or it
            cannot be read.
    """
    try:
        with _appearing(target, force=force) as file:
            archive = ArchiveWriter(file)
            rows = await _back_up_rows(places, archive, progress)
            reach("backup.rows_written")
            lost_posters = await _back_up_posters(places.posters, archive, rows.poster_ids, progress)
            kept, damaged = await asyncio.to_thread(_back_up_versions, places.versions, archive, progress)
            manifest = Manifest(
                format=FORMAT,
                program=version("poster-judge"),
                created_at=rows.read_at.isoformat(),
                revision=rows.revision,
                rows=rows.counts,
                posters=len(rows.poster_ids) - len(lost_posters),
                versions=tuple(kept),
                missing_posters=tuple(lost_posters),
                missing_versions=tuple(damaged),
                entries=archive.entries,
            )
            archive.finish(manifest)
            reach("backup.finished")
            return manifest
    except OSError as error:
        raise Unavailable(f"The backup {target} cannot be written: {error.strerror or error}.") from None


@contextmanager
def _appearing(target: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file beside `target` that takes its place at the end of the block, and is removed if that fails."""
    if target.exists() and not force:
        raise Unavailable(f"{target} exists: choose another name, or overwrite it with --force.")
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.absolute().parent)
    try:
        with open(number, "wb") as file:
            yield file
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


async def _back_up_rows(places: Places, archive: ArchiveWriter, progress: Progress) -> _Rows:
    try:
        if await asyncio.to_thread(current_revision, places.database_url) is None:
            raise Unavailable("There is no database yet, and so nothing to back up.")
        database = Database(places.database_url)
        try:
            async with database.reading() as session:
                return await _write_all_rows(await SnapshotRepository.frozen(session), archive, progress)
        finally:
            await database.close()
    except DatabaseNotReady as error:
        raise Unavailable(str(error)) from None
    except SQLAlchemyError as error:
        raise Unavailable(f"The database cannot be read: {first_line(error)}.") from None


async def _write_all_rows(snapshot: SnapshotRepository, archive: ArchiveWriter, progress: Progress) -> _Rows:
    assert snapshot.revision is not None
    rows = _Rows(revision=snapshot.revision, read_at=datetime.now(UTC))
    done = 0

    async def watched(table: str) -> AsyncIterator[list[dict[str, Any]]]:
        nonlocal done
        async for portion in snapshot.rows(table):
            if table == POSTERS_TABLE:
                rows.poster_ids += [row["id"] for row in portion]
            yield portion
            done += len(portion)
            progress("rows", done, None)

    for table in snapshot.tables:
        rows.counts[table] = await write_rows(archive, table, watched(table))
    return rows


async def _back_up_posters(
    store: PosterStore, archive: ArchiveWriter, poster_ids: list[str], progress: Progress
) -> list[str]:
    """Gives the ids of those that are missing or damaged."""
    missing = []
    for start in range(0, len(poster_ids), PARALLEL_READS):
        wanted = poster_ids[start : start + PARALLEL_READS]
        found = await asyncio.gather(*(store.get(poster_id) for poster_id in wanted), return_exceptions=True)
        for poster_id, jpeg in zip(wanted, found, strict=True):
            if isinstance(jpeg, bytes):
                archive.add(f"posters/{poster_id}.jpg", len(jpeg), (jpeg,))
            elif isinstance(jpeg, PosterMissing):
                missing.append(poster_id)
            elif isinstance(jpeg, PosterStoreError):
                raise Unavailable(f"The poster store cannot be read: {jpeg}.") from None
            else:
                raise jpeg
        progress("posters", start + len(wanted), len(poster_ids))
    return missing


def _back_up_versions(store: VersionStore, archive: ArchiveWriter, progress: Progress) -> tuple[list[str], list[str]]:
    """Gives the names of the versions that are in the backup, and of those that are damaged."""
    kept, damaged = [], []
    try:
        names = sorted(store.published())
        for done, name in enumerate(names):
            progress("versions", done, len(names))
            try:
                folder = store.fetch(name)
                manifest = read_manifest(folder)
                check_files(folder, manifest)
            except VersionError:
                damaged.append(name)
                continue
            for file in (*manifest.files, MANIFEST_FILE):
                path = folder / file
                archive.add(f"versions/{name}/{file}", path.stat().st_size, _pieces(path))
            kept.append(name)
    except BaseError as error:
        raise Unavailable(f"The version store cannot be read: {str(error).splitlines()[0]}.") from None
    return kept, damaged


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
