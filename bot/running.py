"""The bot's process, from settings to the end."""

import asyncio
import signal
import socket
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
import discord
import structlog

from bot.client import PosterJudge
from bot.discord_address import DiscordUnreachable, aim_at
from bot.settings import BotSettings
from bot.syncing import CommandsNotSynced
from broker.connection import connected
from broker.errors import BrokerUnavailable
from broker.settings import BrokerSettings
from models.database import Database, DatabaseSettings
from models.settings import SettingsError
from posters.download import open_session
from posters.settings import PosterSettings
from posters.store import PosterStore
from posters.workers import IntakePool

log = structlog.get_logger(__name__)

BAD_TOKEN: Final = (
    "Discord refused DISCORD_TOKEN: copy the bot's token anew from the developer portal (Bot, Reset Token)."
)


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
    async with AsyncExitStack() as stack:
        try:
            await aim_at(settings.discord_api_url)
            broker = await stack.enter_async_context(connected(nats_url, broker_settings, name="bot"))
        except (DiscordUnreachable, BrokerUnavailable) as error:
            raise NotAvailable(str(error)) from None
        database = Database(database_settings.url())
        stack.push_async_callback(database.close)
        intake = await stack.enter_async_context(IntakePool(poster_settings))
        session = await stack.enter_async_context(open_session())
        client = PosterJudge(
            settings=settings,
            poster_settings=poster_settings,
            database=database,
            broker=broker,
            store=PosterStore.open(poster_settings.poster_store_location),
            intake=intake,
            session=session,
            name=name or f"{socket.gethostname()}-{settings.shard_ids or 'all'}",
        )
        await _serve(client, token)


async def _serve(client: PosterJudge, token: str) -> None:
    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(_start(client, token))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: asyncio.ensure_future(client.close()))
    await serving


async def _start(client: PosterJudge, token: str) -> None:
    try:
        async with client:
            await client.start(token)
    except discord.LoginFailure:
        raise SettingsError(BAD_TOKEN) from None
    except CommandsNotSynced as error:
        raise SettingsError(str(error)) from None
    except discord.PrivilegedIntentsRequired:
        raise SettingsError("Discord refused the bot's intents; it asks for none that is privileged.") from None
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise NotAvailable(f"Discord cannot be reached ({type(error).__name__}).") from None
