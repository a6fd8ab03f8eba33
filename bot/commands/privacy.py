"""`/privacy`: a member gets, or erases, all that is kept of them."""

import io
from typing import Any, Final

import discord
from discord import app_commands

from bot.components.pressable import Verb
from bot.components.presses import Presses
from bot.layouts.judgement_layout import NoticeLayout
from bot.layouts.privacy_layout import ConfirmLayout, ExportLayout, erased_text
from bot.members.erasing import Erasing
from bot.members.personal_data import PICTURES, PersonalData, TooLarge, gather_personal_data
from bot.tree import Refused
from models.database import Database
from posters.store import PosterStore, PosterStoreError

IN_HAND: Final = "I am writing somebody's file already. Please try again in a minute."
TOO_LARGE: Final = "There is more of you than fits into a message. Please ask those who run this bot for it."
OUT_OF_REACH: Final = "I cannot get at the pictures right now. Please try again in a minute."
NOT_YOURS: Final = "That button is for somebody else. `/privacy delete` gives you one of your own."
GOES_ON: Final = "I cannot get at all of your pictures right now. What is left is erased as soon as I can, by itself."


class PrivacyCommands(app_commands.Group):
    """Answers the member alone, in servers and in direct messages."""

    def __init__(self, database: Database, store: PosterStore, erasing: Erasing) -> None:
        super().__init__(
            name="privacy",
            description="All that I keep of you: get it, or have it erased",
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self._database = database
        self._store = store
        self._erasing = erasing
        self._writing = False

    def add_to(self, tree: app_commands.CommandTree[discord.Client], presses: Presses) -> None:
        """Registers the commands, and the button that confirms."""
        tree.add_command(self)
        presses.on_press(Verb.ERASE, self._erase)

    @app_commands.command(name="export", description="All that I keep of you, as files")
    async def export(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Sends the files. One at a time: each is built in memory."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if self._writing:
            raise Refused(IN_HAND)
        self._writing = True
        try:
            data = await gather_personal_data(self._database, self._store, interaction.user.id)
        except TooLarge:
            raise Refused(TOO_LARGE) from None
        except PosterStoreError:
            raise Refused(OUT_OF_REACH) from None
        finally:
            self._writing = False
        await interaction.edit_original_response(view=ExportLayout(data), attachments=_files(data))

    @app_commands.command(name="delete", description="Have all that I keep of you erased; I ask once more before")
    async def delete(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Says what would go and what would stay, with the button that does it."""
        await interaction.response.send_message(view=ConfirmLayout(interaction.user.id), ephemeral=True)

    async def _erase(self, interaction: discord.Interaction[Any], about: str) -> None:
        """Erases, however often it is pressed."""
        if about != str(interaction.user.id):
            raise Refused(NOT_YOURS)
        await interaction.response.defer()
        try:
            erased = await self._erasing.erase(interaction.user.id)
        except PosterStoreError:
            raise Refused(GOES_ON) from None
        await interaction.edit_original_response(view=NoticeLayout(erased_text(erased)))


def _files(data: PersonalData) -> list[Any]:
    files = [discord.File(io.BytesIO(data.content), filename=data.name)]
    if data.pictures is not None:
        files.append(discord.File(io.BytesIO(data.pictures), filename=PICTURES))
    return files
