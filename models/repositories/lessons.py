"""What a training run learns from: words said in the open, what their posters look like, features kept of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.film_words import words_with_films
from models.lessons import Words
from models.repositories.feedback import FeedbackRepository, Record, was_blocked, weight_of_event
from models.tables import Feedback, FeedbackKind, Film, Poster, Prediction

MOST_EVENTS: Final = 250_000
"""Events that are read, the newest: at a kilobyte each, they bound the memory."""

MOST_GROUPS: Final = 25_000
"""Corrected posters that a run learns from, those of which something was said last."""

AT_ONCE: Final = 500
"""Values in one question to the database, which takes no more than some thousands."""

GROUP: Final = func.coalesce(Poster.group_id, Poster.id)
"""Posters of older programs are groups of their own."""

Value = TypeVar("Value")


class Spoken(NamedTuple):
    """What was said of all posters, and what each member's word weighs."""

    words: list[Words]
    weights: Mapping[int, float]


class Looks(NamedTuple):
    """One poster of a group."""

    poster_id: str
    perceptual_hash: int | None
    kept: bool
    """Whether its picture is in the poster store, as far as the database knows."""


class LessonRepository:
    """Reads feedback, films, posters and predictions together; writes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def spoken(self) -> Spoken:
        """Words that stand in the open of up to `MOST_GROUPS` groups, in the order of their names.

        Left out is what was said privately, and what members said where they are blocked. A member's weight is that of
        the latest word: an account that was new once is not new for ever.
        """
        by_group: dict[str, list[Feedback]] = {}
        latest: dict[int, Feedback] = {}
        query = (
            select(GROUP, Feedback)
            .join(Poster, Poster.id == Feedback.poster_id)
            .where(Feedback.private.is_(False), not_(was_blocked()))
            .order_by(Feedback.id.desc())
            .limit(MOST_EVENTS)
        )
        stream = await self.session.stream(query, execution_options={"yield_per": AT_ONCE})
        async for some in stream.partitions():
            for group_id, event in some:
                latest.setdefault(event.user_id, event)
                if group_id in by_group or len(by_group) < MOST_GROUPS:
                    by_group.setdefault(group_id, []).append(event)
        films = await self._films(by_group.values())
        records = await self._records(latest)
        weights = {user_id: weight_of_event(event, records) for user_id, event in latest.items()}
        words = [words_with_films(group_id, by_group[group_id][::-1], films, weights) for group_id in sorted(by_group)]
        return Spoken(words, weights)

    async def looks(self, group_ids: Collection[str]) -> dict[str, list[Looks]]:
        """The posters of each of these groups, in the order of their ids."""
        found: dict[str, list[Looks]] = {}
        for some in _portions(group_ids):
            alone = and_(Poster.group_id.is_(None), Poster.id.in_(some))
            query = (
                select(GROUP, Poster.id, Poster.perceptual_hash, Poster.dropped_at)
                .where(or_(Poster.group_id.in_(some), alone))
                .order_by(Poster.id)
            )
            for group_id, poster_id, perceptual_hash, dropped_at in await self.session.execute(query):
                found.setdefault(group_id, []).append(Looks(poster_id, perceptual_hash, dropped_at is None))
        return found

    async def features(self, poster_ids: Collection[str], backbone: str) -> dict[str, bytes]:
        """Features that a backbone gave of these posters, little-endian float16; without those that have none."""
        found: dict[str, bytes] = {}
        of_backbone = Prediction.backbone == backbone, Prediction.features.is_not(None)
        for some in _portions(poster_ids):
            first = (
                select(func.min(Prediction.id))
                .where(Prediction.poster_id.in_(some), *of_backbone)
                .group_by(Prediction.poster_id)
            )
            query = select(Prediction.poster_id, Prediction.features).where(Prediction.id.in_(first))
            rows = await self.session.execute(query)
            found |= {poster_id: features for poster_id, features in rows if poster_id and features}
        return found

    async def _films(self, groups: Collection[Sequence[Feedback]]) -> dict[str, Film]:
        named = {event.value for events in groups for event in events if event.kind is FeedbackKind.IMDB}
        films: dict[str, Film] = {}
        for some in _portions([film_id for film_id in named if str(film_id).isalnum()]):
            films |= {film.id: film for film in await self.session.scalars(select(Film).where(Film.id.in_(some)))}
        return films

    async def _records(self, user_ids: Collection[int]) -> dict[int, Record]:
        records: dict[int, Record] = {}
        for some in _portions(user_ids):
            records |= await FeedbackRepository(self.session).records(some)
        return records


def _portions(values: Collection[Value]) -> Iterator[list[Value]]:
    remaining = iter(values)
    while some := list(islice(remaining, AT_ONCE)):
        yield some
