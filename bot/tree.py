"""The command tree, and the one place where an exception becomes a reply."""

from typing import Any, Final

import aiohttp
import discord
import structlog
from discord import app_commands
from sqlalchemy.exc import SQLAlchemyError

from bot.feedback.permission import NotAccepted
from bot.layouts.judgement_layout import NoticeLayout
from models.database_faults import sentence_for_fault

log = structlog.get_logger(__name__)

UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
"""Discord's codes for an interaction that ran out or that somebody else answered."""

NOT_NOTED: Final = "I cannot note anything down right now. Please try again in a minute."
APOLOGY: Final = "Something went wrong on my side. Please try again; if it stays so, tell those who run this bot."


class Refused(app_commands.AppCommandError):
    """What was asked cannot be done; the text is one sentence for the member, who alone sees it."""


class Tree(app_commands.CommandTree[discord.Client]):
    """Commands whose exceptions become replies."""

    async def on_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError, /
    ) -> None:
        """Tells the member, privately, and the log, in full."""
        await answer_fault(interaction, error.original if isinstance(error, app_commands.CommandInvokeError) else error)


async def answer_fault(interaction: discord.Interaction[Any], fault: Exception) -> None:
    """Answers refusals with their sentence, faults with an apology, and too late interactions not at all.

    Commands, buttons, menus and modals all end here.
    """
    if isinstance(fault, discord.HTTPException) and fault.code in (UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED):
        log.warning("interaction.too_late", interaction=interaction.id, code=fault.code)
        return
    if isinstance(fault, Refused | NotAccepted):
        await _tell(interaction, str(fault))
        return
    if isinstance(fault, app_commands.CheckFailure):
        await _tell(interaction, "You are not allowed to do that here.")
        return
    if isinstance(fault, SQLAlchemyError):
        log.warning("interaction.not_noted", interaction=interaction.id, reason=sentence_for_fault(fault))
        await _tell(interaction, NOT_NOTED)
        return
    if interaction.client.is_closed():
        log.warning("interaction.bot_closed", interaction=interaction.id, error=type(fault).__name__)
        return
    log.error("interaction.failed", interaction=interaction.id, exc_info=fault)
    await _tell(interaction, APOLOGY)


async def _tell(interaction: discord.Interaction[Any], sentence: str) -> None:
    layout = NoticeLayout(sentence)
    try:
        if not interaction.response.is_done():
            await interaction.response.send_message(view=layout, ephemeral=True)
            return
        if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
            # The first follow-up inherits this deferral's visibility; a later one keeps its own.
            await interaction.delete_original_response()
        await interaction.followup.send(view=layout, ephemeral=True)
    except discord.HTTPException as error:
        log.warning("interaction.not_told", interaction=interaction.id, code=error.code)
    except (aiohttp.ClientError, OSError) as error:  # Discord, or the way to it, went away meanwhile.
        log.warning("interaction.not_told", interaction=interaction.id, error=type(error).__name__)
