"""Posters: which of them look the same, and whose picture nobody needs any more."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, not_, or_, select, update
from sqlalchemy import inspect as sqlalchemy_inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models.repositories.changes import insert
from models.tables import OPEN_STATES, Feedback, Poster, Prediction, PredictionState

BANDS: Final = 4
BAND_BITS: Final = 16

SOON_NEEDED: Final = (*OPEN_STATES, PredictionState.DECIDED)
"""States of predictions whose picture an engine or a reply still asks for."""


class PosterRepository:
    """Rows of `posters`."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def keep(self, poster: Poster, alike: int) -> None:
        """Keeps a poster's row, in the group of the poster that looks most like it, or in a group of its own.

        A group's name is drawn at random: a poster that is erased leaves no trace of it in the others. Two processes
        that keep two copies at the same moment may make two groups; the next copy joins one of them.

        Args:
            poster: with its perceptual hash; group and bands are filled in here.
            alike: bits in which the hashes of two pictures of one poster differ at most, at most 7.
        """
        known = update(Poster).where(Poster.id == poster.id).values(dropped_at=None).returning(Poster.id)
        if await self.session.scalar(known) is not None:
            return
        if poster.perceptual_hash is not None:
            poster.band_0, poster.band_1, poster.band_2, poster.band_3 = bands_of(poster.perceptual_hash)
            poster.group_id = await self._nearest_group(poster.perceptual_hash, alike)
        poster.group_id = poster.group_id or uuid.uuid4().hex
        values = {column.key: getattr(poster, column.key) for column in sqlalchemy_inspect(Poster).mapper.column_attrs}
        # The same poster may come in at the same moment in another process; one row is enough for both.
        await self.session.execute(insert(self.session, Poster).values(values).on_conflict_do_nothing())

    async def _nearest_group(self, perceptual_hash: int, alike: int) -> str | None:
        """Of seven differing bits some band of four holds at most one: each is looked up with its neighbours."""
        columns = (Poster.band_0, Poster.band_1, Poster.band_2, Poster.band_3)
        near = or_(
            *(column.in_(neighbours(band)) for column, band in zip(columns, bands_of(perceptual_hash), strict=True))
        )
        query = select(Poster.perceptual_hash, Poster.group_id).where(near, Poster.group_id.is_not(None))
        found = [
            (_distance(perceptual_hash, other), group)
            for other, group in await self.session.execute(query)
            if other is not None
        ]
        nearest, group = min(found, default=(alike + 1, None))
        return group if nearest <= alike else None

    async def unneeded(self, before: datetime, limit: int) -> Sequence[str]:
        """Ids of posters that nobody corrected and nobody asked about since a time, the oldest first."""
        query = (
            select(Poster.id)
            .where(Poster.dropped_at.is_(None), Poster.created_at < before, _is_unneeded(before))
            .order_by(Poster.created_at)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def mark_dropped(self, poster_id: str, before: datetime, now: datetime) -> bool:
        """Notes that a picture goes, if still nobody needs it. Until the unit ends nobody can judge the poster again.

        Whoever is about to queue it touches the same row, and looks afterwards whether the picture is there.
        """
        locked = await self.session.scalar(select(Poster.id).where(Poster.id == poster_id).with_for_update())
        if locked is None:
            return False
        # A look of its own, after the lock: PostgreSQL would test the first one's old picture of the other tables.
        statement = (
            update(Poster)
            .where(Poster.id == poster_id, Poster.dropped_at.is_(None), _is_unneeded(before))
            .values(dropped_at=now)
            .returning(Poster.id)
        )
        return await self.session.scalar(statement) is not None

    async def lock(self, poster_ids: Collection[str]) -> None:
        """To the end of the unit nobody else begins to use these posters."""
        query = select(Poster.id).where(Poster.id.in_(poster_ids)).order_by(Poster.id).with_for_update()
        await self.session.execute(query)

    async def erase_unused(self, poster_ids: Collection[str]) -> Sequence[str]:
        """Erases those posters, locked before, that no prediction refers to, and what was said of them.

        Returns:
            Their ids: their pictures have to go before the unit ends, or none would be found after a kill.
        """
        used = exists().where(Prediction.poster_id == Poster.id)
        statement = delete(Poster).where(Poster.id.in_(poster_ids), not_(used)).returning(Poster.id)
        return (await self.session.scalars(statement, execution_options={"synchronize_session": False})).all()


def bands_of(perceptual_hash: int) -> tuple[int, ...]:
    """The hash's 64 bits in four numbers of 0 to 65,535."""
    mask = (1 << BAND_BITS) - 1
    return tuple((perceptual_hash >> (BAND_BITS * band)) & mask for band in range(BANDS))


def neighbours(band: int) -> tuple[int, ...]:
    """A band and the 16 others that differ from it in one bit."""
    return (band, *(band ^ (1 << bit) for bit in range(BAND_BITS)))


def _distance(one: int, other: int) -> int:
    return ((one ^ other) & ((1 << BANDS * BAND_BITS) - 1)).bit_count()


def _is_unneeded(before: datetime) -> ColumnElement[bool]:
    asked = exists().where(
        Prediction.poster_id == Poster.id,
        or_(Prediction.received_at >= before, Prediction.state.in_(SOON_NEEDED)),
    )
    alike = aliased(Poster)
    same = or_(alike.id == Poster.id, and_(alike.group_id == Poster.group_id))
    corrected = exists().where(Feedback.poster_id == alike.id, same)
    return and_(not_(asked), not_(corrected))
