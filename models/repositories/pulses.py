"""Small real writes, by which a process learns whether the database takes any."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.changes import insert
from models.tables import Pulse


class PulseRepository:
    """Rows of `pulses`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def beat(self, process: str, now: datetime) -> None:
        """Writes that a process could write at `now`."""
        statement = insert(self.session, Pulse).values(process=process, at=now)
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=[Pulse.process], set_={"at": statement.excluded.at})
        )

    async def erase_before(self, moment: datetime) -> None:
        """Erases what dead processes left; what another process is erasing just now is left to it."""
        old = select(Pulse.process).where(Pulse.at < moment).with_for_update(skip_locked=True)
        await self.session.execute(delete(Pulse).where(Pulse.process.in_(old)))
