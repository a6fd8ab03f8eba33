"""Fills an empty system from a backup: first all is checked, and what makes it a system, the rows, comes last."""

import asyncio
import tempfile
from itertools import islice
from pathlib import Path
from typing import Final

from obstore.exceptions import BaseError
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from launcher.backup.archive import SMALL, Archive
from launcher.backup.backing_up import Progress
from launcher.backup.manifest import BackupUnusable, Manifest
from launcher.backup.places import Places
from launcher.backup.rows import read_rows
from launcher.configuration import Unavailable
from launcher.data_lock import alone
from migrations.upgrade import DatabaseNotReady, current_revision, downgrade, known_revisions, upgrade
from model_engine.errors import VersionError
from model_engine.version_store import VersionStore
from model_engine.versions import MANIFEST_FILE, ManifestFile, parse_manifest, read_manifest
from models.database import Database
from models.fail_points import reach
from models.repositories.snapshot_values import NoSuchValue
from models.repositories.snapshots import PORTION, SnapshotRepository, first_line
from posters.store import PosterStore, PosterStoreError

NOT_EMPTY: Final = (
    "The database holds something already: restore into an empty one; POSTER_JUDGE_DATA_DIR or DATABASE_URL says which."
)


async def restore(places: Places, source: Path, progress: Progress) -> Manifest:
    """Fills the empty `places` with a backup, and brings the database to this program's revision.

    The rows appear in one transaction, after the posters and versions that they name; a restore that was killed
    before it left an empty database, and one killed after it a complete one, perhaps at the backup's revision.

    Raises:
        Unavailable: the backup cannot be used, or the places are not empty, in use, or cannot be written.
    """
    try:
        with source.open("rb") as file:
            progress("checking", 0, None)
            archive = Archive.open(file)
            _check_posters(archive)
            if archive.manifest.revision not in known_revisions():
                raise Unavailable("The backup was made by a newer program: install that one first.")
            with alone(places.data_dir):
                await _require_empty(places.database_url)
                new_versions = _new_versions(archive, places.versions)
                await _restore_posters(archive, places.posters, progress)
                _restore_versions(archive, places.versions, new_versions, progress)
                reach("restore.files_kept")
                await _restore_rows(archive, places.database_url, progress)
            return archive.manifest
    except (BackupUnusable, DatabaseNotReady, NoSuchValue) as error:
        raise Unavailable(str(error)) from None
    except SQLAlchemyError as error:
        raise Unavailable(f"The database does not take the backup: {first_line(error)}.") from None
    except PosterStoreError as error:
        raise Unavailable(f"The poster store does not take the backup: {error}.") from None
    except (VersionError, BaseError) as error:
        raise Unavailable(f"The version store does not take the backup: {str(error).splitlines()[0]}") from None
    except OSError as error:
        raise Unavailable(f"The backup {source} cannot be restored: {error.strerror or error}.") from None


def _check_posters(archive: Archive) -> None:
    """A poster's name is its checksum, which makes it the one that the rows name."""
    names = archive.names("posters")
    if len(names) != archive.manifest.posters:
        raise BackupUnusable("The backup is damaged: it does not hold as many posters as its manifest says.")
    for name in names:
        if archive.manifest.entries[name].bytes > SMALL:
            raise BackupUnusable(f"The file is no backup of this program: {name} is too large.")
        if archive.manifest.entries[name].sha256 != Path(name).stem:
            raise BackupUnusable(f"The backup is damaged: {name} is another poster.")


async def _require_empty(url: URL) -> None:
    await asyncio.to_thread(current_revision, url)  # Says in a sentence what is wrong with the address.
    database = Database(url)
    try:
        async with database.reading() as session:
            if await (await SnapshotRepository.open(session)).hold_any_row():
                raise Unavailable(NOT_EMPTY)
    finally:
        await database.close()


def _new_versions(archive: Archive, store: VersionStore) -> list[str]:
    """Names of the backup's versions that the store lacks; those that it has must be the same."""
    there = set(store.list())
    new = []
    for name in archive.manifest.versions:
        if f"versions/{name}/{MANIFEST_FILE}" not in archive.manifest.entries:
            raise BackupUnusable(f"The backup is damaged: it lacks the version {name}.")
        manifest = parse_manifest(archive.content(f"versions/{name}/{MANIFEST_FILE}"), name)
        entries = {
            Path(entry).name: ManifestFile(sha256=found.sha256, bytes=found.bytes)
            for entry in archive.names(f"versions/{name}")
            if Path(entry).name != MANIFEST_FILE and (found := archive.manifest.entries[entry])
        }
        if manifest.name != name or manifest.files != entries:
            raise BackupUnusable(f"The backup is damaged: the version {name} is not the one that was published.")
        if name not in there:
            new.append(name)
        elif read_manifest(store.fetch(name)) != manifest:
            raise Unavailable(f"The version store has another version called {name}; versions never change.")
    return new


async def _restore_posters(archive: Archive, store: PosterStore, progress: Progress) -> None:
    names = archive.names("posters")
    for done, name in enumerate(names):
        await store.put_back(Path(name).stem, archive.content(name))
        progress("posters", done + 1, len(names))


def _restore_versions(archive: Archive, store: VersionStore, names: list[str], progress: Progress) -> None:
    for done, name in enumerate(names):
        progress("versions", done, len(names))
        with tempfile.TemporaryDirectory() as folder:
            for entry in archive.names(f"versions/{name}"):
                with (Path(folder) / Path(entry).name).open("wb") as file:
                    file.writelines(archive.pieces(entry))
            store.publish(Path(folder))


async def _restore_rows(archive: Archive, url: URL, progress: Progress) -> None:
    manifest = archive.manifest
    if await asyncio.to_thread(current_revision, url) not in (None, manifest.revision):
        await asyncio.to_thread(downgrade, url, "base")  # Empty tables of another revision.
    await asyncio.to_thread(upgrade, url, manifest.revision)
    reach("restore.tables_made")
    database = Database(url)
    try:
        async with database.writing() as session:
            snapshot = await SnapshotRepository.open(session)
            if await snapshot.hold_any_row():
                raise Unavailable(NOT_EMPTY)
            if set(snapshot.tables) != set(manifest.rows):
                raise BackupUnusable("The backup is damaged: it has other tables than its revision.")
            done = 0
            for table in snapshot.tables:
                done += await _insert(archive, snapshot, table)
                progress("rows", done, sum(manifest.rows.values()))
            await snapshot.count_on()
            reach("restore.rows_inserted")
    finally:
        await database.close()
    reach("restore.rows_kept")
    await asyncio.to_thread(upgrade, url)


async def _insert(archive: Archive, snapshot: SnapshotRepository, table: str) -> int:
    rows = read_rows(archive, table)
    count = 0
    while portion := list(islice(rows, PORTION)):
        await snapshot.insert(table, portion)
        count += len(portion)
    if count != archive.manifest.rows[table]:
        raise BackupUnusable(f"The backup is damaged: it has not all rows of {table}.")
    return count
