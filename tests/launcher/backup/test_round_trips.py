"""A backup of either database fills either database, with all rows, posters and versions."""

import asyncio
import stat
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from launcher.backup.archive import Archive
from launcher.backup.rows import read_rows
from migrations.upgrade import current_revision, head_revision, upgrade
from models.database import create_sync_engine
from models.tables import Base
from tests.launcher.backup.stock import (
    PAIRS,
    MakeUrl,
    backed_up,
    fill,
    jpeg,
    places_in,
    poster_id,
    restored,
    rows_in,
    stocked,
)


@pytest.mark.parametrize(("source", "target"), PAIRS)
async def test_everything_comes_back_whichever_the_databases_are(
    make_url_of: MakeUrl, tmp_path: Path, source: str, target: str
) -> None:
    old = await stocked(tmp_path / "old", make_url_of(source))
    file = await backed_up(old, tmp_path / "backup.tar")
    new = await restored(file, places_in(tmp_path / "new", make_url_of(target)))

    assert rows_in(new.database_url) == rows_in(old.database_url)
    assert {len(rows) for rows in rows_in(new.database_url).values()} == {12}
    for index in range(12):
        assert await new.posters.get(poster_id(index)) == jpeg(index)
    assert list(new.versions.published()) == ["mine-2"]
    for path in new.versions.fetch("mine-2").iterdir():
        assert path.read_bytes() == (tmp_path / "old" / "versions" / "mine-2" / path.name).read_bytes()
    assert current_revision(new.database_url) == head_revision()


async def test_a_backup_of_what_was_restored_is_the_same_again(make_url_of: MakeUrl, tmp_path: Path) -> None:
    old = await stocked(tmp_path / "old", make_url_of("sqlite"))
    first = await backed_up(old, tmp_path / "first.tar")
    new = await restored(first, places_in(tmp_path / "new", make_url_of("sqlite")))
    second = await backed_up(new, tmp_path / "second.tar")
    with first.open("rb") as one, second.open("rb") as other:
        assert Archive.open(one).manifest.entries == Archive.open(other).manifest.entries


async def test_tables_of_many_parts_come_back_whole(
    make_url_of: MakeUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a large system has them: here a part is full after a few rows, and no row fits the piece that is read."""
    monkeypatch.setattr("models.repositories.snapshots.PORTION", 5)
    monkeypatch.setattr("launcher.backup.rows.PART_SIZE", 1)
    monkeypatch.setattr("launcher.backup.archive.PIECE", 50)
    old = await stocked(tmp_path / "old", make_url_of("sqlite"))
    file = await backed_up(old, tmp_path / "backup.tar")
    with file.open("rb") as opened:
        assert len(Archive.open(opened).names("rows/predictions")) == 3
    new = await restored(file, places_in(tmp_path / "new", make_url_of("sqlite")))
    assert rows_in(new.database_url) == rows_in(old.database_url)


async def test_a_backup_is_its_owners_alone(make_url_of: MakeUrl, tmp_path: Path) -> None:
    old = await stocked(tmp_path / "old", make_url_of("sqlite"))
    file = await backed_up(old, tmp_path / "backup.tar")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_backup_among_writers_is_one_state_of_the_database(
    make_url_of: MakeUrl, tmp_path: Path, kind: str
) -> None:
    """Every unit adds one row to every table, so that in any one state all tables are equally long."""
    places = await stocked(tmp_path / "old", make_url_of(kind), 600)
    finished = asyncio.Event()
    written = 600

    async def write_all_the_time() -> None:
        nonlocal written
        while not finished.is_set():
            await asyncio.to_thread(fill, places.database_url, 1, first=written)
            written += 1

    writer = asyncio.create_task(write_all_the_time())
    files = [await backed_up(places, tmp_path / f"{number}.tar") for number in range(3)]
    finished.set()
    await writer

    counts = []
    for file in files:
        with file.open("rb") as opened:
            archive = Archive.open(opened)
            ids = {table: {row["id"] for row in read_rows(archive, table)} for table in ("posters", "replies")}
            for row in read_rows(archive, "predictions"):
                assert row["reply_id"] in ids["replies"]
                assert row["poster_id"] is None or row["poster_id"] in ids["posters"]
            (count,) = set(archive.manifest.rows.values())
            counts.append(count)
    assert counts == sorted(counts)
    assert written > 600 <= counts[0]
    last = await restored(files[-1], places_in(tmp_path / "new", make_url_of(kind)))
    assert {len(rows) for rows in rows_in(last.database_url).values()} == {counts[-1]}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_backup_of_an_older_program_is_migrated(make_url_of: MakeUrl, tmp_path: Path, kind: str) -> None:
    url = make_url_of("sqlite")
    upgrade(url, "0001")
    _add_reply(url)
    file = await backed_up(places_in(tmp_path / "old", url), tmp_path / "backup.tar")
    new = await restored(file, places_in(tmp_path / "new", make_url_of(kind)))

    assert current_revision(new.database_url) == head_revision() != "0001"
    rows = rows_in(new.database_url)
    assert [row["user_id"] for row in rows["replies"]] == [5]
    assert rows.keys() == Base.metadata.tables.keys()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_database_that_was_only_migrated_counts_as_empty(
    make_url_of: MakeUrl, tmp_path: Path, kind: str
) -> None:
    old_url, url = make_url_of("sqlite"), make_url_of(kind)
    upgrade(old_url, "0001")
    _add_reply(old_url)
    file = await backed_up(places_in(tmp_path / "old", old_url), tmp_path / "backup.tar")
    upgrade(url)
    await restored(file, places_in(tmp_path / "new", url))
    assert len(rows_in(url)["replies"]) == 1


async def test_a_version_that_is_there_already_stays(make_url_of: MakeUrl, tmp_path: Path) -> None:
    old = await stocked(tmp_path / "old", make_url_of("sqlite"))
    file = await backed_up(old, tmp_path / "backup.tar")
    new = places_in(tmp_path / "new", make_url_of("sqlite"))
    new.versions.publish(old.versions.fetch("mine-2"))
    await restored(file, new)
    assert list(new.versions.published()) == ["mine-2"]


def _add_reply(url: URL) -> None:
    engine = create_sync_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO replies (id, application_id, token_expires_at, user_id, private, created_at)"
                " VALUES (4611686018427387904, 1, '2026-01-01 00:00:00.000000', 5, 0, '2026-01-01 00:00:00.000000')"
            )
        )
    engine.dispose()
