"""How servers are set up, and who is blocked there, on both databases."""

import asyncio

from bot.judging.clock import now
from models.database import Database
from models.repositories.guilds import GuildRepository

GUILD, OTHER, MEMBER = 2**62, 22, 2**62 + 1


async def test_a_change_keeps_what_it_does_not_name_and_a_reset_forgets_all(database: Database) -> None:
    async with database.writing() as session:
        guilds = GuildRepository(session)
        assert await guilds.setup(GUILD) is None
        await guilds.change(GUILD, now(), channels=[7, 2**62])
        setup = await guilds.change(GUILD, now(), private_replies=True)
        assert (setup.channels, setup.private_replies) == ([7, 2**62], True)
        assert (setup.posters_per_minute, setup.corrector_role_id, setup.auto_judge_channels) == (None, None, [])
        assert (await guilds.change(GUILD, now(), channels=[])).channels == []
    async with database.writing() as session:
        guilds = GuildRepository(session)
        setup_read = await guilds.setup(GUILD)
        assert setup_read is not None
        assert setup_read.private_replies
        assert await guilds.setup(OTHER) is None
        await guilds.reset(GUILD)
        session.expunge_all()
        assert await guilds.setup(GUILD) is None


async def test_two_managers_who_change_at_once_both_get_their_way(database: Database) -> None:
    async def change(**changes: object) -> None:
        async with database.writing() as session:
            await GuildRepository(session).change(GUILD, now(), **changes)

    await asyncio.gather(change(channels=[1]), change(private_replies=True), change(posters_per_minute=3))
    async with database.reading() as session:
        setup = await GuildRepository(session).setup(GUILD)
    assert setup is not None
    assert (setup.channels, setup.private_replies, setup.posters_per_minute) == ([1], True, 3)


async def test_a_member_is_blocked_in_one_server_until_unblocked(database: Database) -> None:
    async with database.writing() as session:
        guilds = GuildRepository(session)
        assert await guilds.block(GUILD, MEMBER, now())
        assert not await guilds.block(GUILD, MEMBER, now())
        assert await guilds.is_blocked(GUILD, MEMBER)
        assert not await guilds.is_blocked(OTHER, MEMBER)
        assert [row.user_id for row in await guilds.blocked(GUILD)] == [MEMBER]
        assert await guilds.unblock(GUILD, MEMBER)
        assert not await guilds.unblock(GUILD, MEMBER)
        assert not await guilds.is_blocked(GUILD, MEMBER)
