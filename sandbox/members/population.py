"""Who and what there is in a sandbox, and more of everything."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.members.acting import Actor
from sandbox.world.channels import Channel
from sandbox.world.guilds import Guild, Role, User
from sandbox.world.world import ACCOUNT_AGE_DAYS, World


class Population:
    """The part of a `Sandbox` that knows guilds, channels and members.

    Attributes:
        world: What there is.
    """

    world: World

    @property
    def guild(self) -> Guild:
        """Return the first guild."""
        return next(iter(self.world.guilds.values()))

    @property
    def channel(self) -> Channel:
        """Return the first guild's first channel, #posters."""
        return next(iter(self.guild.channels.values()))

    @property
    def bot_user(self) -> User:
        """Return the bot's account."""
        return self.world.bot

    def member(self, name: str, *, guild: Guild | None = None) -> Actor:
        """Return a member who can act.

        Raises:
            KeyError: If nobody in the guild is called so.
        """
        return Actor(self.world, self.world.member(guild or self.guild, name))

    def add_member(
        self,
        name: str,
        *,
        guild: Guild | None = None,
        roles: Iterable[Role] = (),
        permissions: int = 0,
        created_days_ago: float = ACCOUNT_AGE_DAYS,
    ) -> Actor:
        """Let somebody join.

        Args:
            name: Their name.
            guild: Where; the first guild if not given.
            roles: Roles they get.
            permissions: What they may do beyond that, by a role of their own.
            created_days_ago: How old their account is, if it is made now; its id says so.
        """
        guild = guild or self.guild
        member = self.world.join(guild, self.world.user(name, created_days_ago=created_days_ago), roles)
        if permissions:
            self.world.add_role(guild, f"{name}'s role", permissions, member)
        return Actor(self.world, member)

    def add_role(self, name: str, permissions: int = 0, *, guild: Guild | None = None) -> Role:
        """Make a role."""
        return self.world.add_role(guild or self.guild, name, permissions)

    def add_channel(self, name: str, *, guild: Guild | None = None) -> Channel:
        """Make a text channel."""
        guild = guild or self.guild
        return self.world.add_channel(guild, name, position=len(guild.channels))

    def add_guild(
        self,
        name: str,
        *,
        owner: str = "olga",
        members: Iterable[str] = ("alice",),
        channels: Iterable[str] = ("general",),
    ) -> Guild:
        """Make another guild the bot is in."""
        return self.world.add_guild(name, owner=self.world.user(owner), members=members, channels=channels)
