"""A bot killed while it erases a member or drops a picture: the next one ends what was begun."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.judging.clock import now
from models.database import Database
from models.database_settings import DatabaseSettings
from models.repositories import PosterRepository
from models.tables import Feedback, Member, Poster, Prediction, Reply
from posters.store import PosterStore
from tests.bot.corrections import button, told
from tests.bot.scene import upload
from tests.end_to_end.house import House

JPEG = b"\xff\xd8\xff old poster"
OLD = hashlib.sha256(JPEG).hexdigest()


async def rows(house: House, table: type) -> int:
    database = Database(DatabaseSettings(data_dir=house.data_dir).url())
    try:
        async with database.reading() as session:
            return len((await session.execute(select(table))).all())
    finally:
        await database.close()


async def keep_old_poster(house: House) -> None:
    url = DatabaseSettings(data_dir=house.data_dir).url()
    database = Database(url)
    try:
        async with database.writing() as session:
            long_ago = now() - timedelta(days=60)
            row = Poster(id=OLD, width=2, height=3, size=len(JPEG), created_at=long_ago)
            await PosterRepository(session).keep(row, alike=6)
    finally:
        await database.close()
    await PosterStore.open(house.data_dir / "posters").put_back(OLD, JPEG)


async def until_dropped(house: House) -> None:
    database = Database(DatabaseSettings(data_dir=house.data_dir).url())
    try:
        async with asyncio.timeout(40):
            while True:
                async with database.reading() as session:
                    if (await session.get_one(Poster, OLD)).dropped_at is not None:
                        return
                await asyncio.sleep(0.05)
    finally:
        await database.close()


@pytest.mark.parametrize(
    "fail_point", ["bot.erasing_noted", pytest.param("bot.pictures_erased", marks=pytest.mark.long)]
)
async def test_what_a_member_had_erased_goes_although_the_bot_is_killed_meanwhile(
    house: House, fail_point: str
) -> None:
    await house.start_engine()
    bot = await house.start_bot(fail_at=fail_point)
    alice = house.sandbox.member("alice")
    interaction = await alice.slash("judge", poster=upload())
    row = await house.final_row(interaction)
    assert row.poster_id is not None
    message = await interaction.reply()
    await told(await alice.click(message, button(message, "Right")))
    question = await (await alice.slash("privacy delete")).reply()
    await alice.click(question, button(question, "Erase everything"))
    await house.stopped()
    await house.kill(bot)
    await house.sandbox.bot_disconnected()
    await house.start_bot()
    async with asyncio.timeout(60):
        while await rows(house, Member):  # The note that something is being erased goes last.
            await asyncio.sleep(0.05)
    assert [await rows(house, table) for table in (Reply, Prediction, Feedback, Poster)] == [0, 0, 0, 0]
    assert not await house.has_poster(row.poster_id)


async def test_a_picture_that_was_being_dropped_is_dropped_by_the_next_bot(house: House) -> None:
    await keep_old_poster(house)
    bot = await house.start_bot(fail_at="bot.poster_dropped")
    await house.stopped()
    await house.replace(bot)
    await until_dropped(house)
    assert not await house.has_poster(OLD)
