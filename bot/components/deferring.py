"""Answering a press in Discord's three seconds, with nothing lost and nothing stored twice."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import discord
import structlog

from bot.tree import ALREADY_ACKNOWLEDGED, NOT_NOTED, UNKNOWN_INTERACTION, Refused

log = structlog.get_logger(__name__)

PATIENCE: Final = 2.0
"""Seconds that a response waits for the database; Discord gives three. Usually it is some milliseconds."""

T = TypeVar("T")


async def keep_and_defer(interaction: discord.Interaction[Any], keeping: Coroutine[Any, Any, T]) -> T:
    """Stores something and then acknowledges the press without a new message; gives what storing gave.

    The rows come first: a press that Discord shows as taken is one that is stored, also when the bot is killed in
    between. The other way round the member can press again, which is stored as the same statement. But no slow
    database may cost the three seconds.

    Raises:
        Exception: what storing raised; where it was quick, nothing is acknowledged yet.
        discord.HTTPException: too late, or a repetition that another task or process answers.
    """
    storing = asyncio.create_task(keeping)
    try:
        await asyncio.wait((storing,), timeout=PATIENCE)
        if storing.done() and storing.exception() is not None:
            return storing.result()
        try:
            await interaction.response.defer()
        except discord.HTTPException as error:
            if error.code in (UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED):
                await asyncio.wait((storing,))
                raise
            # It may have been taken all the same; the follow-up finds out.
            log.warning("press.deferral_uncertain", interaction=interaction.id, status=error.status)
        return await storing
    finally:
        storing.cancel()


async def in_time(looking: Coroutine[Any, Any, T]) -> T:
    """Looks something up before a response that cannot be deferred.

    Raises:
        Refused: the database was too slow.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await looking
    except TimeoutError:
        raise Refused(NOT_NOTED) from None
