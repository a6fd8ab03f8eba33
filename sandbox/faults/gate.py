"""A place at which something waits until a test lets it go on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sandbox.world.signals import DEFAULT_TIMEOUT


@dataclass(kw_only=True, eq=False)
class Gate:
    """Held until `release`; once released it stays open.

    Attributes:
        reached: Set once something has come to the gate.
        released: Set once what comes may pass.
    """

    reached: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    released: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def held(self, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Wait until something has come.

        Raises:
            TimeoutError: If nothing came within `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            await self.reached.wait()

    def release(self) -> None:
        """Let what waits go on."""
        self.released.set()
