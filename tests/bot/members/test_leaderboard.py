"""Only those who joined are ranked, by what others agree with, on SQLite and on PostgreSQL."""

from bot.judging.clock import now
from bot.members.leaderboard import Standing, join, leaderboard
from models.database import Database
from models.repositories.guilds import GuildRepository
from models.snowflakes import DISCORD_EPOCH
from models.tables import FeedbackKind
from tests.bot.members import lives
from tests.bot.members.lives import ALICE, BOB, GUILD, MONA, NOW

NEW = round(NOW.timestamp() * 1000 - DISCORD_EPOCH) << 22
"""Id of an account that is as old as the events."""


async def test_points_come_from_others_agreement_in_this_server_alone(database: Database) -> None:
    sources = iter(range(1, 1000))

    async def say(
        user_id: int, poster: str, value: object, kind: FeedbackKind = FeedbackKind.GENRES, **more: object
    ) -> int:
        return await lives.said(database, user_id, next(sources), poster * 64, None, value, kind, **more)  # type: ignore[arg-type]

    for poster in "abcdef":
        await lives.poster(database, poster * 64)
    # Alice: agreed with once, contradicted once, alone once, taken back once, elsewhere and privately once each.
    await say(ALICE, "a", ["Horror", "Crime"])
    await say(ALICE, "b", ["Comedy"])
    await say(ALICE, "c", ["Drama"])
    back = await say(ALICE, "d", 7.0, FeedbackKind.SCORE)
    await say(ALICE, "d", [back], FeedbackKind.RETRACT, about=ALICE)
    await say(ALICE, "e", ["Horror"], guild_id=GUILD + 1)
    await say(ALICE, "f", ["Horror"], private=True)
    # Bob agrees with himself again and again, and with Mona on a score.
    for _ in range(5):
        await say(BOB, "a", ["Horror"])
    await say(BOB, "b", ["Drama"])
    await say(BOB, "d", 6.0, FeedbackKind.SCORE)
    await say(MONA, "d", 6.4, FeedbackKind.SCORE)
    for other in ("e", "f"):
        await say(MONA, other, ["Horror"])
    await say(NEW, "c", ["Drama"])  # An account made for the purpose.
    assert await leaderboard(database, GUILD) == []
    await join(database, ALICE, True)
    await join(database, BOB, True)
    await join(database, 5, True)
    assert await leaderboard(database, GUILD) == [Standing(BOB, 1, 3), Standing(ALICE, 0, 3)]
    # Whoever is blocked is neither shown nor one of the others; whoever leaves is one of the others still.
    async with database.writing() as session:
        await GuildRepository(session).block(GUILD, ALICE, now())
    assert await leaderboard(database, GUILD) == [Standing(BOB, 1, 3)]
    async with database.writing() as session:
        await GuildRepository(session).unblock(GUILD, ALICE)
    await join(database, BOB, False)
    assert await leaderboard(database, GUILD) == [Standing(ALICE, 0, 3)]


async def test_a_score_of_zero_is_a_score_and_others_who_disagree_among_themselves_are_no_judges(
    database: Database,
) -> None:
    await lives.poster(database, "a" * 64)
    sources = iter(range(1, 1000))
    carol, dora = 21, 22

    async def say(user_id: int, value: object, kind: FeedbackKind = FeedbackKind.SCORE) -> None:
        await lives.said(database, user_id, next(sources), "a" * 64, None, value, kind)

    await join(database, ALICE, True)
    await say(ALICE, 0.0)
    await say(BOB, 0.0)
    assert await leaderboard(database, GUILD) == [Standing(ALICE, 1, 1)]
    await say(ALICE, ["Horror"], FeedbackKind.GENRES)
    for user_id, genre in ((BOB, "War"), (MONA, "News"), (carol, "Music"), (dora, "Sport")):
        await say(user_id, [genre], FeedbackKind.GENRES)
    assert await leaderboard(database, GUILD) == [Standing(ALICE, 1, 2)]
