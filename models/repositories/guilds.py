"""How servers' managers set the bot up, and whose corrections do not count there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.changes import insert
from models.tables import BlockedMember, GuildSetup

UNTOUCHED: Final[dict[str, Any]] = {
    "channels": [],
    "corrector_role_id": None,
    "posters_per_minute": None,
    "corrections_per_minute": None,
    "private_replies": False,
    "auto_judge_channels": [],
}
"""Settings of a server whose managers set nothing up."""


class GuildRepository:
    """Rows of `guild_setups` and `blocked_members`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def setup(self, guild_id: int) -> GuildSetup | None:
        """A server's own settings; None where everything is as it comes."""
        return await self.session.get(GuildSetup, guild_id)

    async def change(self, guild_id: int, now: datetime, **changes: Any) -> GuildSetup:
        """Changes some of a server's settings, named as their columns, and gives all of them."""
        # Two managers may make the row at the same moment: one statement for both cases, on both databases.
        changed = changes | {"updated_at": now}
        await self.session.execute(
            insert(self.session, GuildSetup)
            .values({"guild_id": guild_id} | UNTOUCHED | changed)
            .on_conflict_do_update(index_elements=[GuildSetup.guild_id], set_=changed)
        )
        return await self.session.get_one(GuildSetup, guild_id, populate_existing=True)

    async def reset(self, guild_id: int) -> None:
        """Brings a server's settings back to how they come; who is blocked stays so."""
        await self.session.execute(delete(GuildSetup).where(GuildSetup.guild_id == guild_id))

    async def is_blocked(self, guild_id: int, user_id: int) -> bool:
        """Whether a member's corrections do not count in a server."""
        query = select(exists().where(BlockedMember.guild_id == guild_id, BlockedMember.user_id == user_id))
        return bool(await self.session.scalar(query))

    async def block(self, guild_id: int, user_id: int, now: datetime) -> bool:
        """Lets a member's corrections no longer count in a server; False if they did not before."""
        statement = (
            insert(self.session, BlockedMember)
            .values(guild_id=guild_id, user_id=user_id, blocked_at=now)
            .on_conflict_do_nothing()
        )
        return await self.session.scalar(statement.returning(BlockedMember.user_id)) is not None

    async def unblock(self, guild_id: int, user_id: int) -> bool:
        """Lets a member's corrections count again, those from before too; False if they did."""
        statement = delete(BlockedMember).where(BlockedMember.guild_id == guild_id, BlockedMember.user_id == user_id)
        return await self.session.scalar(statement.returning(BlockedMember.user_id)) is not None

    async def blocked(self, guild_id: int) -> Sequence[BlockedMember]:
        """Members whose corrections do not count in a server, the latest first."""
        query = (
            select(BlockedMember).where(BlockedMember.guild_id == guild_id).order_by(BlockedMember.blocked_at.desc())
        )
        return (await self.session.scalars(query)).all()
