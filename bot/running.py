"""The bot's process, from settings to the end."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
import discord
import structlog

from bot import gateway
from bot.client import Parts, PosterJudge
from bot.discord_address import DiscordUnreachable, aim_at
from bot.settings import BotSettings
from bot.syncing import CommandsNotSynced
from broker.cancelling import cancel_all
from broker.connection import connected
from broker.errors import BrokerMisconfigured, BrokerUnavailable
from broker.heartbeats import process_name
from broker.settings import BrokerSettings
from models.database import UNIT_TIMEOUT, Database
from models.database_settings import DatabaseSettings
from models.settings import SettingsError
from posters.download import Downloader, open_session
from posters.settings import PosterSettings
from posters.store import PosterStore
from posters.workers import IntakePool

log = structlog.get_logger(__name__)

BAD_TOKEN: Final = (
    "Discord refused DISCORD_TOKEN: copy the bot's token anew from the developer portal (Bot, Reset Token)."
)


NO_MESSAGE_CONTENT: Final = (
    "POSTER_JUDGE_MESSAGE_CONTENT: Discord refused it; first switch Message Content Intent on in the developer portal "
    "(Bot), or leave the setting out."
)

GATEWAY_REFUSALS: Final = {
    4004: BAD_TOKEN,
    4010: "POSTER_JUDGE_SHARD_IDS: Discord refused a shard; ids run from 0 to POSTER_JUDGE_SHARD_COUNT - 1.",
    4011: "POSTER_JUDGE_SHARD_COUNT: Discord wants more shards for this bot.",
}
"""Close codes that another try does not mend (developer docs, "Gateway Close Event Codes")."""


CLOSE_TIMEOUT: Final = 15.0
"""Seconds for an orderly goodbye; what is not done then is taken up by the next start."""


class NotAvailable(Exception):
    """Something that the bot needs is not there right now; the message is one sentence."""


async def run(
    *,
    settings: BotSettings,
    poster_settings: PosterSettings,
    broker_settings: BrokerSettings,
    database_settings: DatabaseSettings,
    nats_url: str,
    name: str | None = None,
) -> None:
    """Runs the bot until SIGTERM or SIGINT.

    Raises:
        SettingsError: a setting is wrong; starting again is of no use.
        NotAvailable: something is out of reach; starting again may help.
    """
    token = settings.token()
    gateway.install()
    async with AsyncExitStack() as stack:
        try:
            await aim_at(settings.discord_api_url)
            broker = await stack.enter_async_context(connected(nats_url, broker_settings, name="bot"))
        except BrokerMisconfigured as error:
            raise SettingsError(str(error)) from None
        except (DiscordUnreachable, BrokerUnavailable) as error:
            raise NotAvailable(str(error)) from None
        database = Database(database_settings.url(), unit_timeout=UNIT_TIMEOUT)
        stack.push_async_callback(database.close)
        intake = await stack.enter_async_context(IntakePool(poster_settings))
        session = await stack.enter_async_context(open_session())
        parts = Parts(
            database=database,
            broker=broker,
            store=await _open_store(poster_settings),
            intake=intake,
            downloader=Downloader(
                session, poster_settings.cdn_hosts, poster_settings.limits, timeout=poster_settings.download_timeout
            ),
            name=name or process_name((settings.shard_ids or "all").replace(",", "_")),
        )
        await _serve(PosterJudge(settings, poster_settings, parts), token)


async def _open_store(settings: PosterSettings) -> PosterStore:
    try:
        store = PosterStore.open(settings.poster_store_location)
    except ValueError as error:
        raise SettingsError(f"POSTER_JUDGE_POSTER_STORE: {error}") from None
    if removed := await asyncio.to_thread(store.sweep):
        log.info("bot.half_written_posters_removed", count=removed)
    return store


async def _serve(client: PosterJudge, token: str) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    serving = asyncio.create_task(_start(client, token))
    asked = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([serving, asked], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
    finally:
        await _close(client)
        # Whatever it was about, a login perhaps: to end is what was asked for.
        await cancel_all((serving, asked))


async def _close(client: PosterJudge) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await client.close()
    except TimeoutError:
        log.warning("bot.not_closed_in_order", seconds=CLOSE_TIMEOUT)


async def _start(client: PosterJudge, token: str) -> None:
    try:
        async with client:
            await client.start(token)
        if client.fault is not None:
            raise NotAvailable(f"A part of the bot failed ({type(client.fault).__name__}); the log says more.")
    except discord.LoginFailure:
        raise SettingsError(BAD_TOKEN) from None
    except CommandsNotSynced as error:
        raise SettingsError(str(error)) from None
    except discord.PrivilegedIntentsRequired:
        raise SettingsError(NO_MESSAGE_CONTENT) from None
    except discord.ConnectionClosed as error:
        if error.code in GATEWAY_REFUSALS:
            raise SettingsError(GATEWAY_REFUSALS[error.code]) from None
        raise NotAvailable(f"Discord closed the connection ({error.code}).") from None
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise NotAvailable(f"Discord cannot be reached ({type(error).__name__}).") from None
