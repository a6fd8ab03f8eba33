"""A bot killed between storing what a member said and telling so: nothing is lost, and nothing is stored twice."""

import pytest

from models.database import Database
from models.database_settings import DatabaseSettings
from models.repositories import FeedbackRepository
from tests.bot.corrections import answer_to, button, told
from tests.bot.scene import upload
from tests.end_to_end.house import House


async def stored(house: House) -> list[tuple[str, object]]:
    database = Database(DatabaseSettings(data_dir=house.data_dir).url())
    try:
        async with database.reading() as session:
            return [(event.kind, event.value) for event in await FeedbackRepository(session).get(range(1, 100))]
    finally:
        await database.close()


@pytest.mark.parametrize("in_words", [False, pytest.param(True, marks=pytest.mark.long)], ids=["pressed", "in words"])
async def test_what_was_said_is_stored_once_and_can_be_said_again(house: House, in_words: bool) -> None:
    await house.start_engine()
    bot = await house.start_bot(fail_at="bot.feedback_stored")
    alice, bob = house.sandbox.member("alice"), house.sandbox.member("bob")
    interaction = await alice.slash("judge", poster=upload())
    await house.final_row(interaction)
    message = await interaction.reply()
    if in_words:
        await bob.send(None, "it's a western", reply_to=message, mention=True)
    else:
        await bob.click(message, button(message, "Right"))
    await house.stopped()
    before = await stored(house)
    assert len(before) == 1
    await house.kill(bot)
    await house.sandbox.bot_disconnected()
    await house.start_bot()
    if in_words:
        again = await answer_to(house, await bob.send(None, "it's a western", reply_to=message, mention=True))
    else:
        again = await told(await bob.click(message, button(message, "Right")))
    assert "from you already" in again.text
    assert await stored(house) == before
    await house.sandbox.until(lambda: "The crowd (1 member)" in message.text)
