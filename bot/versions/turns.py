"""When a run's message may be edited next: seldom while only a number moves, and seldom where Discord limits edits."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.judging.clock import now
from models.snowflakes import given_at

PAUSE: Final = 4.0
"""Seconds between two edits that only say how far a run is."""

OLD_AFTER: Final = timedelta(hours=1)
"""Age of a message from which Discord allows few edits (429, code 30046): more would cost the report its own."""

OLD_PAUSE: Final = 300.0
"""Seconds between two such edits of an old message."""

LONGEST_PAUSE: Final = 300.0
"""Seconds after which a message is tried again at the latest that Discord does not take."""


@dataclass
class _Turn:
    """What was last done about a message."""

    at: float
    kind: object
    """Of what was shown last; None before."""
    refused: int = 0
    """Times in a row that Discord did not take it."""


class Turns:
    """Of all messages that are looked after; a restart begins anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turns: dict[int, _Turn] = {}

    def has_come(self, run_id: int, kind: object, message_id: int | None) -> bool:
        """Whether to write now: what is of another kind than before at once, unless Discord has just refused."""
        turn = self._turns.get(run_id)
        if turn is None:
            return True
        since = self._clock() - turn.at
        if turn.refused:
            return since >= min(PAUSE * 2 ** (turn.refused - 1), LONGEST_PAUSE)
        return turn.kind != kind or since >= (OLD_PAUSE if _is_old(message_id) else PAUSE)

    def was_taken(self, run_id: int, kind: object) -> None:
        """Something of a kind was written."""
        self._turns[run_id] = _Turn(self._clock(), kind)

    def was_refused(self, run_id: int) -> None:
        """Discord takes it later, perhaps: each pause is twice the one before."""
        turn = self._turns.setdefault(run_id, _Turn(0.0, None))
        turn.at, turn.refused = self._clock(), min(turn.refused + 1, 32)

    def keep(self, run_ids: set[int]) -> None:
        """Forgets all other messages."""
        self._turns = {run_id: turn for run_id, turn in self._turns.items() if run_id in run_ids}


def _is_old(message_id: int | None) -> bool:
    """Whether Discord counts edits of a message; its id tells when it was written."""
    if message_id is None:
        return False
    return now() - given_at(message_id) > OLD_AFTER
