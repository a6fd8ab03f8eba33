"""One call of Discord's API, and what can go wrong with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import aiohttp
import discord
import structlog

from bot.judging.messenger import TokenExpired, TryAgain, Undeliverable

log = structlog.get_logger(__name__)

CALL_TIMEOUT: Final = 60.0
"""Seconds for one call, discord.py's waits for rate limits and its repetitions included."""

UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_WEBHOOK: Final = 10015
INVALID_WEBHOOK_TOKEN: Final = 50027
"""Codes of Discord's errors (developer docs, "Opcodes and Status Codes", JSON error codes)."""

NO_MENTIONS: Final = discord.AllowedMentions.none()
"""Whatever a member typed, nobody is pinged."""

T = TypeVar("T")


async def call_discord(call: Callable[[], Awaitable[T]]) -> T:
    """Makes one call.

    Raises:
        TokenExpired: the interaction no longer takes it.
        Undeliverable: Discord will never take it.
        TryAgain: it may take it later.
    """
    try:
        async with asyncio.timeout(CALL_TIMEOUT):
            return await call()
    except discord.HTTPException as error:
        if error.code in (INVALID_WEBHOOK_TOKEN, UNKNOWN_WEBHOOK) or error.status == 401:
            raise TokenExpired("token_expired") from None
        if error.code == UNKNOWN_MESSAGE:
            raise Undeliverable("message_deleted") from None
        if error.status == 429:
            raise TryAgain("http_429", perhaps_done=False) from None
        if error.status >= 500:
            raise TryAgain(f"http_{error.status}", perhaps_done=True) from None
        log.error("messenger.refused_by_discord", status=error.status, code=error.code, text=error.text)
        raise Undeliverable(f"discord_{error.code or error.status}") from None
    except aiohttp.ClientConnectorError as error:
        raise TryAgain(type(error).__name__, perhaps_done=False) from None
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise TryAgain(type(error).__name__, perhaps_done=True) from None
