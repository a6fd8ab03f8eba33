"""Members who send posters at a steady rate, whatever happens."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.load import Fate, Watch
from bench.soak.household import Household
from sandbox import CdnFault, Interaction, Upload

MEMBERS: Final = ("alice", "bob", "mona", "olga")

KINDS: Final = {"public": 80, "private": 8, "two pictures": 5, "no picture": 4, "gone": 3}
"""What members send, and how often in a hundred."""

GONE: Final = CdnFault(status=404)
"""A picture that was deleted before anyone could fetch it."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One command of a member."""

    kind: str
    interaction: Interaction
    fate: Fate


class Members:
    """Sends, and remembers what was sent.

    Args:
        house: where.
        posters: taken in turn.
        dice: decides who sends what.
    """

    def __init__(self, house: Household, posters: Sequence[bytes], dice: random.Random) -> None:
        self.sent: list[Sent] = []
        self._house = house
        self._posters = posters
        self._dice = dice
        self._watch = Watch(house.sandbox)

    async def send(self, count: int, rate: float) -> None:
        """Sends `count` commands, `rate` a second; does not wait for answers."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        for number in range(count):
            await asyncio.sleep(max(started + number / rate - loop.time(), 0.0))
            await self._one()

    async def _one(self) -> None:
        kind = self._dice.choices(list(KINDS), weights=list(KINDS.values()))[0]
        member = self._house.sandbox.member(self._dice.choice(MEMBERS))
        if kind == "two pictures":
            message = await member.send(files=[self._poster(), self._poster()])
            interaction = await member.message_command("Judge this poster", message)
        else:
            interaction = await member.slash("judge", poster=self._poster(kind), private=kind == "private" or None)
        self.sent.append(Sent(kind=kind, interaction=interaction, fate=self._watch.fate(interaction)))

    def _poster(self, kind: str = "public") -> Upload:
        fault = self._house.cdn_fault()
        if kind == "no picture":
            return Upload("poster.png", b"This is no picture at all. " * 40, fault=fault)
        data = self._posters[self._dice.randrange(len(self._posters))]
        upload = Upload("poster.jpg", data, fault=fault)
        if kind == "gone" and fault is None:
            upload.fault = GONE
        return upload
