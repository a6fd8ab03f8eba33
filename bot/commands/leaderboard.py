"""`/leaderboard`: who corrected most in a server, of those who want to be seen."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import app_commands

from bot.layouts.judgement_layout import NoticeLayout
from bot.members.leaderboard import TOP, Standing, join, leaderboard
from bot.tree import Refused
from models.database import Database

JOINED: Final = (
    "You are on the leaderboards of the servers where you correct me: everybody there can see how often, and how often "
    "others agree. Corrections of private judgements do not count. `/leaderboard leave` takes you off."
)
LEFT: Final = "Nobody sees you on a leaderboard. `/leaderboard join` puts you on."
HEADING: Final = "## Who corrects me best here"
RULE: Final = (
    "-# A point for each correction that others here agree with, one less for each that they contradict; "
    "what nobody else spoke of gives none. Only those who joined (`/leaderboard join`) are shown."
)
NOBODY: Final = "Nobody yet. `/leaderboard join`, and then correct some judgements with their buttons."
MOST_ASKED: Final = 30
"""Members about whom Discord is asked: more of the best will hardly have left."""

SERVERS_ONLY: Final = "A leaderboard is of a server: please ask there."


class LeaderboardCommands(app_commands.Group):
    """Answers the member alone."""

    def __init__(self, database: Database) -> None:
        super().__init__(
            name="leaderboard",
            description="Who corrects me best in this server, of those who want to be seen",
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        )
        self._database = database

    @app_commands.command(name="join", description="Let others see how much you corrected")
    async def join(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Whoever does not join is shown nowhere."""
        await join(self._database, interaction.user.id, True)
        await interaction.response.send_message(view=NoticeLayout(JOINED), ephemeral=True)

    @app_commands.command(name="leave", description="Let nobody see how much you corrected")
    async def leave(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Holds at once, in all servers."""
        await join(self._database, interaction.user.id, False)
        await interaction.response.send_message(view=NoticeLayout(LEFT), ephemeral=True)

    @app_commands.command(name="show", description="Who corrects me best in this server")
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Mentions ping nobody: the client allows none."""
        if interaction.guild is None:
            raise Refused(SERVERS_ONLY)
        await interaction.response.defer(ephemeral=True, thinking=True)
        places = await leaderboard(self._database, interaction.guild.id)
        lines = _lines(await _still_there(interaction.guild, places))
        await interaction.edit_original_response(view=NoticeLayout(HEADING, *(lines or [NOBODY]), RULE))


async def _still_there(guild: discord.Guild, places: Sequence[Standing]) -> list[Standing]:
    """The first `TOP` whose members have not left. Asks Discord: without a privileged intent the bot knows of none."""
    there: list[Standing] = []
    for start in range(0, min(len(places), MOST_ASKED), TOP):
        some = places[start : start + TOP]
        present = await asyncio.gather(*(_is_member(guild, place.user_id) for place in some))
        there += [place for place, is_there in zip(some, present, strict=True) if is_there]
        if len(there) >= TOP:
            break
    return there[:TOP]


async def _is_member(guild: discord.Guild, user_id: int) -> bool:
    try:
        await guild.fetch_member(user_id)
    except discord.NotFound:
        return False
    return True


def _lines(places: Sequence[Standing]) -> list[str]:
    return [
        f"{number}. <@{place.user_id}>: **{place.points}** {'point' if place.points == 1 else 'points'} "
        f"({place.corrections} {'correction' if place.corrections == 1 else 'corrections'})"
        for number, place in enumerate(places, 1)
    ]
