"""Which model version is meant."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import ModelAlias
from models.tables.aliases import CHAMPION


class AliasRepository:
    """Rows of `model_aliases`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def champion(self) -> str | None:
        """Name of the version that answers members; None in a database that never had one."""
        return await self.session.scalar(select(ModelAlias.version).where(ModelAlias.alias == CHAMPION))

    async def set_champion(self, version: str, now: datetime) -> None:
        """Makes `version` the one that answers."""
        await self.session.merge(ModelAlias(alias=CHAMPION, version=version, changed_at=now))
