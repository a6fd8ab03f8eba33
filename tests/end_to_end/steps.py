"""The table of all moments of a judgement at which something may be killed. A new step adds a row.

The columns, who is killed, are `test_killed_process.py`, `test_killed_queue.py` and `test_killed_launcher.py`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Final

import psutil
import pytest

from broker import streams
from sandbox import CdnFault, Interaction
from tests.bot.scene import upload
from tests.end_to_end.house import House
from tests.end_to_end.outcomes import (
    Outcome,
    answered,
    answered_late,
    never_told_why,
    perhaps_told_why,
    refused,
)

NO_PICTURE: Final = b"this is no picture at all " * 20


@dataclass(kw_only=True)
class Step(ABC):
    """One moment of a judgement."""

    name: str
    ends: Outcome = answered
    """What has to be true at the end."""
    ends_if_killed: Outcome | None = None
    """The same where the process in whose hand it was died; None: no other."""

    def __str__(self) -> str:
        return self.name

    @property
    def fail_point(self) -> str:
        """Where our processes have to stop; empty: nowhere."""
        return ""

    @abstractmethod
    async def enter(self, house: House) -> Interaction:
        """Brings a judgement to this moment, where it stays."""

    @abstractmethod
    async def leave(self, house: House) -> None:
        """Lets it go on, where its process lives."""

    async def process(self, house: House) -> psutil.Process:
        """The process in whose hand it is."""
        bot = next(process for process in house.processes if process.arguments == ("bot",))
        return psutil.Process(bot.pid)


@dataclass(kw_only=True)
class AtPoint(Step):
    """At a fail point of the code."""

    _stopped: psutil.Process | None = field(default=None, init=False)

    @property
    def fail_point(self) -> str:
        return self.name.partition("-")[0]

    async def enter(self, house: House) -> Interaction:
        interaction = await self._ask(house)
        self._stopped = await house.stopped()
        return interaction

    async def process(self, house: House) -> psutil.Process:
        assert self._stopped is not None
        return self._stopped

    async def leave(self, house: House) -> None:
        assert self._stopped is not None
        if self._stopped.is_running():
            self._stopped.resume()

    async def _ask(self, house: House) -> Interaction:
        return await house.sandbox.member("alice").slash("judge", poster=upload())


class Refusing(AtPoint):
    """On the way of what is no picture."""

    async def _ask(self, house: House) -> Interaction:
        return await house.sandbox.member("alice").slash("judge", poster=upload(NO_PICTURE))


class Late(AtPoint):
    """On the way of an answer whose interaction ran out."""

    async def _ask(self, house: House) -> Interaction:
        slow = CdnFault(stall_after=50)
        interaction = await house.sandbox.member("alice").slash("judge", poster=upload(fault=slow))
        await interaction.acknowledged()
        await slow.held()
        house.sandbox.expire_tokens()
        slow.release()
        return interaction


@dataclass(kw_only=True)
class Unconfirmed(AtPoint):
    """What the process told the queue arrived there, and the queue's word that it did is still on its way."""

    stream: str
    arrives: bool
    """Whether the message comes into the stream or, acknowledged, leaves it."""

    async def enter(self, house: House) -> Interaction:
        interaction = await super().enter(house)
        house.wire.hold_answers()
        await super().leave(house)
        await (house.until_published if self.arrives else house.until_empty)(self.stream)
        return interaction

    async def leave(self, house: House) -> None:
        await house.wire.mend()


@dataclass(kw_only=True)
class Downloading(Step):
    """A part of the picture is here, and the CDN keeps the rest back."""

    _slow: CdnFault = field(default_factory=CdnFault, init=False)

    async def enter(self, house: House) -> Interaction:
        self._slow = CdnFault(stall_after=50)
        interaction = await house.sandbox.member("alice").slash("judge", poster=upload(fault=self._slow))
        await self._slow.held()
        return interaction

    async def leave(self, house: House) -> None:
        self._slow.release()


@dataclass(kw_only=True)
class Editing(Step):
    """Discord has the edit with the answer, and did not say so."""

    fault: dict[str, Any]
    """What Discord does in the end."""

    async def enter(self, house: House) -> Interaction:
        self._held = house.sandbox.fail_next("@original", method="PATCH", hold=True, **self.fault)
        interaction = await house.sandbox.member("alice").slash("judge", poster=upload())
        await self._held.held()
        return interaction

    async def leave(self, house: House) -> None:
        self._held.release()


STEPS: Final[tuple[Step, ...]] = (
    AtPoint(name="bot.received"),
    Downloading(name="downloading"),
    AtPoint(name="bot.downloaded"),
    AtPoint(name="worker.reading"),
    AtPoint(name="bot.normalised"),
    AtPoint(name="bot.stored"),
    AtPoint(name="bot.queued"),
    Unconfirmed(name="bot.queued-request-unconfirmed", stream=streams.REQUESTS, arrives=True),
    AtPoint(name="bot.published"),
    AtPoint(name="engine.pulled"),
    AtPoint(name="engine.prepared"),
    AtPoint(name="engine.stacked"),
    AtPoint(name="engine.inferred"),
    Unconfirmed(name="engine.inferred-result-unconfirmed", stream=streams.RESULTS, arrives=True),
    AtPoint(name="engine.published"),
    Unconfirmed(name="engine.published-acknowledgement-unconfirmed", stream=streams.REQUESTS, arrives=False),
    AtPoint(name="engine.acknowledged"),
    AtPoint(name="bot.result_pulled"),
    AtPoint(name="bot.result_stored"),
    Unconfirmed(name="bot.result_stored-acknowledgement-unconfirmed", stream=streams.RESULTS, arrives=False),
    AtPoint(name="bot.result_acknowledged"),
    Editing(name="edit-held", fault={"status": None}),
    Editing(name="edit-applied", fault={"status": None, "applied": True, "disconnect": True}),
    AtPoint(name="bot.edited"),
    AtPoint(name="bot.finished"),
    Refusing(name="bot.refusal_decided", ends=refused),
    Refusing(name="bot.withdrawn", ends=refused),
    # Discord cannot be asked whether it took a private word, so from here on it is not said again.
    Refusing(name="bot.claimed", ends=refused, ends_if_killed=never_told_why),
    Refusing(name="bot.refusal_told", ends=refused, ends_if_killed=perhaps_told_why),
    Late(name="bot.claimed-late", ends=answered_late),
    Late(name="bot.posted", ends=answered_late),
)

TRAINER_TEST = "../model_engine/learning/test_killed_trainer.py"
TRAINER_STEPS = (
    "pulled", "taken", "gathered", "frozen", "trained", "compared", "sealed", "published", "finished", "acknowledged",
)  # fmt: skip

NO_STEP_OF_A_JUDGEMENT = {
    "bot.feedback_stored": "test_killed_while_correcting.py",
    "bot.erasing_noted": "test_killed_while_erasing.py",
    "bot.pictures_erased": "test_killed_while_erasing.py",
    "bot.poster_dropped": "test_killed_while_erasing.py",
    "bot.promoted": "test_killed_while_retraining.py",
    "bot.run_kept": "test_killed_while_retraining.py",
    "bot.run_told": "test_killed_while_retraining.py",
    **{f"trainer.{step}": TRAINER_TEST for step in TRAINER_STEPS},
}
"""Fail points elsewhere, and the tests that kill there."""


IN_EVERY_RUN = {
    "bot.received",
    "downloading",
    "bot.published",
    "engine.stacked",
    "engine.published",
    "edit-applied",
    "bot.refusal_told",
}
"""Moments within most steps; the others take minutes for each victim, and are in `make test-long`."""


def marked(in_every_run: set[str]) -> list[object]:
    """All steps, of which those that are in no run but the long one are marked so."""
    return [pytest.param(step, marks=() if step.name in in_every_run else pytest.mark.long) for step in STEPS]
