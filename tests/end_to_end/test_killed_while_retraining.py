"""A bot killed at any step of a retraining: the next one goes on, asks once, tells once, promotes once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from broker import streams
from broker.champion import read_champion
from models.database import Database
from models.database_settings import DatabaseSettings
from models.repositories.promotions import PromotionRepository
from models.tables import Decision
from sandbox import Message
from tests.bot.corrections import button
from tests.bot.versions.runs import done, finished, found, taken
from tests.end_to_end.house import House


@pytest.fixture
async def rows(house: House) -> AsyncIterator[Database]:
    database = Database(DatabaseSettings(data_dir=house.data_dir).url())
    yield database
    await database.close()


def messages(house: House) -> list[Message]:
    """What the channel shows of run 1."""
    return [one for one in house.sandbox.channel.messages.values() if "Run 1 · " in one.text]


async def in_the_channel(house: House, words: str) -> Message:
    """The one message of run 1, once it says something."""
    message: Message = await house.sandbox.until(
        lambda: next((one for one in messages(house) if words in one.text), None), timeout=30, what=words
    )
    assert messages(house) == [message]
    return message


@pytest.mark.parametrize(
    "fail_at", ["bot.run_kept", pytest.param("bot.run_told", marks=pytest.mark.long)], ids=["kept", "told"]
)
async def test_a_run_is_requested_and_told_once(house: House, rows: Database, fail_at: str) -> None:
    bot = await house.start_bot(fail_at=fail_at)
    await house.sandbox.member("olga").slash("model retrain")
    await house.stopped()
    assert len(messages(house)) == (fail_at == "bot.run_told")
    await house.kill(bot)
    await house.sandbox.bot_disconnected()
    await taken(rows, 1)
    await house.start_bot()
    await in_the_channel(house, "A trainer has taken it up.")
    await finished(rows, 1)
    await in_the_channel(house, "run-1 passed the gate")


async def test_a_request_that_died_with_its_bot_reaches_the_trainers_all_the_same(house: House, rows: Database) -> None:
    bot = await house.start_bot(fail_at="bot.run_kept")
    await house.sandbox.member("olga").slash("model retrain")
    await house.stopped()
    await house.kill(bot)
    await house.sandbox.bot_disconnected()
    await house.start_bot()
    await house.until_published(streams.TRAININGS)
    assert (await found(rows, 1)).deliveries == 0


async def test_a_promotion_is_made_once_and_the_engines_hear_of_it(house: House, rows: Database) -> None:
    await done(rows, channel_id=int(house.sandbox.channel.id))
    bot = await house.start_bot(fail_at="bot.promoted")
    message = await in_the_channel(house, "passed the gate")
    olga = house.sandbox.member("olga")
    await olga.click(message, button(message, "Promote"))
    await house.stopped()
    assert (await found(rows, 1)).decision is Decision.PROMOTED
    await house.kill(bot)
    await house.sandbox.bot_disconnected()
    await house.start_bot()
    await in_the_channel(house, "**Promoted** by olga.")
    async with rows.reading() as session:
        history = await PromotionRepository(session).history(10)
    assert [one.version for one in history] == ["run-1"]
    async with asyncio.timeout(20):
        while (told := await read_champion(house.broker)) is None or told.version != "run-1":
            await asyncio.sleep(0.05)
