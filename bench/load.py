"""Members who send `/judge`, and a watch that notes when the bot answers them."""

import asyncio
import io
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from sandbox import Interaction, Message, Sandbox, Upload


@dataclass
class Fate:
    """What became of one interaction. Times are of `time.time`, in seconds; None if it never happened."""

    interaction_id: int
    sent: float
    acknowledged: float | None = None
    answered: float | None = None
    refused: bool = False
    """Told "no" instead of judged."""
    late: bool = False
    """Not acknowledged within Discord's three seconds."""
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Load:
    """The fates of all interactions of one load."""

    fates: list[Fate]

    @property
    def answered(self) -> list[Fate]:
        """Those that got a judgement."""
        return [fate for fate in self.fates if fate.answered is not None]

    @property
    def seconds(self) -> float:
        """From the first that was sent to the last answer."""
        if not self.answered:
            return float("nan")
        return max(fate.answered or 0.0 for fate in self.answered) - min(fate.sent for fate in self.fates)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answered) / self.seconds

    @property
    def acknowledgements(self) -> list[float]:
        """Seconds from the interaction to its first response."""
        return [fate.acknowledged - fate.sent for fate in self.fates if fate.acknowledged is not None]

    @property
    def answers(self) -> list[float]:
        """Seconds from the interaction to its judgement."""
        return [fate.answered - fate.sent for fate in self.fates if fate.answered is not None]


class Watch:
    """Hears of every change in the sandbox the moment it happens, and stamps the fates with it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._fates: dict[str, Fate] = {}
        sandbox.world.listen(self._on_change)

    def fate(self, interaction: Interaction) -> Fate:
        """The fate of an interaction."""
        return self._fates[interaction.id]

    @property
    def seen(self) -> int:
        """Interactions so far."""
        return len(self._fates)

    def _on_change(self, kind: str, subject: Any) -> None:
        if kind == "interaction_created":
            self._fates[subject.id] = Fate(interaction_id=int(subject.id), sent=time.time())
        elif kind == "interaction_changed":
            self._on_response(self._fates[subject.id], subject)
        elif kind in ("message_created", "message_edited"):
            self._on_message(kind, subject)

    def _on_response(self, fate: Fate, interaction: Interaction) -> None:
        if interaction.failed:
            fate.late = True
            fate.over.set()
        elif interaction.response is not None and fate.acknowledged is None:
            fate.acknowledged = time.time()

    def _on_message(self, kind: str, message: Message) -> None:
        fate = self._fates.get((message.interaction_metadata or {}).get("id", ""))
        if fate is None or message.thinking or fate.answered is not None:
            return
        if kind == "message_created":
            # A judgement is always an edit of the deferred reply; a message of its own is a refusal.
            fate.refused = True
            fate.over.set()
        elif message.attachments or message.content:
            # Words about the wait are edits as well, but carry no picture (ours) and no content (the bare bot's).
            fate.answered = time.time()
            fate.over.set()


async def send(
    sandbox: Sandbox, watch: Watch, posters: Sequence[bytes], *, count: int, concurrency: int, timeout: float
) -> Load:
    """Sends `/judge` `count` times, `concurrency` at once, and waits for the answers.

    Args:
        sandbox: with a bot that has the command.
        watch: of this sandbox.
        posters: taken in turn.
        count: interactions in all.
        concurrency: interactions that are open at a time.
        timeout: seconds until one that was not answered is given up.
    """
    member = sandbox.member("alice")
    slots = asyncio.Semaphore(concurrency)

    async def one(number: int) -> Fate:
        async with slots:
            interaction = await member.slash("judge", poster=Upload("poster.jpg", posters[number % len(posters)]))
            fate = watch.fate(interaction)
            try:
                async with asyncio.timeout(timeout):
                    await fate.over.wait()
            except TimeoutError:
                pass  # The fate says so: it has no answer.
            return fate

    return Load(list(await asyncio.gather(*(one(number) for number in range(count)))))


def draw_posters(count: int, *, seed: int = 1) -> list[bytes]:
    """JPEGs of 300×450 pixels, some 40 kB each, every one different; the same ones for the same seed."""
    return [_draw(random.Random(seed * 1_000_003 + number)) for number in range(count)]


def _draw(dice: random.Random) -> bytes:
    def colour() -> tuple[int, int, int]:
        return dice.randrange(256), dice.randrange(256), dice.randrange(256)

    # Not Pillow's own noise, which nobody can seed.
    noise = np.random.default_rng(dice.randrange(2**32)).normal(128, 40, (450, 300))
    picture = Image.fromarray(noise.clip(0, 255).astype(np.uint8)).convert("RGB")
    picture = Image.blend(picture, Image.new("RGB", picture.size, colour()), 0.6)
    pen = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, size = dice.randrange(300), dice.randrange(450), dice.randrange(20, 150)
        pen.ellipse((x, y, x + size, y + size), fill=colour())
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
