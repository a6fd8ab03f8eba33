"""Who of a server's members corrected most, as far as others agree: of those who want to be seen."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from models.consensus import Slot, consensus, standing
from models.database import Database
from models.repositories.members import MemberRepository
from models.tables import Feedback
from models.trust import is_new_account

TOP: Final = 10
"""Members shown."""

ALIKE: Final = 0.5
"""Share of all genres named, by the member or by the others, that both named, from which they agree."""

NEAR: Final = 0.5
"""Points between a reported score and that of the others up to which they agree."""


class Standing(NamedTuple):
    """A member's place."""

    user_id: int
    points: int
    """Corrections that others agree with, less those that they contradict."""
    corrections: int
    """That stand, of different posters or different things about them."""


async def join(database: Database, user_id: int, shown: bool) -> None:
    """Notes a member's choice, which holds in all servers."""
    async with database.writing() as session:
        await MemberRepository(session).show_on_leaderboard(user_id, shown)


async def leaderboard(database: Database, guild_id: int) -> Sequence[Standing]:
    """Who of those that want to be seen corrected in a server, best first; also who has left it since."""
    async with database.reading() as session:
        members = MemberRepository(session)
        said = await members.said_in(guild_id)
        shown = await members.on_leaderboard({event.user_id for events in said.values() for event in events})
    return await asyncio.to_thread(rank, said.values(), shown)


def rank(said: Iterable[Sequence[Feedback]], shown: Collection[int]) -> list[Standing]:
    """Counts; pure.

    A member is held against the others alone, and where no other spoke there is nothing to win: neither many
    corrections nor the same one on many copies of a poster lead anywhere. Accounts that were just made are no others.

    Args:
        said: the events of each group of posters that look the same.
        shown: members who want to be seen.
    """
    points = dict.fromkeys(shown, 0)
    corrections = dict.fromkeys(shown, 0)
    for events in said:
        words = standing(events)
        for (user_id, slot), event in words.items():
            if user_id not in points:
                continue
            corrections[user_id] += 1
            points[user_id] += _point(slot, event, words)
    found = [Standing(user_id, points[user_id], count) for user_id, count in corrections.items() if count]
    return sorted(found, key=lambda one: (-one.points, -one.corrections, one.user_id))


def _point(slot: Slot, event: Feedback, words: Mapping[tuple[int, Slot], Feedback]) -> int:
    others = [
        word
        for (user_id, spoken), word in words.items()
        if spoken is slot and user_id != event.user_id and not is_new_account(user_id, word.created_at)
    ]
    if not others:
        return 0
    crowd = consensus(others, lambda _: 1.0)
    theirs = {Slot.GENRES: crowd.genres, Slot.SCORE: crowd.score, Slot.IMDB: crowd.imdb_id}[slot]
    if theirs is None or theirs == ():
        return 0  # They do not agree with one another either.
    return 1 if _AGREES[slot](event.value, theirs) else -1


def _same_genres(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return len({*mine} & {*theirs}) >= ALIKE * len({*mine} | {*theirs})


_AGREES: Final[Mapping[Slot, Callable[[Any, Any], bool]]] = {
    Slot.GENRES: _same_genres,
    Slot.SCORE: lambda mine, theirs: abs(mine - theirs) <= NEAR,
    Slot.IMDB: lambda mine, theirs: mine == theirs,
}
