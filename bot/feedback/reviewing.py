"""What a server's managers do about corrections there: look at them, take them back, keep a member's from counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.feedback.corrections import retraction
from bot.feedback.permission import NotAccepted
from bot.feedback.speakers import Speaker
from bot.feedback.suspicion import Reason, reasons
from bot.judging.clock import now
from models.consensus import consensus, retracted
from models.database import Database
from models.repositories import FeedbackRepository, GuildRepository
from models.repositories.reviews import Reviewed, ReviewRepository
from models.tables import Feedback, FeedbackKind, FeedbackWay
from models.trust import weight

LOOKED_AT: Final = 500
"""Corrections of a server that a review looks at, the newest."""

PAGE: Final = 8
"""Corrections on a page: what can be read at a glance, and fits Discord's 4,000 characters many times."""

NO_SUCH: Final = "There is no correction with that number in this server. `/feedback review` shows the numbers."
GONE_ALREADY: Final = "That correction was taken back already, so it does not count."
COUNTS_AGAIN: Final = "That correction counts again."
COUNTS_ALREADY: Final = "That correction counts already."


@dataclass(frozen=True, kw_only=True)
class Line:
    """A correction as managers see it."""

    number: int
    """By which it can be removed."""
    user_id: int
    at: datetime
    said: tuple[FeedbackKind, Any] | None
    """None of a private judgement: that there was one is all that others see of it."""
    channel_id: int | None
    message_id: int | None
    """Where the judgement stands; both None where there is nothing to see."""
    reasons: tuple[Reason, ...]
    taken_back: bool
    blocked: bool
    """Whether its member is blocked in this server."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of a server's corrections, the newest first."""

    lines: Sequence[Line]
    number: int
    """From 0."""
    count: int
    """Pages, at least 1."""
    looked_at: int
    """Corrections from which these were chosen."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a manager's decision."""

    sentence: str
    reply_id: int | None = None
    """Whose reply may show another consensus now."""
    removal_id: int | None = None
    """What `Reviewing.restore` can undo."""


class Reviewing:
    """Looks and decides within one server at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, guild_id: int, number: int, *, suspicious: bool, user_id: int | None = None) -> Page:
        """A page of a server's newest corrections.

        Args:
            guild_id: the server's.
            number: from 0; one too high gives the last page.
            suspicious: whether only those that there is a reason to look at.
            user_id: of one member alone.
        """
        async with self._database.reading() as session:
            reviews = ReviewRepository(session, guild_id)
            latest = await reviews.latest(LOOKED_AT, user_id)
            undone = retracted(await reviews.retractions_since(latest[-1].event.id)) if latest else set()
            said = await reviews.said_of({one.event.poster_id for one in latest})
        times = _times([one.event for one in latest])
        lines = [_line(one, said[one.event.poster_id], times, undone) for one in latest]
        chosen = [line for line in lines if line.reasons or not suspicious]
        count = max(-(-len(chosen) // PAGE), 1)
        number = min(max(number, 0), count - 1)
        return Page(
            lines=chosen[PAGE * number : PAGE * (number + 1)], number=number, count=count, looked_at=len(latest)
        )

    async def remove(self, event_id: int, manager: Speaker) -> Outcome:
        """Takes a correction back in the manager's name.

        Raises:
            NotAccepted: there is no such correction in the manager's server, or it does not count.
        """
        async with self._database.writing() as session:
            reviews = ReviewRepository(session, manager.guild_id or 0)
            event = await reviews.get(event_id)
            if event is None or event.kind is FeedbackKind.RETRACT:
                raise NotAccepted(NO_SUCH)
            if event.id in retracted(await reviews.retractions_since(event.id)):
                raise NotAccepted(GONE_ALREADY)
            removal = retraction(event, [event.id], manager, FeedbackWay.COMMAND)
            removal_id = await FeedbackRepository(session).add(removal)
            sentence = f"Correction {event.id} by <@{event.user_id}> no longer counts."
            return Outcome(
                sentence=sentence, reply_id=await reviews.reply_of(event.prediction_id), removal_id=removal_id
            )

    async def restore(self, removal_id: int, manager: Speaker) -> Outcome:
        """Takes a removal back, whichever manager of the server made it.

        Raises:
            NotAccepted: there is no such removal in the manager's server.
        """
        async with self._database.writing() as session:
            reviews = ReviewRepository(session, manager.guild_id or 0)
            removal = await reviews.get(removal_id)
            if removal is None or removal.kind is not FeedbackKind.RETRACT or removal.about_user_id == removal.user_id:
                raise NotAccepted(NO_SUCH)
            if removal.id in retracted(await reviews.retractions_since(removal.id)):
                return Outcome(sentence=COUNTS_ALREADY)
            restoring = retraction(removal, [removal.id], manager, FeedbackWay.BUTTON)
            restoring.about_user_id = None  # It takes nothing of anybody's corrections.
            await FeedbackRepository(session).add(restoring)
            return Outcome(sentence=COUNTS_AGAIN, reply_id=await reviews.reply_of(removal.prediction_id))

    async def block(self, guild_id: int, user_id: int) -> str:
        """Lets a member's corrections in a server no longer count, and takes no more of them; gives a sentence."""
        async with self._database.writing() as session:
            new = await GuildRepository(session).block(guild_id, user_id, now())
        if not new:
            return f"<@{user_id}> is blocked already."
        return (
            f"<@{user_id}> is blocked: what they said in this server no longer counts, and they can correct nothing "
            "here. They can still have posters judged. `/feedback unblock` brings all of it back."
        )

    async def unblock(self, guild_id: int, user_id: int) -> str:
        """Lets a member's corrections in a server count again, those from before too; gives a sentence."""
        async with self._database.writing() as session:
            was = await GuildRepository(session).unblock(guild_id, user_id)
        if not was:
            return f"<@{user_id}> is not blocked."
        return f"<@{user_id}> may correct me again, and what they said before counts again."


def _times(events: Sequence[Feedback]) -> Mapping[int, list[datetime]]:
    """When each member corrected, oldest first; what one message or press said is one time."""
    sources = {event.source_id: (event.user_id, event.created_at) for event in events}
    times: dict[int, list[datetime]] = {}
    for user_id, at in sorted(sources.values(), key=lambda source: source[1]):
        times.setdefault(user_id, []).append(at)
    return times


def _line(one: Reviewed, said: Sequence[Feedback], times: Mapping[int, list[datetime]], undone: set[int]) -> Line:
    event = one.event
    others = None
    if not event.private:
        others = consensus(
            [other for other in said if other.user_id != event.user_id],
            lambda other: weight(other.user_id, other.created_at),
        )
    return Line(
        number=event.id,
        user_id=event.user_id,
        at=event.created_at,
        said=None if event.private else (event.kind, event.value),
        channel_id=None if event.private else one.channel_id,
        message_id=None if event.private else one.message_id,
        reasons=reasons(event, others, times[event.user_id]),
        taken_back=event.id in undone,
        blocked=one.blocked,
    )
