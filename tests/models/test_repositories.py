"""What is remembered of replies and predictions, on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.judging.submissions import Picture, Submission
from models.database import Database
from models.repositories import PosterRepository, PredictionRepository, ReplyRepository
from models.tables import Poster, PredictionState, Reply

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def submission(pictures: int = 1, number: int = 1) -> Submission:
    return Submission(
        interaction_id=2**62 + number,
        application_id=2,
        token="secret",
        guild_id=None,
        channel_id=4,
        user_id=5,
        private=False,
        pictures=tuple(Picture(url=f"https://cdn/{i}", size=1, content_type=None) for i in range(pictures)),
        title="Ä ☃ film",
    )


def poster() -> Poster:
    return Poster(id="a" * 64, width=200, height=300, size=9000, created_at=NOW)


async def keep(database: Database, pictures: int = 1, number: int = 1) -> Reply:
    reply = submission(pictures, number).to_reply(NOW, timedelta(seconds=60))
    async with database.writing() as session:
        ReplyRepository(session).add(reply)
    return reply


async def load(database: Database, reply: Reply) -> Reply:
    async with database.reading() as session:
        loaded = await ReplyRepository(session).get(reply.id)
    assert loaded is not None
    return loaded


async def test_a_reply_comes_back_as_it_was_kept(database: Database) -> None:
    reply = await load(database, await keep(database, pictures=3))
    assert (reply.id, reply.guild_id, reply.private) == (2**62 + 1, None, False)
    assert reply.created_at == NOW
    assert [row.position for row in reply.predictions] == [0, 1, 2]
    assert {row.title for row in reply.predictions} == {"Ä ☃ film"}
    assert {row.state for row in reply.predictions} == {PredictionState.RECEIVED}


async def test_a_unit_that_fails_leaves_nothing_behind(database: Database) -> None:
    reply = submission().to_reply(NOW, timedelta(seconds=60))

    async def fail_halfway() -> None:
        async with database.writing() as session:
            ReplyRepository(session).add(reply)
            await session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail_halfway()
    async with database.reading() as session:
        assert await ReplyRepository(session).get(2**62 + 1) is None


async def test_a_prediction_goes_through_its_states_once(database: Database) -> None:
    reply = await keep(database)
    prediction_id = reply.predictions[0].id
    async with database.writing() as session:
        predictions = PredictionRepository(session)
        await PosterRepository(session).keep(poster(), alike=6)
        assert await predictions.mark_queued(prediction_id, poster().id, NOW, {"intake": 1.5})
        assert not await predictions.mark_queued(prediction_id, poster().id, NOW, {})
        assert await predictions.decide(
            prediction_id, PredictionState.ANSWERED, NOW, judgement={"a": 1}, features=b"\x00\x01"
        )
        assert not await predictions.decide(prediction_id, PredictionState.EXPIRED, NOW, cause="deadline")
        assert await predictions.finish(reply.id, NOW) == 1
        assert await predictions.finish(reply.id, NOW) == 0
    (row,) = (await load(database, reply)).predictions
    assert (row.state, row.cause, row.judgement, row.features) == (
        PredictionState.ANSWERED,
        "",
        {"a": 1},
        b"\x00\x01",
    )
    assert row.timings == {"intake": 1.5}


async def test_the_same_poster_from_many_members_at_once_is_kept_once(database: Database) -> None:
    replies = [await keep(database, number=number) for number in range(8)]

    async def queue(reply: Reply) -> bool:
        async with database.writing() as session:
            await PosterRepository(session).keep(poster(), alike=6)
            return await PredictionRepository(session).mark_queued(reply.predictions[0].id, poster().id, NOW, {})

    assert await asyncio.gather(*(queue(reply) for reply in replies)) == [True] * 8


async def test_an_error_of_the_database_does_not_repeat_the_token(database: Database) -> None:
    await keep(database)
    with pytest.raises(IntegrityError) as caught:
        await keep(database)
    assert "secret" not in str(caught.value)


async def test_a_reply_is_told_when_all_its_predictions_are_decided(database: Database) -> None:
    reply = await keep(database, pictures=2)
    first, second = (row.id for row in reply.predictions)

    async def ready() -> list[int]:
        async with database.reading() as session:
            return list(await ReplyRepository(session).ready_to_tell(10))

    async def decide(prediction_id: str) -> None:
        async with database.writing() as session:
            await PredictionRepository(session).decide(prediction_id, PredictionState.REFUSED, NOW, cause="x")

    assert await ready() == []
    await decide(first)
    assert await ready() == []
    await decide(second)
    assert await ready() == [reply.id]
    async with database.writing() as session:
        await PredictionRepository(session).finish(reply.id, NOW)
    assert await ready() == []


async def test_of_two_who_decide_at_once_one_wins(database: Database) -> None:
    reply = await keep(database)

    async def decide(outcome: PredictionState) -> bool:
        async with database.writing() as session:
            return await PredictionRepository(session).decide(reply.predictions[0].id, outcome, NOW)

    won = await asyncio.gather(*(decide(state) for state in (PredictionState.ANSWERED, PredictionState.EXPIRED) * 5))
    assert won.count(True) == 1


async def test_of_two_who_would_tell_privately_one_may(database: Database) -> None:
    reply = await keep(database)
    async with database.writing() as session:
        assert await ReplyRepository(session).mark_telling(reply.id, NOW)
        assert not await ReplyRepository(session).mark_telling(reply.id, NOW)
        await ReplyRepository(session).unmark_telling(reply.id)
        assert await ReplyRepository(session).mark_telling(reply.id, NOW)


async def test_what_waits_too_long_is_found(database: Database) -> None:
    reply = await keep(database)
    async with database.reading() as session:
        predictions = PredictionRepository(session)
        assert await predictions.overdue(NOW + timedelta(seconds=59), 10) == []
        assert [row.id for row in await predictions.overdue(NOW + timedelta(seconds=61), 10)] == [
            reply.predictions[0].id
        ]
        assert len(await predictions.received_before(NOW + timedelta(seconds=1), 10)) == 1
        assert await predictions.queued_before(NOW + timedelta(seconds=1), 10) == []


async def test_tokens_are_erased_when_they_ran_out_and_when_all_is_told(database: Database) -> None:
    told, waiting = await keep(database, number=1), await keep(database, number=2)
    async with database.writing() as session:
        await PredictionRepository(session).decide(told.predictions[0].id, PredictionState.ANSWERED, NOW)
        await PredictionRepository(session).finish(told.id, NOW)
    async with database.writing() as session:
        assert await ReplyRepository(session).erase_expired_tokens(NOW) == 1
    assert (await load(database, told)).token is None
    assert (await load(database, told)).predictions[0].attachment_url is None
    assert (await load(database, waiting)).token == "secret"
    async with database.writing() as session:
        assert await ReplyRepository(session).erase_expired_tokens(NOW + timedelta(minutes=15)) == 1
    assert (await load(database, waiting)).token is None


async def test_many_writers_at_once_all_get_through(database: Database) -> None:
    await asyncio.gather(*(keep(database, number=number) for number in range(50)))
    async with database.reading() as session:
        assert len(await PredictionRepository(session).received_before(NOW + timedelta(seconds=1), 100)) == 50


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    reply = submission().to_reply(NOW, timedelta(seconds=60))
    reply.created_at = datetime(2026, 1, 1)
    with pytest.raises(Exception, match="zone"):
        async with database.writing() as session:
            ReplyRepository(session).add(reply)
