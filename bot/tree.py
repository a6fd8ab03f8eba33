"""The command tree: the one place where an exception becomes a reply."""

from typing import Final

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.layouts.judgement_layout import NoticeLayout

log = structlog.get_logger(__name__)

UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
"""Discord's codes for an interaction that ran out or that somebody else answered."""

APOLOGY: Final = "Something went wrong on my side. Please try again; if it stays so, tell those who run this bot."


class Refused(app_commands.AppCommandError):
    """What was asked cannot be done; the text is one sentence for the member, who alone sees it."""


class Tree(app_commands.CommandTree[discord.Client]):
    """Answers refusals with their sentence, faults with an apology, and too late interactions not at all."""

    async def on_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError, /
    ) -> None:
        """Tells the member, privately, and the log, in full."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, discord.HTTPException) and cause.code in (UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED):
            log.warning("interaction.too_late", interaction=interaction.id, code=cause.code)
            return
        if isinstance(cause, Refused):
            await _tell(interaction, str(cause))
            return
        if isinstance(cause, app_commands.CheckFailure):
            await _tell(interaction, "You are not allowed to do that here.")
            return
        log.error("interaction.failed", interaction=interaction.id, exc_info=cause)
        await _tell(interaction, APOLOGY)


async def _tell(interaction: discord.Interaction[discord.Client], sentence: str) -> None:
    layout = NoticeLayout(sentence)
    try:
        if interaction.response.is_done():
            # The first follow-up inherits the deferral's visibility; a later one keeps its own.
            await interaction.delete_original_response()
            await interaction.followup.send(view=layout, ephemeral=True)
        else:
            await interaction.response.send_message(view=layout, ephemeral=True)
    except discord.HTTPException as error:
        log.warning("interaction.not_told", interaction=interaction.id, code=error.code)
    except (aiohttp.ClientError, OSError) as error:  # Discord, or the way to it, went away meanwhile.
        log.warning("interaction.not_told", interaction=interaction.id, error=type(error).__name__)
