"""Holds a run at a step, so that a test may do something meanwhile."""

import asyncio
from typing import NamedTuple

import pytest

from model_engine.learning.telling import Telling


class Held(NamedTuple):
    """A run that is held at a step."""

    there: asyncio.Event
    """It has got there."""
    go_on: asyncio.Event
    """Lets it go on."""
    unwanted: asyncio.Event
    """It was told that nobody wants it any more."""


def hold_at(step: str, monkeypatch: pytest.MonkeyPatch) -> Held:
    """Holds the next run where it gets to a step."""
    there, go_on, unwanted = asyncio.Event(), asyncio.Event(), asyncio.Event()
    loop, tell, stop = asyncio.get_running_loop(), Telling.tell, Telling.stop
    held = False

    def telling(self: Telling, at: str, done: int = 0, total: int = 0) -> None:
        nonlocal held
        if at == step and not held:
            held = True
            self.step = at
            loop.call_soon_threadsafe(there.set)
            asyncio.run_coroutine_threadsafe(asyncio.wait_for(go_on.wait(), 30), loop).result(30)
        tell(self, at, done, total)

    def stopping(self: Telling) -> None:
        unwanted.set()
        stop(self)

    monkeypatch.setattr(Telling, "tell", telling)
    monkeypatch.setattr(Telling, "stop", stopping)
    return Held(there, go_on, unwanted)
