"""How far imports of IMDb's files got."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.changes import insert, rows_changed
from models.tables import FilmImport


class FilmImportRepository:
    """Rows of `film_imports`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def begin(self, file: str, fingerprint: str) -> FilmImport:
        """Where the import of a file stands; at the start for one that differs from the last of its name."""
        anew = {"fingerprint": fingerprint, "position": 0, "finished_at": None}
        await self.session.execute(
            insert(self.session, FilmImport)
            .values({"file": file} | anew)
            .on_conflict_do_update(
                index_elements=[FilmImport.file], set_=anew, where=FilmImport.fingerprint != fingerprint
            )
        )
        return await self.session.get_one(FilmImport, file, populate_existing=True)

    async def advance(self, file: str, fingerprint: str, before: int, after: int) -> bool:
        """Notes that all lines before a position are in the database; False if somebody else moved it."""
        at_our_place = (
            FilmImport.file == file,
            FilmImport.fingerprint == fingerprint,
            FilmImport.position == before,
        )
        return await rows_changed(self.session, update(FilmImport).where(*at_our_place).values(position=after)) == 1

    async def finish(self, file: str, fingerprint: str, now: datetime) -> None:
        """Notes that a file is in the database as a whole."""
        ours = (FilmImport.file == file, FilmImport.fingerprint == fingerprint)
        await self.session.execute(update(FilmImport).where(*ours).values(finished_at=now))

    async def forget(self, file: str) -> None:
        """Lets a file be read again, even the same."""
        await self.session.execute(delete(FilmImport).where(FilmImport.file == file))

    async def all(self) -> Sequence[FilmImport]:
        """Every file that an import was begun of."""
        return (await self.session.scalars(select(FilmImport).order_by(FilmImport.file))).all()
