"""Pictures go when nobody needs them, and never from under a judgement."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from bot.judging.retention import Retention
from models.database import Database
from models.repositories import PosterRepository
from models.tables import Poster
from posters.store import PosterStore, PosterStoreError
from tests.bot.scene import Scene, upload

NOW = datetime(2026, 1, 31, tzinfo=UTC)
JPEG = b"\xff\xd8\xff poster"
POSTER_ID = hashlib.sha256(JPEG).hexdigest()


def row() -> Poster:
    return Poster(id=POSTER_ID, width=2, height=3, size=len(JPEG), created_at=NOW - timedelta(days=40))


@pytest.fixture
async def store(database: Database) -> PosterStore:
    store = PosterStore.open("memory://")
    await store.put_back(POSTER_ID, JPEG)
    async with database.writing() as session:
        await PosterRepository(session).keep(row(), alike=6)
    return store


async def is_dropped(database: Database) -> bool:
    async with database.reading() as session:
        return (await session.get_one(Poster, POSTER_ID)).dropped_at is not None


async def test_what_nobody_needs_goes_from_the_store(database: Database, store: PosterStore) -> None:
    await Retention(database, store, days=30).drop(NOW, 10)
    assert not await store.exists(POSTER_ID)
    assert await is_dropped(database)


@pytest.mark.parametrize("days", [0, 41])
async def test_what_is_young_or_kept_for_ever_stays(database: Database, store: PosterStore, days: int) -> None:
    await Retention(database, store, days=days).drop(NOW, 10)
    assert await store.exists(POSTER_ID)


async def test_a_store_out_of_reach_leaves_the_row_for_the_next_round(
    database: Database, store: PosterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_poster_id: str) -> None:
        raise PosterStoreError("out of reach")

    with monkeypatch.context() as patched:
        patched.setattr(store, "delete", refuse)
        await Retention(database, store, days=30).drop(NOW, 10)
    assert not await is_dropped(database)
    await Retention(database, store, days=30).drop(NOW, 10)
    assert await is_dropped(database)


async def test_whoever_queues_a_poster_while_it_goes_waits_and_then_sees_that_it_is_gone(
    database: Database, store: PosterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judgement's side: the row first, then a look into the store (`Judging`)."""
    going, go_on = asyncio.Event(), asyncio.Event()
    delete = store.delete

    async def slowly(poster_id: str) -> None:
        going.set()
        await go_on.wait()
        await delete(poster_id)

    async def queue() -> bool:
        async with database.writing() as session:
            await PosterRepository(session).keep(row(), alike=6)
        return await store.exists(POSTER_ID)

    monkeypatch.setattr(store, "delete", slowly)
    dropping = asyncio.create_task(Retention(database, store, days=30).drop(NOW, 10))
    await going.wait()
    queueing = asyncio.create_task(queue())
    go_on.set()
    assert not await queueing
    await dropping
    assert not await is_dropped(database)


async def test_a_poster_that_is_erased_just_before_it_is_queued_is_put_back_and_judged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = PosterRepository.keep

    async def keep_and_lose(self: PosterRepository, poster: Poster, alike: int) -> None:
        await keep(self, poster, alike)
        for path in (scene.data_dir / "posters").rglob("*.jpg"):
            path.unlink()

    monkeypatch.setattr(PosterRepository, "keep", keep_and_lose)
    await scene.sandbox.member("alice").slash("judge", poster=upload())
    request = await scene.next_request()
    assert await PosterStore.open(scene.data_dir / "posters").exists(request.body.poster_id)
