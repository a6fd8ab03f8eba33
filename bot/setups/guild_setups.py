"""Servers' own settings, at hand before a command is answered."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Final, NamedTuple

from bot.judging.clock import now
from models.database import Database, DatabaseBusy
from models.repositories import GuildRepository
from models.repositories.guilds import UNTOUCHED
from models.tables import GuildSetup

KNOWN_FOR: Final = 3.0
"""Seconds that a server's settings are taken as they were read: so long may several bot processes disagree.

Reading them takes about a millisecond on either database (2 cores); under a flood it is done once for all."""

READ_TIMEOUT: Final = 2.0
"""Seconds that a command waits for them where they are not known; Discord gives three for the first word."""

LOOK_TIMEOUT: Final = 0.5
"""Seconds that a command waits for them where older ones are known, and good enough."""

MOST_KNOWN: Final = 10_000
"""Servers whose settings one process remembers."""

NAMED: Final = 5
"""Channels that a refusal names at most."""


class _Known(NamedTuple):
    setup: GuildSetup
    read_at: float
    """By the monotonic clock."""


class GuildSetups:
    """Reads and changes `guild_setups`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, _Known] = {}
        self._reading: dict[int, asyncio.Task[GuildSetup]] = {}

    async def of(self, guild_id: int) -> GuildSetup:
        """A server's settings, no older than `KNOWN_FOR` unless the database is slow.

        Raises:
            SQLAlchemyError: they are not known, and the database does not tell them.
        """
        known = self._known.get(guild_id)
        if known is not None and time.monotonic() - known.read_at < KNOWN_FOR:
            return known.setup
        reading = self._reading.get(guild_id) or self._start(guild_id, self._read(guild_id))
        await asyncio.wait((reading,), timeout=READ_TIMEOUT if known is None else LOOK_TIMEOUT)
        if reading.done():
            return reading.result()
        if known is not None:
            return known.setup
        raise DatabaseBusy("The database takes long to say how a server is set up.")

    async def change(self, guild_id: int, **changes: Any) -> GuildSetup:
        """Changes some of a server's settings, named as their columns, and gives all of them.

        Raises:
            SQLAlchemyError: nothing was changed.
        """
        async with self._database.writing() as session:
            setup = await GuildRepository(session).change(guild_id, now(), **changes)
        return self._remember(guild_id, setup)

    async def reset(self, guild_id: int) -> GuildSetup:
        """Brings a server's settings back to how they come.

        Raises:
            SQLAlchemyError: nothing was changed.
        """
        async with self._database.writing() as session:
            await GuildRepository(session).reset(guild_id)
        return self._remember(guild_id, _untouched(guild_id))

    def _start(self, guild_id: int, read: Coroutine[Any, Any, GuildSetup]) -> asyncio.Task[GuildSetup]:
        task = self._reading[guild_id] = asyncio.create_task(read)
        task.add_done_callback(lambda _: self._reading.pop(guild_id, None))
        # Whoever waited may have gone on without it; then nobody asks for its exception.
        task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return task

    async def _read(self, guild_id: int) -> GuildSetup:
        async with self._database.reading() as session:
            setup = await GuildRepository(session).setup(guild_id)
        return self._remember(guild_id, setup or _untouched(guild_id))

    def _remember(self, guild_id: int, setup: GuildSetup) -> GuildSetup:
        self._known.pop(guild_id, None)
        while len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[guild_id] = _Known(setup, time.monotonic())
        return setup


def _untouched(guild_id: int) -> GuildSetup:
    return GuildSetup(guild_id=guild_id, updated_at=now(), **UNTOUCHED)


def place_refusal(setup: GuildSetup, channel_id: int | None) -> str | None:
    """Why the bot may not be used in a channel, as one sentence that names where; None if it may.

    Args:
        setup: of the channel's server.
        channel_id: of the channel; of a thread, its parent's.
    """
    if not setup.channels or channel_id in setup.channels:
        return None
    shown = [f"<#{channel}>" for channel in setup.channels[:NAMED]]
    more = len(setup.channels) - len(shown)
    places = " or ".join(shown) + (f" (and {more} more)" if more else "")
    return f"In this server I judge posters elsewhere: please come to {places}."
