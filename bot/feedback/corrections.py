"""Taking what members say of judgements: checked, counted, stored once, and taken back on request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.feedback.films import checked_against_imdb
from bot.feedback.noting import TAKEN_BACK_ALREADY, noted_sentence, taken_back_sentence
from bot.feedback.permission import GONE, NotAccepted, check_judgement, check_member, count_correction
from bot.feedback.speakers import Speaker
from bot.judging.clock import now
from models.consensus import SLOT_OF, Slot, retracted, standing
from models.database import Database
from models.fail_points import reach
from models.judgements import Judgement
from models.repositories import FeedbackRepository, PredictionRepository
from models.tables import Feedback, FeedbackKind, FeedbackWay, Prediction, Reply

NOT_YOUR_WORDS: Final = "That was said by somebody else, so it is not yours to take back."


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One thing that a member says; the value is as `FeedbackKind` tells, and None for an agreement."""

    kind: FeedbackKind
    value: Any = None


@dataclass(frozen=True, kw_only=True)
class Correctable:
    """A judgement that a member may correct, and what that member says of it now."""

    prediction: Prediction
    reply: Reply
    named: tuple[str, ...]
    """Genres that the reply names."""
    said: Mapping[Slot, Any]
    """The member's own word on each slot where there is one."""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What came of it."""

    sentence: str
    """For the member."""
    reply_id: int | None
    """Of the judgement, whose reply may show another consensus now; None where it is gone."""
    event_ids: tuple[int, ...] = ()
    """What can be taken back by `Corrections.undo`."""


class Corrections:
    """What buttons, menus, modals and messages all come to."""

    def __init__(self, database: Database, *, per_minute: int) -> None:
        """Takes corrections.

        Args:
            database: migrated.
            per_minute: corrections a minute of one member in one server, where it sets none itself; 0 for no limit.
        """
        self._database = database
        self._per_minute = per_minute

    async def look_at(self, prediction_id: str, speaker: Speaker) -> Correctable:
        """The judgement, for whoever is about to correct it.

        Raises:
            NotAccepted: this member cannot correct it.
        """
        async with self._database.reading() as session:
            prediction, reply = await _find(session, prediction_id, speaker)
            await check_member(session, speaker)
            said = await _said(session, prediction, speaker)
            return Correctable(prediction=prediction, reply=reply, named=_named(prediction), said=_values(said))

    async def say(self, prediction_id: str, speaker: Speaker, sayings: Sequence[Saying], way: FeedbackWay) -> Noted:
        """Stores what a member says of a judgement, all or nothing; what holds already is stored no second time.

        Raises:
            NotAccepted: this member cannot correct it, or corrects too much.
        """
        async with self._database.writing() as session:
            prediction, reply = await _find(session, prediction_id, speaker, lock=True)
            repository = FeedbackRepository(session)
            if heard := [event for event in await repository.of_source(speaker.source_id) if event.kind in SLOT_OF]:
                return _noted(reply, heard, changed=True)
            await self._count(session, speaker)
            said = await _said(session, prediction, speaker)
            events = [_event(prediction, reply, speaker, saying, way) for saying in sayings]
            new = [event for event in events if not _holds(event, said)]
            for event in new:
                event_id = await repository.add(event)
                if event_id is None:  # Another process took the same words meanwhile, of another picture.
                    return _noted(reply, await repository.of_source(speaker.source_id), changed=True)
                event.id = event_id
            imdb = await checked_against_imdb(session, prediction, events)
        reach("bot.feedback_stored")
        held = [said[SLOT_OF[event.kind]] for event in events if event not in new]
        return _noted(reply, new or held, changed=bool(new), imdb=imdb)

    async def undo(self, event_ids: Sequence[int], speaker: Speaker) -> Noted:
        """Takes the member's own words back; what they said before counts again.

        Raises:
            NotAccepted: they are somebody else's, or gone.
        """
        async with self._database.writing() as session:
            events = [event for event in await FeedbackRepository(session).get(event_ids) if event.kind in SLOT_OF]
            noted = await _take_back(session, events, speaker, FeedbackWay.BUTTON)
        reach("bot.feedback_stored")
        return noted

    async def last_said(self, prediction_id: str, speaker: Speaker) -> Sequence[int]:
        """Ids of the events that the member's last press or message left standing; empty where nothing stands.

        Raises:
            NotAccepted: this member cannot correct it.
        """
        async with self._database.reading() as session:
            prediction, _ = await _find(session, prediction_id, speaker)
            said = (await _said(session, prediction, speaker)).values()
        last = max(said, key=lambda event: event.id, default=None)
        return [event.id for event in said if last is not None and event.source_id == last.source_id]

    async def count(self, speaker: Speaker) -> None:
        """Counts what a member said and nothing is stored of as a correction all the same.

        Raises:
            NotAccepted: too many; says how long to wait.
        """
        async with self._database.writing() as session:
            await self._count(session, speaker)

    async def shown_in(self, message_id: int) -> Sequence[str]:
        """Ids of the predictions that a message of the bot's shows, in its order; empty for any other message."""
        async with self._database.reading() as session:
            return await PredictionRepository(session).shown_in(message_id)

    async def latest_of(self, user_id: int, channel_id: int) -> str | None:
        """Id of the newest judged prediction that a member asked for in a channel."""
        async with self._database.reading() as session:
            return await PredictionRepository(session).latest_of(user_id, channel_id)

    async def _count(self, session: AsyncSession, speaker: Speaker) -> None:
        setup = await check_member(session, speaker)
        own = None if setup is None else setup.corrections_per_minute
        # The server's own limit may be from a time when the operator gave more.
        limit = min((limit for limit in (self._per_minute, own) if limit), default=0)
        await count_correction(session, speaker, limit, now())


def retraction(event: Feedback, event_ids: Sequence[int], speaker: Speaker, way: FeedbackWay) -> Feedback:
    """An event that takes others back, all of the same member and of the same poster as `event`."""
    return Feedback(
        source_id=speaker.source_id,
        prediction_id=event.prediction_id,
        poster_id=event.poster_id,
        guild_id=event.guild_id,
        private=event.private,
        user_id=speaker.user_id,
        about_user_id=event.user_id,
        kind=FeedbackKind.RETRACT,
        value=list(event_ids),
        way=way,
        created_at=now(),
    )


async def _take_back(session: AsyncSession, events: Sequence[Feedback], speaker: Speaker, way: FeedbackWay) -> Noted:
    if not events:
        raise NotAccepted(GONE)
    if any(event.user_id != speaker.user_id for event in events):
        raise NotAccepted(NOT_YOUR_WORDS)
    repository, first = FeedbackRepository(session), events[0]
    prediction = await session.get(Prediction, first.prediction_id) if first.prediction_id else None
    reply_id = None if prediction is None else prediction.reply_id
    ids = [event.id for event in events]
    if set(ids) <= retracted(await repository.of_group(first.poster_id)):
        return Noted(sentence=TAKEN_BACK_ALREADY, reply_id=reply_id)
    await repository.add(retraction(first, ids, speaker, way))
    left = _own(await repository.of_group(first.poster_id), speaker)
    return Noted(sentence=taken_back_sentence(_values(left)), reply_id=reply_id)


async def _find(
    session: AsyncSession, prediction_id: str, speaker: Speaker, *, lock: bool = False
) -> tuple[Prediction, Reply]:
    found = await PredictionRepository(session).with_reply(prediction_id, lock=lock)
    prediction, reply = found or (None, None)
    check_judgement(prediction, reply, speaker)
    assert prediction is not None
    assert reply is not None
    return prediction, reply


async def _said(session: AsyncSession, prediction: Prediction, speaker: Speaker) -> dict[Slot, Feedback]:
    assert prediction.poster_id is not None
    return _own(await FeedbackRepository(session).of_group(prediction.poster_id), speaker)


def _own(events: Sequence[Feedback], speaker: Speaker) -> dict[Slot, Feedback]:
    return {slot: event for (user_id, slot), event in standing(events).items() if user_id == speaker.user_id}


def _values(said: Mapping[Slot, Feedback]) -> dict[Slot, Any]:
    return {slot: event.value for slot, event in said.items()}


def _named(prediction: Prediction) -> tuple[str, ...]:
    return msgspec.convert(prediction.judgement, Judgement).named_genres()


def _event(prediction: Prediction, reply: Reply, speaker: Speaker, saying: Saying, way: FeedbackWay) -> Feedback:
    value = list(_named(prediction)) if saying.kind is FeedbackKind.AGREE else saying.value
    return Feedback(
        source_id=speaker.source_id,
        prediction_id=prediction.id,
        poster_id=prediction.poster_id,
        guild_id=speaker.guild_id,
        private=reply.private,
        user_id=speaker.user_id,
        kind=saying.kind,
        value=value,
        way=way,
        created_at=now(),
    )


def _holds(event: Feedback, said: Mapping[Slot, Feedback]) -> bool:
    held = said.get(SLOT_OF[event.kind])
    # What was said in private of a poster is no public word on it.
    if held is None or (held.private and not event.private):
        return False
    return sorted(held.value) == sorted(event.value) if isinstance(event.value, list) else held.value == event.value


def _noted(reply: Reply, events: Sequence[Feedback], *, changed: bool, imdb: str = "") -> Noted:
    sentence = noted_sentence([(event.kind, event.value) for event in events], changed=changed)
    sentence = f"{sentence} {imdb}" if imdb else sentence
    return Noted(sentence=sentence, reply_id=reply.id, event_ids=tuple(event.id for event in events))
