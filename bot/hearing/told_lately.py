"""Who was refused something in words a moment ago, so that a flood gets one answer and not a flood of them."""

import time
from collections import OrderedDict
from typing import Final

SILENCE: Final = 60.0
"""Seconds."""

MOST: Final = 10_000
"""Members remembered."""


class ToldLately:
    """Remembers in this process alone: another one tells once more, which is no harm."""

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[int, int], float] = OrderedDict()

    def claim(self, user_id: int, channel_id: int) -> bool:
        """Whether the member may be told now; from then on not again for a while."""
        key, now = (user_id, channel_id), time.monotonic()
        if self._told.get(key, -SILENCE) > now - SILENCE:
            return False
        self._told[key] = now
        self._told.move_to_end(key)
        if len(self._told) > MOST:
            self._told.popitem(last=False)
        return True
