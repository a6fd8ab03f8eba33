"""`/setup`: the panel with which a server's managers set the bot up."""

from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import app_commands

from bot.components.pressable import Verb
from bot.components.presses import Presses
from bot.layouts.setup_layout import AS_OPERATOR, MOST_CHANNELS, NEEDS_CONTENT, Bounds, Part, SetupLayout
from bot.settings import BotSettings
from bot.setups.guild_setups import GuildSetups
from bot.tree import Refused
from models.tables import GuildSetup

NOT_MANAGER: Final = "Only members who may manage this server can do that."
NOT_THERE: Final = "That is not to be had in this server any more. Please choose again."
RESET_DONE: Final = "All is back to how it comes."

MANAGERS_COMMAND: Final[dict[str, Any]] = {
    "allowed_installs": app_commands.AppInstallationType(guild=True, user=False),
    "allowed_contexts": app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
}
"""Where managers' commands are; that Discord offers them to managers alone is checked again by `managed_guild`."""


def managed_guild(interaction: discord.Interaction[Any]) -> discord.Guild:
    """The server that the member manages.

    Raises:
        Refused: there is none: a server may show a command to whom it likes, and a panel to whoever forwards it.
    """
    if interaction.guild is None or not interaction.permissions.manage_guild:
        raise Refused(NOT_MANAGER)
    return interaction.guild


def bounds_of(settings: BotSettings) -> Bounds:
    """What the operator's settings leave to servers."""
    return Bounds(
        posters_per_minute=settings.member_posters_per_minute,
        corrections_per_minute=settings.member_corrections_per_minute,
        message_content=settings.message_content,
    )


class SetupCommand:
    """Shows the panel, and does what is pressed there."""

    def __init__(self, setups: GuildSetups, bounds: Bounds) -> None:
        self._setups = setups
        self._bounds = bounds

    def add_to(self, tree: app_commands.CommandTree[discord.Client], presses: Presses) -> None:
        """Registers the command, for servers alone, and what is pressed in its panel."""

        @app_commands.default_permissions(manage_guild=True)
        async def setup(interaction: discord.Interaction[discord.Client]) -> None:
            guild = managed_guild(interaction)
            layout = self._layout(guild, await self._setups.of(guild.id))
            await interaction.response.send_message(view=layout, ephemeral=True)

        tree.add_command(
            app_commands.Command(
                name="setup",
                description="Where, how often and by whom I may be used in this server",
                callback=setup,
                **MANAGERS_COMMAND,
            )
        )
        presses.on_press(Verb.SETUP, self._press)

    async def _press(self, interaction: discord.Interaction[Any], about: str) -> None:
        """Changes what a menu or button of the panel is about, and shows the panel anew.

        Raises:
            Refused: the member manages nothing here, or what was chosen is not to be had.
            SQLAlchemyError: nothing was changed.
        """
        guild = managed_guild(interaction)
        data: Any = interaction.data
        values: Sequence[str] = data.get("values", [])
        if about == Part.RESET:
            layout = self._layout(guild, await self._setups.reset(guild.id), RESET_DONE)
        else:
            layout = self._layout(guild, await self._setups.change(guild.id, **self._chosen(guild, about, values)))
        await interaction.response.edit_message(view=layout)

    def _chosen(self, guild: discord.Guild, about: str, values: Sequence[str]) -> dict[str, Any]:
        """The change that a menu's values mean; whatever they are, they were sent by a member's machine."""
        if about in (Part.PRIVATE, Part.OPEN):
            return {"private_replies": about == Part.PRIVATE}
        if about == Part.CHANNELS:
            return {"channels": _channels(guild, values)}
        if about == Part.AUTO_JUDGE:
            if not self._bounds.message_content:
                raise Refused(NEEDS_CONTENT)
            return {"auto_judge_channels": _channels(guild, values)}
        if about == Part.ROLE:
            if values and (not values[0].isdecimal() or guild.get_role(int(values[0])) is None):
                raise Refused(NOT_THERE)
            return {"corrector_role_id": int(values[0]) if values else None}
        if about in (Part.POSTERS, Part.CORRECTIONS) and values:
            part = Part(about)
            offered = {str(limit): limit for limit in self._bounds.limits(part)}
            if values[0] != AS_OPERATOR and values[0] not in offered:
                raise Refused(NOT_THERE)
            return {f"{part}_per_minute": offered.get(values[0])}
        raise Refused(NOT_THERE)

    def _layout(self, guild: discord.Guild, setup: GuildSetup, changed: str = "") -> SetupLayout:
        def exists(one: int) -> bool:
            return guild.get_channel(one) is not None or guild.get_role(one) is not None

        return SetupLayout(setup, self._bounds, exists, changed)


def _channels(guild: discord.Guild, values: Sequence[str]) -> list[int]:
    if len(values) > MOST_CHANNELS or not all(
        value.isdecimal() and guild.get_channel(int(value)) is not None for value in values
    ):
        raise Refused(NOT_THERE)
    return [int(value) for value in values]
