"""The rows that figures are made of, on SQLite and on PostgreSQL."""

from bot.feedback.corrections import Corrections
from bot.statistics.opinions import opinions_of
from models.database import Database
from models.repositories import GuildRepository
from models.repositories.statistics import StatisticsRepository, Totals
from tests.bot.feedback.test_corrections import BOB, GUILD, NOW, genres, judged, say, score, speaker


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
