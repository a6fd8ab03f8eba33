"""Killed in the middle, a backup leaves no file that looks like one, and a restore an empty database or a whole one."""

import asyncio
from pathlib import Path

import psutil
import pytest

from migrations.upgrade import upgrade
from models.fail_points import VARIABLE
from tests.end_to_end.processes import Process
from tests.launcher.backup.stock import (
    MakeUrl,
    Places,
    backed_up,
    jpeg,
    places_in,
    poster_id,
    restored,
    rows_in,
    stocked,
)


async def kill_at(point: str, places: Places, *arguments: str) -> None:
    """Runs a command and kills it when it gets to a fail point."""
    process = await Process.start(
        *arguments,
        cwd=places.data_dir,
        POSTER_JUDGE_DATA_DIR=str(places.data_dir),
        DATABASE_URL=places.database_url.render_as_string(hide_password=False),
        **{VARIABLE: point},
    )
    async with asyncio.timeout(60):
        while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.02)
    await process.kill()


@pytest.mark.parametrize("point", ["backup.rows_written", "backup.finished"])
async def test_a_killed_backup_leaves_nothing_that_looks_like_one(
    make_url_of: MakeUrl, tmp_path: Path, point: str
) -> None:
    old = await stocked(tmp_path / "old", make_url_of("sqlite"))
    before = rows_in(old.database_url)
    await kill_at(point, old, "backup", str(tmp_path / "backup.tar"))
    assert list(tmp_path.glob("*.tar")) == []
    assert rows_in(old.database_url) == before

    file = await backed_up(old, tmp_path / "backup.tar")
    assert rows_in((await restored(file, places_in(tmp_path / "new", make_url_of("sqlite")))).database_url) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("point", ["restore.files_kept", "restore.tables_made", "restore.rows_inserted"])
async def test_a_restore_killed_before_its_rows_are_in_is_simply_run_again(
    make_url_of: MakeUrl, tmp_path: Path, kind: str, point: str
) -> None:
    old = await stocked(tmp_path / "old", make_url_of("sqlite"))
    file = await backed_up(old, tmp_path / "backup.tar")
    new = places_in(tmp_path / "new", make_url_of(kind))
    await kill_at(point, new, "restore", str(file))

    if point != "restore.files_kept":  # Else it has no tables yet.
        assert not any(rows_in(new.database_url).values())
    await restored(file, new)
    assert rows_in(new.database_url) == rows_in(old.database_url)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_restore_killed_after_its_rows_are_in_is_complete(
    make_url_of: MakeUrl, tmp_path: Path, kind: str
) -> None:
    old = await stocked(tmp_path / "old", make_url_of("sqlite"))
    file = await backed_up(old, tmp_path / "backup.tar")
    new = places_in(tmp_path / "new", make_url_of(kind))
    await kill_at("restore.rows_kept", new, "restore", str(file))

    upgrade(new.database_url)  # As `poster-judge up` does at its start.
    assert rows_in(new.database_url) == rows_in(old.database_url)
    assert [await new.posters.get(poster_id(index)) for index in range(12)] == [jpeg(index) for index in range(12)]
    assert list(new.versions.published()) == ["mine-2"]
