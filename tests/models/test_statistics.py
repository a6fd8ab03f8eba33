"""The rows that figures are made of, on SQLite and on PostgreSQL."""

from datetime import timedelta

import msgspec

from bot.feedback.corrections import Corrections
from bot.statistics.opinions import opinions_of
from models.database import Database
from models.repositories import GuildRepository
from models.repositories.statistics import FEW, StatisticsRepository, Totals
from models.tables import Prediction
from tests.bot.feedback.test_corrections import BOB, GUILD, NOW, genres, judged, say, score, speaker
from tests.bot.scene import judgement


async def test_copies_of_a_poster_count_once_and_elsewhere_is_elsewhere(database: Database) -> None:
    corrections = Corrections(database, per_minute=0)
    first = await judged(database, 1, poster="a", group="g")
    copy = await judged(database, 2, poster="b", group="g")
    await judged(database, 3, poster="c")
    await say(corrections, first, speaker(), genres("War"), score(8.0))
    await say(corrections, copy, speaker(BOB), genres("War", "News"))
    async with database.reading() as session:
        for guild, counts in ((None, Totals(3, 3, 2)), (GUILD, Totals(3, 3, 2)), (GUILD + 1, Totals(0, 0, 0))):
            repository = StatisticsRepository(session, guild)
            assert await repository.totals() == counts
            opinions = opinions_of(await repository.material())
            assert len(opinions) == (0 if guild == GUILD + 1 else 1)
        (opinion,) = opinions_of(await StatisticsRepository(session, GUILD).material())
    assert opinion.genres == {"War", "News"}
    assert opinion.score == 8.0


async def test_who_is_blocked_and_what_was_taken_back_is_in_no_figure(database: Database) -> None:
    corrections = Corrections(database, per_minute=0)
    prediction = await judged(database)
    await say(corrections, prediction, speaker(BOB), genres("War"))
    noted = await say(corrections, prediction, speaker(), genres("News"))
    await corrections.undo(noted.event_ids, speaker())
    async with database.writing() as session:
        await GuildRepository(session).block(GUILD, BOB, NOW)
        assert opinions_of(await StatisticsRepository(session, None).material()) == []


async def test_what_was_private_is_in_no_sum_of_so_few_posters_that_it_would_be_shown(database: Database) -> None:
    corrections = Corrections(database, per_minute=0)
    hidden = await judged(database, 1, poster="a", private=True)
    await say(corrections, hidden, speaker(), genres("War"))
    assert await totals(database) == Totals(0, 0, 0)
    for number, poster in enumerate("bcde"[: FEW - 1], start=2):
        await say(corrections, await judged(database, number, poster=poster), speaker(BOB), genres("War"))
    assert await totals(database) == Totals(FEW, FEW, 2)


async def test_of_a_poster_judged_again_the_newest_judgement_of_each_version_counts(database: Database) -> None:
    corrections = Corrections(database, per_minute=0)
    predictions = [await judged(database, number, poster="a") for number in (1, 2, 3)]
    async with database.writing() as session:
        for age, (prediction_id, horror) in enumerate(zip(predictions, (0.6, 0.7, 0.8), strict=True)):
            row = await session.get_one(Prediction, prediction_id)
            row.received_at = NOW - timedelta(minutes=age)
            row.model_version = "old" if horror == 0.8 else "new"
            row.judgement = msgspec.to_builtins(judgement(horror))
    await say(corrections, predictions[0], speaker(), genres("War"))
    async with database.reading() as session:
        opinions = opinions_of(await StatisticsRepository(session, GUILD).material())
    assert sorted(one.judgement.genres["Horror"] for one in opinions) == [0.6, 0.8]
    assert {one.poster for one in opinions} == {"a"}


async def totals(database: Database) -> Totals:
    async with database.reading() as session:
        return await StatisticsRepository(session, GUILD).totals()
