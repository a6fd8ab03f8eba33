"""Which posters look the same, and whose picture nobody needs, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from models.database import Database
from models.repositories import FeedbackRepository, PosterRepository, ReplyRepository
from models.repositories.posters import bands_of, neighbours
from models.tables import Feedback, FeedbackKind, FeedbackWay, Poster, Prediction, PredictionState, Reply

NOW = datetime(2026, 1, 31, tzinfo=UTC)
MONTH_AGO = NOW - timedelta(days=30)
LOOKS = 0x1234_5678_9ABC_DEF0


def poster(name: str, looks: int | None = LOOKS) -> Poster:
    return Poster(id=name * 64, width=2, height=3, size=9, created_at=NOW - timedelta(days=100), perceptual_hash=looks)


async def keep(database: Database, *posters: Poster) -> dict[str, str | None]:
    async with database.writing() as session:
        for one in posters:
            await PosterRepository(session).keep(one, alike=6)
    async with database.reading() as session:
        return {row.id[0]: row.group_id for row in await session.scalars(select(Poster))}


async def judge(
    database: Database,
    number: int,
    poster_id: str,
    received_at: datetime,
    state: PredictionState = PredictionState.ANSWERED,
) -> None:
    reply = Reply(
        id=number,
        application_id=1,
        token_expires_at=NOW,
        user_id=1,
        private=False,
        created_at=received_at,
        predictions=[],
    )
    reply.predictions.append(
        Prediction(
            id=f"{number:032}",
            position=0,
            state=state,
            poster_id=poster_id * 64,
            received_at=received_at,
            deadline_at=received_at,
        )
    )
    async with database.writing() as session:
        ReplyRepository(session).add(reply)


async def unneeded(database: Database) -> list[str]:
    async with database.reading() as session:
        return [poster_id[0] for poster_id in await PosterRepository(session).unneeded(MONTH_AGO, 10)]


async def correct(database: Database, poster_id: str) -> None:
    event = Feedback(
        source_id=5,
        poster_id=poster_id * 64,
        private=False,
        user_id=1,
        kind=FeedbackKind.SCORE,
        value=7.0,
        way=FeedbackWay.MODAL,
        created_at=NOW,
    )
    async with database.writing() as session:
        await FeedbackRepository(session).add(event)


async def test_posters_that_look_the_same_are_one_group(database: Database) -> None:
    groups = await keep(
        database, poster("a"), poster("b", LOOKS ^ 0b111011), poster("c", LOOKS ^ (0x7F << 30)), poster("d", -LOOKS)
    )
    assert groups["a"] == groups["b"]
    assert len({groups["a"], groups["c"], groups["d"]}) == 3
    assert "a" * 64 not in groups.values()


async def test_blank_pictures_are_alone(database: Database) -> None:
    groups = await keep(database, poster("a", None), poster("b", None))
    assert None not in groups.values()
    assert groups["a"] != groups["b"]


async def test_the_nearest_group_is_joined(database: Database) -> None:
    near, far = LOOKS ^ 0b1, LOOKS ^ 0b1111110
    assert (await keep(database, poster("a", far), poster("b", near), poster("c", LOOKS)))["c"] == (
        await keep(database)
    )["b"]


async def test_a_poster_that_is_kept_again_stays_in_its_group(database: Database) -> None:
    first = await keep(database, poster("a"))
    assert await keep(database, poster("a", -LOOKS)) == first


@given(st.integers(-(2**63), 2**63 - 1), st.sets(st.integers(0, 63), max_size=7))
def test_hashes_that_differ_in_seven_bits_share_a_neighbouring_band(value: int, flipped: set[int]) -> None:
    other = value
    for bit in flipped:
        other ^= 1 << bit
    bands = zip(bands_of(value), bands_of(other), strict=True)
    assert any(theirs in neighbours(ours) for ours, theirs in bands)


async def test_what_nobody_asked_about_for_a_month_is_not_needed(database: Database) -> None:
    await keep(database, poster("a", 1), poster("b", 2**20 - 1), poster("c", 2**40 - 1))
    await judge(database, 1, "a", NOW - timedelta(days=31))
    await judge(database, 2, "b", NOW - timedelta(days=31))
    await judge(database, 3, "b", NOW - timedelta(days=29))
    await judge(database, 4, "c", NOW - timedelta(days=31), PredictionState.QUEUED)
    assert await unneeded(database) == ["a"]


async def test_what_somebody_corrected_is_needed_and_so_are_its_copies(database: Database) -> None:
    await keep(database, poster("a"), poster("b", LOOKS ^ 1), poster("c", -LOOKS))
    await correct(database, "a")
    assert await unneeded(database) == ["c"]


@pytest.mark.parametrize("asked_again", [False, True])
async def test_a_picture_is_dropped_once_and_only_if_still_nobody_needs_it(
    database: Database, asked_again: bool
) -> None:
    await keep(database, poster("a"))
    if asked_again:
        await judge(database, 1, "a", NOW)
    async with database.writing() as session:
        posters = PosterRepository(session)
        assert await posters.mark_dropped("a" * 64, MONTH_AGO, NOW) is not asked_again
        assert not await posters.mark_dropped("a" * 64, MONTH_AGO, NOW)
        assert not await posters.mark_dropped("b" * 64, MONTH_AGO, NOW)
    assert await unneeded(database) == []


async def test_a_dropped_poster_that_is_judged_again_is_there_again(database: Database) -> None:
    await keep(database, poster("a"))
    async with database.writing() as session:
        await PosterRepository(session).mark_dropped("a" * 64, MONTH_AGO, NOW)
    await keep(database, poster("a"))
    async with database.reading() as session:
        assert (await session.get_one(Poster, "a" * 64)).dropped_at is None
