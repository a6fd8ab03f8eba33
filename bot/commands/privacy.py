"""`/privacy`: a member gets, or erases, all that is kept of them."""

import io
from typing import Any, Final

import discord
from discord import app_commands

from bot.layouts.privacy_layout import ExportLayout
from bot.members.personal_data import PICTURES, PersonalData, TooLarge, gather_personal_data
from bot.tree import Refused
from models.database import Database
from posters.store import PosterStore, PosterStoreError

IN_HAND: Final = "I am writing somebody's file already. Please try again in a minute."
TOO_LARGE: Final = "There is more of you than fits into a message. Please ask those who run this bot for it."
OUT_OF_REACH: Final = "I cannot get at the pictures right now. Please try again in a minute."


class PrivacyCommands(app_commands.Group):
    """Answers the member alone, in servers and in direct messages."""

    def __init__(self, database: Database, store: PosterStore) -> None:
        super().__init__(
            name="privacy",
            description="All that I keep of you: get it, or have it erased",
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self._database = database
        self._store = store
        self._writing = False

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


def _files(data: PersonalData) -> list[Any]:
    files = [discord.File(io.BytesIO(data.content), filename=data.name)]
    if data.pictures is not None:
        files.append(discord.File(io.BytesIO(data.pictures), filename=PICTURES))
    return files
