"""What is no whole backup, or has no place to go to, is refused in one sentence, and nothing is changed."""

import asyncio
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from filelock import FileLock
from sqlalchemy import URL, make_url, text

from launcher.backup.archive import BLOCK, END, SMALL, Archive, ArchiveWriter
from launcher.backup.manifest import MANIFEST, Manifest
from launcher.backup.places import Places
from launcher.configuration import Unavailable
from models.database import create_sync_engine
from tests.databases import migrate
from tests.launcher.backup.stock import (
    backed_up,
    fill,
    make_version,
    places_in,
    restored,
    rows_in,
    stocked,
)

Entries = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound backup, to copy."""
    folder = tmp_path_factory.mktemp("sound")

    async def make() -> Path:
        places = await stocked(folder / "old", make_url(f"sqlite:///{folder / 'old.db'}"))
        return await backed_up(places, folder / "backup.tar")

    return asyncio.run(make())


@pytest.fixture
def file(sound: Path, tmp_path: Path) -> Path:
    """A sound backup, for the test to spoil."""
    return Path(shutil.copy(sound, tmp_path / "backup.tar"))


@pytest.fixture
def target(tmp_path: Path) -> Places:
    """An empty system."""
    places = places_in(tmp_path / "new", make_url(f"sqlite:///{tmp_path / 'new.db'}"))
    migrate(places.database_url)
    return places


async def refusal_of(file: Path, target: Path | Places) -> str:
    """The sentence with which a restore refuses; makes sure that it changed nothing."""
    assert isinstance(target, Places)
    before = rows_in(target.database_url), contents(target)
    with pytest.raises(Unavailable) as caught:
        await restored(file, target)
    assert (rows_in(target.database_url), contents(target)) == before
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    return sentence


def contents(places: Places) -> dict[str, bytes]:
    folders = [places.data_dir / "posters", places.data_dir / "versions"]
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def entries_of(file: Path) -> Entries:
    with tarfile.open(file) as tar:
        return [(info, tar.extractfile(info).read()) for info in tar.getmembers()]  # type: ignore[union-attr]


def write(file: Path, entries: Entries) -> None:
    with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
        for info, content in entries:
            tar.addfile(info, io.BytesIO(content))
    # `tarfile` fills the last of its large blocks; a backup ends at once.
    length = sum(BLOCK + len(content) + -len(content) % BLOCK for _, content in entries)
    with file.open("r+b") as opened:
        opened.truncate(length + len(END))


def rewrite(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Changes entries and seals them again with a manifest that fits: what somebody made on purpose."""
    contents = {info.name: content for info, content in entries_of(file)}
    manifest = msgspec.json.decode(contents.pop(MANIFEST), type=Manifest)
    change(contents)
    with file.open("wb") as opened:
        archive = ArchiveWriter(opened)
        for name, content in contents.items():
            archive.add(name, len(content), (content,))
        posters = sum(name.startswith("posters/") for name in contents)
        archive.finish(msgspec.structs.replace(manifest, entries=dict(archive.entries), posters=posters))


def with_manifest(file: Path, **changes: Any) -> None:
    entries = entries_of(file)
    info, content = entries.pop()
    content = msgspec.json.encode(msgspec.json.decode(content) | changes)
    info.size = len(content)
    write(file, [*entries, (info, content)])


def member(name: str, **fields: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


async def test_the_tests_own_writing_of_a_tar_is_sound(file: Path, target: Places) -> None:
    """Without this, what follows could be refused for the wrong reason."""
    write(file, entries_of(file))
    rewrite(file, lambda _: None)
    with_manifest(file)
    await restored(file, target)


async def test_any_changed_byte_is_found(file: Path, target: Places) -> None:
    """One in every entry's content."""
    sound = file.read_bytes()
    with tarfile.open(file) as tar:
        members = tar.getmembers()
    for info in members:
        damaged = bytearray(sound)
        damaged[info.offset_data + info.size // 2] ^= 0x20
        file.write_bytes(damaged)
        assert "damaged" in await refusal_of(file, target)


async def test_a_backup_that_was_cut_anywhere_is_refused(file: Path, target: Places) -> None:
    sound = file.read_bytes()
    for length in (0, 1, 511, 512, 5_000, len(sound) // 2, len(sound) - 1024, len(sound) - 512, len(sound) - 1):
        file.write_bytes(sound[:length])
        assert (await refusal_of(file, target)).startswith(("The backup is incomplete", "The backup is damaged"))


@pytest.mark.parametrize(
    "content", [b"", b"not a backup" * 1000, bytes(10_240), b"\x1f\x8b" + bytes(2000), b"\xff" * 5000]
)
async def test_what_is_no_tar_is_refused(tmp_path: Path, target: Places, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    await refusal_of(tmp_path / "file", target)


async def test_a_file_that_is_not_there_is_told(tmp_path: Path, target: Places) -> None:
    assert "No such file" in await refusal_of(tmp_path / "nowhere.tar", target)
    assert "directory" in await refusal_of(tmp_path, target)


@pytest.mark.parametrize(
    "info",
    [
        member("/etc/passwd"),
        member("../outside"),
        member("posters/../../outside"),
        member("rows/posters/../../../outside"),
        member("versions/../outside"),
        member("versions/mine-2/../../outside"),
        member("versions/.hidden/file"),
        member("notes.txt"),
        member("posters/" + "0" * 63 + ".jpg"),
        member("posters/" + "0" * 64 + ".jpg\n"),
        member("posters\\" + "0" * 64 + ".jpg"),
        member("posters/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("posters/" + "0" * 64 + ".jpg", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("posters/" + "0" * 64 + ".jpg", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
        member("posters/" + "0" * 64 + ".jpg", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        member("posters/" + "0" * 64 + ".jpg", type=tarfile.FIFOTYPE),
        member("posters", type=tarfile.DIRTYPE),
        member("././@LongLink", type=tarfile.GNUTYPE_LONGNAME),
        member("././@PaxHeader", type=tarfile.XHDTYPE),
    ],
    ids=lambda info: f"{info.name} type {info.type!r}",
)
async def test_an_entry_that_no_backup_has_is_refused(file: Path, target: Places, info: tarfile.TarInfo) -> None:
    entries = entries_of(file)
    for place in (0, len(entries) - 1):
        write(file, [*entries[:place], (info, b""), *entries[place:]])
        assert "is no backup of this program" in await refusal_of(file, target)
    assert not (target.data_dir.parent / "outside").exists()


@pytest.mark.parametrize("size", [10**6, 8**11 - 1, 2**63, -1])
async def test_a_size_that_lies_costs_no_memory(file: Path, target: Places, size: int) -> None:
    """Written in both of tar's ways, the second of which knows also negative numbers."""
    entries = entries_of(file)
    info = member("posters/" + "0" * 64 + ".jpg", size=size)
    header = info.tobuf(tarfile.USTAR_FORMAT if 0 <= size < 8**11 else tarfile.GNU_FORMAT)
    write(file, entries)
    file.write_bytes(header + file.read_bytes())
    await refusal_of(file, target)


async def test_without_its_manifest_at_the_end_it_is_none(file: Path, target: Places) -> None:
    entries = entries_of(file)
    write(file, entries[:-1])
    assert "manifest" in await refusal_of(file, target)
    write(file, [entries[-1], *entries[:-1]])
    assert "manifest" in await refusal_of(file, target)


async def test_an_entry_more_or_less_than_the_manifest_says_is_refused(file: Path, target: Places) -> None:
    entries = entries_of(file)
    stranger = (member("posters/" + "0" * 64 + ".jpg"), b"")
    for changed in ([stranger, *entries], entries[1:], [entries[0], *entries], [entries[1], entries[0], *entries[2:]]):
        write(file, changed)
        await refusal_of(file, target)


async def test_what_follows_the_end_is_refused(file: Path, target: Places) -> None:
    with file.open("ab") as opened:
        opened.write(file.read_bytes())
    assert "does not end where it should" in await refusal_of(file, target)


async def test_a_manifest_that_cannot_be_read_is_refused(file: Path, target: Places) -> None:
    entries = entries_of(file)
    for content in (b"", b"[]", b"{}", b"\xff", b"[" * 100_000):
        write(file, [*entries[:-1], (member(MANIFEST, size=len(content)), content)])
        assert "manifest cannot be read" in await refusal_of(file, target)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "format 2"),
        ({"revision": "9999"}, "newer program"),
        ({"posters": 11}, "posters"),
        ({"versions": ["mine-3"]}, "mine-3"),
        ({"rows": {"posters": 12}}, "other tables"),
    ],
)
async def test_a_manifest_that_does_not_fit_is_refused(
    file: Path, target: Places, changes: dict[str, Any], words: str
) -> None:
    with_manifest(file, **changes)
    if "rows" in changes:  # Seen only when the tables of that revision are there; what it names is in no row.
        with pytest.raises(Unavailable, match=words):
            await restored(file, target)
        assert not any(rows_in(target.database_url).values())
    else:
        assert words in await refusal_of(file, target)


@pytest.mark.parametrize(
    "line",
    [
        b"no row",
        b"[]",
        b"{}",
        b'{"id": 1}',
        b"[" * 100_000,
        b'{"process": "x", "at": 5}',
        b'{"process": "x", "at": "yesterday"}',
        b'{"process": "x", "at": "2026-01-01T00:00:00"}',
        b'{"process": null, "at": "2026-01-01T00:00:00+00:00"}',
        b'{"process": {}, "at": "2026-01-01T00:00:00+00:00"}',
        b'{"process": "\\ud800", "at": "2026-01-01T00:00:00+00:00"}',
        b'{"process": "x", "at": "2026-01-01T00:00:00+00:00"}\n{"process": "x", "at": "2026-01-01T00:00:00+00:00"}',
    ],
    ids=lambda line: line.decode()[:60],
)
async def test_a_row_that_the_table_cannot_hold_leaves_the_database_empty(
    database_url: URL, tmp_path: Path, file: Path, line: bytes
) -> None:
    target = places_in(tmp_path / "new", database_url)
    rewrite(file, lambda contents: contents.update({"rows/pulses/000000.jsonl": line + b"\n"}))
    with pytest.raises(Unavailable) as caught:
        await restored(file, target)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert not any(rows_in(target.database_url).values())


async def test_another_poster_under_a_posters_name_is_refused(file: Path, target: Places) -> None:
    def exchange(contents: dict[str, bytes]) -> None:
        name = next(name for name in contents if name.startswith("posters/"))
        contents[name] = b"another"

    rewrite(file, exchange)
    assert "another poster" in await refusal_of(file, target)


@pytest.mark.parametrize("name", ["posters/{}.jpg", "versions/mine-2/manifest.json"])
async def test_what_is_taken_in_one_piece_may_not_be_large(file: Path, target: Places, name: str) -> None:
    large = bytes(SMALL + 1)
    name = name.format(hashlib.sha256(large).hexdigest())
    rewrite(file, lambda contents: contents.update({name: large}))
    assert "too large" in await refusal_of(file, target)


async def test_a_version_that_was_tampered_with_is_refused(file: Path, target: Places) -> None:
    rewrite(file, lambda contents: contents.update({"versions/mine-2/network.onnx": b"another"}))
    assert "mine-2" in await refusal_of(file, target)


async def test_a_database_that_holds_anything_is_left_alone(database_url: URL, tmp_path: Path, file: Path) -> None:
    target = places_in(tmp_path / "new", database_url)
    fill(target.database_url, 1)
    assert "restore into an empty one" in await refusal_of(file, target)


async def test_a_database_of_a_newer_program_is_left_alone(file: Path, target: Places) -> None:
    engine = create_sync_engine(target.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Unavailable, match="newer"):
        await restored(file, target)


async def test_while_up_runs_on_the_data_directory_nothing_is_restored(file: Path, target: Places) -> None:
    with FileLock(target.data_dir / "up.lock"):
        assert "poster-judge up" in await refusal_of(file, target)
    await restored(file, target)


async def test_another_version_of_the_same_name_is_not_overwritten(file: Path, target: Places, tmp_path: Path) -> None:
    target.versions.publish(make_version(tmp_path / "other", "mine-2", b"other weights"))
    assert "another version called mine-2" in await refusal_of(file, target)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_poster_store_that_cannot_be_written_is_told(file: Path, target: Places) -> None:
    (target.data_dir / "posters").chmod(0o500)
    assert "poster store" in await refusal_of(file, target)


async def test_a_poster_store_without_room_for_its_folder_is_told(file: Path, target: Places) -> None:
    (target.data_dir / "posters" / "posters").write_text("a file where a folder should be")
    assert "poster store" in await refusal_of(file, target)
    assert not any(rows_in(target.database_url).values())


def test_a_plain_tar_reads_it(file: Path) -> None:
    """Whoever has lost this program gets at everything all the same."""
    with tarfile.open(file) as tar, file.open("rb") as opened:
        assert tar.getnames() == [*Archive.open(opened).manifest.entries, MANIFEST]
