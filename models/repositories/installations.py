"""What is drawn once for an installation."""

import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.changes import insert
from models.tables import Installation

THE_ROW: Final = 1


class InstallationRepository:
    """The one row of `installation`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def held_out_salt(self) -> str:
        """The secret by which corrected posters are parted; drawn by whoever asks first. In a unit that writes."""
        drawn = {"id": THE_ROW, "held_out_salt": secrets.token_hex(32)}
        # Of two that ask at once both read what the first one drew.
        await self.session.execute(insert(self.session, Installation).values(drawn).on_conflict_do_nothing())
        return (await self.session.scalars(select(Installation.held_out_salt))).one()
