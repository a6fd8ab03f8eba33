"""A member's own judgements, newest first, with what the member said of each."""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

from models.consensus import Slot, standing
from models.database import Database
from models.repositories.histories import HistoryRepository, Past, Place

PAGE: Final = 5
"""Judgements on a page."""


class Turn(NamedTuple):
    """To which page a button leads: the one before or after a judgement."""

    older: bool
    place: Place

    def __str__(self) -> str:
        """As in a custom id."""
        return f"{'older' if self.older else 'newer'}:{self.place.reply_id}:{self.place.position}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `str` gave; None for anything else."""
        match = re.fullmatch(r"(older|newer):(\d{1,18}|[1-8]\d{18}):(\d{1,4})", text, re.ASCII)
        return None if match is None else cls(match[1] == "older", Place(int(match[2]), int(match[3])))


class Entry(NamedTuple):
    """A judgement and the member's word on it."""

    past: Past
    said: dict[Slot, Any]
    """What stands of it; see `models.consensus.standing`."""


class HistoryPage(NamedTuple):
    """Some of a member's judgements."""

    entries: Sequence[Entry]
    newer: Turn | None
    older: Turn | None
    """Where the buttons lead; None where there is nothing."""


async def history_page(database: Database, user_id: int, turn: Turn | None = None) -> HistoryPage:
    """A page of a member's judgements; the newest where a button leads to nothing, as after an erasure."""
    async with database.reading() as session:
        history = HistoryRepository(session, user_id)
        rows: Sequence[Past] = []
        if turn is not None:
            rows = await (history.older if turn.older else history.newer)(turn.place, PAGE)
        if not rows or (len(rows) < PAGE and turn is not None and not turn.older):
            rows = await history.older(None, PAGE)
        if not rows:
            return HistoryPage((), None, None)
        first, last = rows[0].place, rows[-1].place
        newer, older = await history.newer(first, 1), await history.older(last, 1)
        said = await history.said_of({row.poster_id for row in rows})
    entries = [Entry(row, _own(said.get(row.poster_id, []), user_id)) for row in rows]
    return HistoryPage(entries, Turn(False, first) if newer else None, Turn(True, last) if older else None)


def _own(events: Sequence[Any], user_id: int) -> dict[Slot, Any]:
    return {slot: event.value for (speaker, slot), event in standing(events).items() if speaker == user_id}
