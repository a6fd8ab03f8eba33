"""The button that takes a judgement off the channel."""

import re
from typing import Any, Final

import discord

from bot.components.deferring import keep_and_defer
from bot.components.pressable import Verb
from bot.components.presses import UNKNOWN, Presses
from bot.layouts.judgement_layout import NoticeLayout
from bot.tree import Refused
from models.database import Database
from models.repositories import ReplyRepository

NOT_YOURS: Final = "Only whoever asked for this judgement, or may manage messages here, can delete it."
ERASED: Final = "What I knew of this judgement is erased. Whoever may manage messages here can delete my message."
DELETED: Final = "The message is deleted. What was judged and said of it still counts; see `/privacy`."
NUMBER: Final = re.compile(r"[0-9]{1,18}|[1-8][0-9]{18}")
"""Of a reply: as large as the database takes."""

UNKNOWN_MESSAGE: Final = 10008


class DeletePress:
    """Deletes the bot's message, for its asker and for moderators. The rows stay: they are learnt from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_to(self, presses: Presses) -> None:
        """Registers it."""
        presses.on_press(Verb.DELETE, self.delete)

    async def delete(self, interaction: discord.Interaction[Any], about: str) -> None:
        """Deletes the message that the button is on, whatever the custom id says of another one."""
        if not NUMBER.fullmatch(about):
            raise Refused(UNKNOWN)
        await keep_and_defer(interaction, self._check(interaction, int(about)))
        try:
            await interaction.delete_original_response()
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:  # Else somebody else was quicker.
                raise
        await interaction.followup.send(view=NoticeLayout(DELETED), ephemeral=True)

    async def _check(self, interaction: discord.Interaction[Any], reply_id: int) -> None:
        if interaction.permissions.manage_messages and interaction.guild_id is not None:
            return
        # Discord knows who asked, also of a judgement that is erased; not where no command asked, or it was too late.
        asked = interaction.message.interaction_metadata if interaction.message else None
        if asked is not None and asked.user.id == interaction.user.id:
            return
        async with self._database.reading() as session:
            reply = await ReplyRepository(session).get(reply_id)
        if reply is None and asked is None:
            raise Refused(ERASED)
        if reply is None or (reply.user_id, reply.channel_id) != (interaction.user.id, interaction.channel_id):
            raise Refused(NOT_YOURS)
