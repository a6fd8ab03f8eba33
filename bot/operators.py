"""Who operates the bot: they may do what concerns all servers at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import discord

from bot.tree import Refused
from bot.versions.promoting import NotPromoted, Operator
from bot.versions.retraining import NotDone

NOT_OPERATOR: Final = "Only those who run this bot can do that."


class Operators:
    """The application's owner or team, and whom they named in their home guild."""

    def __init__(self, client: discord.Client, *, home_guild: int | None, role: int | None) -> None:
        """Takes the ids of the home guild and of a role there whose members operate the bot as well."""
        self._client = client
        self._home_guild = home_guild
        self._role = role

    @property
    def home(self) -> discord.Object | None:
        """Where operators' commands are registered; None for everywhere."""
        return None if self._home_guild is None else discord.Object(self._home_guild)

    async def check(self, interaction: discord.Interaction[Any]) -> None:
        """Lets an operator pass.

        Raises:
            Refused: the member is none, or not in the home guild.
            discord.HTTPException: Discord does not say whose the application is.
        """
        if self._home_guild is not None and interaction.guild_id != self._home_guild:
            raise Refused(NOT_OPERATOR)
        if self._home_guild is not None and (interaction.permissions.administrator or self._has_role(interaction.user)):
            return
        # Asked each time: a team changes while the bot runs.
        if interaction.user.id not in _owners(await self._client.application_info()):
            raise Refused(NOT_OPERATOR)

    def _has_role(self, user: discord.User | discord.Member) -> bool:
        return self._role is not None and isinstance(user, discord.Member) and user.get_role(self._role) is not None


def _owners(application: discord.AppInfo) -> set[int]:
    """The owner, or the team's members who accepted and may do more than read."""
    if application.team is None:
        return {application.owner.id}
    return {
        member.id
        for member in application.team.members
        if member.membership_state is discord.TeamMembershipState.accepted
        and member.role is not discord.TeamMemberRole.read_only
    }


def operator_of(interaction: discord.Interaction[Any]) -> Operator:
    """Who decides, as the log of promotions and runs has it."""
    return Operator(interaction.user.name, interaction.user.id)


@contextmanager
def refusals() -> Iterator[None]:
    """Lets what cannot be done become a private sentence."""
    try:
        yield
    except (NotDone, NotPromoted) as error:
        raise Refused(str(error)) from None
