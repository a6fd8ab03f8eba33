"""What the crowd's corrections say of the model: the rows that figures are made of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories.feedback import FeedbackRepository, Record, was_blocked
from models.tables import Feedback, FeedbackKind, Film, Poster, Prediction, PredictionState, Reply

MOST_EVENTS: Final = 5_000
"""Events that figures are made of, the newest: bounds the work however long a server corrects."""

FEW: Final = 5
"""Posters below which a sum leaves out what was private: it would be nearly shown."""

PORTION: Final = 200
"""Rows that are read, and ids that are asked for, at a time: the process does other things in between."""


class Totals(NamedTuple):
    """How much there is."""

    judged: int
    corrections: int
    members: int
    """Who corrected."""


@dataclass
class Corrected:
    """All that was said of a poster and of those that look the same."""

    events: list[Feedback] = field(default_factory=list)
    judgements: dict[str | None, Mapping[str, Any]] = field(default_factory=dict)
    """The latest of each version of the model: `models.judgements.Judgement` as JSON."""


@dataclass(frozen=True)
class Material:
    """What figures are made of."""

    posters: Mapping[str, Corrected]
    """By what posters that look the same share."""
    records: Mapping[int, Record]
    """Of every member among the events."""
    imdb_scores: Mapping[str, float]
    """IMDb's own scores of the films among the events, where they were imported."""


class StatisticsRepository:
    """Rows of one server, or of everywhere. Private words count, but are only ever part of sums."""

    def __init__(self, session: AsyncSession, guild_id: int | None) -> None:
        """Takes the server; None for everywhere."""
        self.session = session
        self._guild_id = guild_id

    async def totals(self) -> Totals:
        """Counts over all that is stored; what was private is among them only where `FEW` posters or more were."""
        judged = select(func.count(), func.count(func.distinct(Prediction.poster_id))).select_from(Prediction)
        judged = judged.join(Reply).where(Prediction.state == PredictionState.ANSWERED, self._here(Reply.guild_id))
        said = select(
            func.count(), func.count(func.distinct(Feedback.user_id)), func.count(func.distinct(Feedback.poster_id))
        ).where(Feedback.kind != FeedbackKind.RETRACT, self._here(Feedback.guild_id))
        predictions, posters = (await self.session.execute(judged)).one()
        if posters < FEW:
            predictions = (await self.session.execute(judged.where(Reply.private.is_(False)))).one()[0]
        corrections, members, posters = (await self.session.execute(said)).one()
        if posters < FEW:
            corrections, members, _ = (await self.session.execute(said.where(Feedback.private.is_(False)))).one()
        return Totals(predictions, corrections, members)

    async def material(self) -> Material:
        """Each corrected poster once, with its copies."""
        posters: dict[str, Corrected] = defaultdict(Corrected)
        films: set[str] = set()
        members: set[int] = set()
        async for group, event in self._events():
            posters[group].events.append(event)
            members.add(event.user_id)
            if event.kind is FeedbackKind.IMDB:
                films.add(event.value)
        for groups in _portions(posters):
            for group, version, judgement in await self._judgements(groups):
                posters[group].judgements[version] = judgement
        records: dict[int, Record] = {}
        for portion in _portions(members):
            records.update(await FeedbackRepository(self.session).records(portion))
        return Material(dict(posters), records, await self._imdb_scores(films))

    async def _events(self) -> Any:
        query = (
            select(_group(), Feedback)
            .join(Poster, Poster.id == Feedback.poster_id)
            .where(self._here(Feedback.guild_id), ~was_blocked())
            .order_by(Feedback.id.desc())
            .limit(MOST_EVENTS)
        )
        async for row in await self.session.stream(query, execution_options={"yield_per": PORTION}):
            yield row

    async def _judgements(self, groups: Sequence[str]) -> Sequence[Any]:
        # The choice first, and by the database: a famous poster may have been judged ten thousand times.
        newest = (
            select(
                _group().label("poster"),
                Prediction.id,
                func.row_number()
                .over(
                    partition_by=(_group(), Prediction.model_version),
                    order_by=(Prediction.received_at.desc(), Prediction.id),
                )
                .label("age"),
            )
            .join(Poster, Poster.id == Prediction.poster_id)
            .join(Reply, Reply.id == Prediction.reply_id)
            .where(
                # In these words the databases find both in an index.
                Poster.group_id.in_(groups) | (Poster.group_id.is_(None) & Poster.id.in_(groups)),
                Prediction.outcome == PredictionState.ANSWERED,
                self._here(Reply.guild_id),
            )
            .subquery()
        )
        query = (
            select(newest.c.poster, Prediction.model_version, Prediction.judgement)
            .join(newest, newest.c.id == Prediction.id)
            .where(newest.c.age == 1)
        )
        return [row for row in await self.session.execute(query) if row.judgement is not None]

    async def _imdb_scores(self, film_ids: Iterable[str]) -> dict[str, float]:
        scores: dict[str, float] = {}
        for portion in _portions(film_ids):
            query = select(Film.id, Film.score).where(Film.id.in_(portion))
            scores.update({film_id: score for film_id, score in await self.session.execute(query) if score is not None})
        return scores

    def _here(self, column: Any) -> ColumnElement[bool]:
        return true() if self._guild_id is None else column == self._guild_id


def _group() -> ColumnElement[str]:
    return func.coalesce(Poster.group_id, Poster.id)


def _portions(of: Iterable[Any]) -> list[Sequence[Any]]:
    ids = list(of)
    return [ids[start : start + PORTION] for start in range(0, len(ids), PORTION)]
