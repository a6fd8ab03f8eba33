"""What tests of corrections share: a judgement on Discord, and what is below it."""

from typing import Any

from bot.judging.clock import now
from models.database import Database
from models.repositories import FeedbackRepository, GuildRepository
from models.tables import Feedback
from sandbox import Actor, Interaction, Message
from tests.bot.scene import Scene, upload
from tests.end_to_end.house import House


async def judged(scene: Scene, who: Actor, **options: Any) -> Message:
    """A judgement that a member asked for: "Horror", with its buttons."""
    interaction = await who.slash("judge", poster=upload(), **options)
    await scene.answer(await scene.next_request())
    message: Message = await interaction.reply(lambda message: "Horror" in message.text)
    await scene.final_row(interaction)
    return message


def button(message: Message, label: str) -> str:
    """Custom id of the first button with a label."""
    return next(str(part["custom_id"]) for part in message.walk() if part.get("label") == label)


def menu_of(message: Message) -> dict[str, Any]:
    """The menu of a message."""
    (select,) = [part for part in message.walk() if part["type"] == 3]
    return select


async def told(interaction: Interaction) -> Message:
    """What a press told its member alone."""
    message: Message = await interaction.reply(lambda reply: reply.ephemeral)
    return message


async def answer_to(scene: Scene | House, message: Message) -> Message:
    """The bot's reply to a member's message."""
    answer: Message = await scene.sandbox.until(lambda: next(iter(answers_to(message)), None), what="the answer")
    return answer


def answers_to(message: Message) -> list[Message]:
    """The bot's replies to a member's message so far."""
    replies = [one for one in message.channel.messages.values() if one.reference and one.author.bot]
    return [one for one in replies if one.reference and one.reference["message_id"] == message.id]


async def events(scene: Scene) -> list[Feedback]:
    """All that is stored of what members said, oldest first."""
    database = Database(scene.database_settings.url())
    try:
        async with database.reading() as session:
            return list(await FeedbackRepository(session).get(range(1, 100)))
    finally:
        await database.close()


async def set_up(scene: Scene, **changes: Any) -> None:
    """What a manager chose for the guild."""
    database = Database(scene.database_settings.url())
    try:
        async with database.writing() as session:
            guild_id = int(scene.sandbox.channel.guild.id)
            await GuildRepository(session).change(guild_id, now(), **changes)
    finally:
        await database.close()
