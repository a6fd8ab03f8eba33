"""Posters are kept by their hash, and only what is a hash ever becomes an address."""

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from posters.poster import NormalisedPoster
from posters.store import PosterMissing, PosterStore, PosterStoreError

JPEG = b"\xff\xd8\xff poster"
POSTER = NormalisedPoster(
    jpeg=JPEG, sha256=hashlib.sha256(JPEG).hexdigest(), width=300, height=400, perceptual_hash=None, source_format="PNG"
)


@pytest.fixture(params=["memory", "folder", "file-url"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PosterStore:
    folder = tmp_path / "kept here" / "posters"
    places = {"memory": "memory://", "folder": folder, "file-url": folder.as_uri()}
    return PosterStore.open(places[request.param])


async def test_what_was_put_is_there(store: PosterStore) -> None:
    await store.put(POSTER)

    assert await store.exists(POSTER.sha256)
    assert await store.get(POSTER.sha256) == JPEG


async def test_what_was_got_can_be_put_back(store: PosterStore) -> None:
    await store.put_back(POSTER.sha256, JPEG)

    assert await store.get(POSTER.sha256) == JPEG


async def test_putting_twice_and_deleting_twice_are_fine(store: PosterStore) -> None:
    await store.put(POSTER)
    await store.put(POSTER)
    await store.delete(POSTER.sha256)
    await store.delete(POSTER.sha256)

    assert not await store.exists(POSTER.sha256)


async def test_what_is_not_there_is_told_as_missing(store: PosterStore) -> None:
    with pytest.raises(PosterMissing):
        await store.get(POSTER.sha256)


@pytest.mark.parametrize(
    "poster_id", ["", "abc", "../../etc/passwd", "A" * 64, "0" * 63 + "/", "0" * 64 + "\n", "٠" * 64]
)
async def test_what_is_no_hash_never_becomes_a_path(store: PosterStore, poster_id: str) -> None:
    for call in (store.get, store.exists, store.delete):
        with pytest.raises(ValueError, match="64 hexadecimal digits"):
            await call(poster_id)
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        await store.put_back(poster_id, JPEG)


async def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "posters"
    await PosterStore.open(str(folder)).put(POSTER)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    kept = folder / "posters" / POSTER.sha256[:2] / f"{POSTER.sha256[2:]}.jpg"
    assert kept.read_bytes() == JPEG


async def test_a_file_that_a_power_cut_left_empty_counts_as_missing_until_put_again(tmp_path: Path) -> None:
    store = PosterStore.open(tmp_path)
    await store.put(POSTER)
    next(tmp_path.rglob("*.jpg")).write_bytes(b"")

    with pytest.raises(PosterMissing):
        await store.get(POSTER.sha256)
    await store.put(POSTER)
    assert await store.get(POSTER.sha256) == JPEG


async def test_what_a_killed_process_left_half_written_is_no_poster_and_is_swept_away(tmp_path: Path) -> None:
    store = PosterStore.open(tmp_path)
    await store.put(POSTER)
    (whole,) = (path for path in tmp_path.rglob("*") if path.is_file())
    abandoned, being_written = whole.with_name(f"{whole.name}#1"), whole.with_name(f"{whole.name}#2")
    for path in (abandoned, being_written):
        path.write_bytes(JPEG[:3])
    long_ago = time.time() - 7200
    for path in (abandoned, whole):
        os.utime(path, (long_ago, long_ago))

    assert store.sweep() == 1

    assert not abandoned.exists()
    assert being_written.exists()
    assert await store.get(POSTER.sha256) == JPEG


async def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = PosterStore.open(tmp_path)
    (tmp_path / "posters").write_text("a file where a folder should be")

    with pytest.raises(PosterStoreError):
        await store.put(POSTER)


def test_an_address_that_no_store_knows_is_told_in_one_line() -> None:
    with pytest.raises(ValueError, match=r"^nowhere://x is no usable poster store: .*$") as caught:
        PosterStore.open("nowhere://x?key=secret")
    assert "secret" not in str(caught.value)


def test_an_object_store_is_opened_by_its_address() -> None:
    assert isinstance(PosterStore.open("s3://bucket/prefix"), PosterStore)
