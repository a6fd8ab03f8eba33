"""The discord.py client, and what runs beside it."""

import asyncio
import time
from datetime import timedelta
from typing import Any, Final

import aiohttp
import discord
import structlog

from bot.commands import about
from bot.commands.judge import JudgeCommands
from bot.discord_messenger import DiscordMessenger
from bot.judging.delivery import Delivery
from bot.judging.judging import Judging
from bot.judging.results import ResultReader
from bot.judging.sweeper import Sweeper
from bot.judging.waiting import Waiting
from bot.settings import BotSettings
from bot.syncing import sync_if_changed
from bot.tree import Tree
from broker.connection import Broker
from broker.heartbeats import beat, leave
from broker.judging import RequestPublisher, ResultQueue
from models.database import Database
from models.messages import Heartbeat
from posters.download import Downloader
from posters.settings import PosterSettings
from posters.store import PosterStore
from posters.workers import IntakePool

log = structlog.get_logger(__name__)

# The bot never speaks, so what voice lacks is nobody's concern.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

PERMISSIONS: Final = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True, read_message_history=True
)
"""What the bot uses: replies to commands need none, late answers and answers to corrections need these."""


class PosterJudge(discord.AutoShardedClient):
    """The bot. No privileged intents; all state that matters is in the database."""

    def __init__(
        self,
        *,
        settings: BotSettings,
        poster_settings: PosterSettings,
        database: Database,
        broker: Broker,
        store: PosterStore,
        intake: IntakePool,
        session: aiohttp.ClientSession,
        name: str,
    ) -> None:
        """Puts the parts together; nothing is started yet.

        Args:
            settings: of the bot.
            poster_settings: limits of the intake and where posters are fetched.
            database: migrated.
            broker: connected.
            store: of posters.
            intake: worker processes.
            session: for downloads alone; the client has its own for Discord.
            name: of this process, in its heartbeat.
        """
        super().__init__(
            intents=discord.Intents(guilds=True),
            shard_count=settings.shard_count,
            shard_ids=settings.shards(),  # type: ignore[arg-type]  # None means all.
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.settings = settings
        self.broker = broker
        self.name = name
        limits = poster_settings.limits
        requests = RequestPublisher(broker)
        self.delivery = Delivery(database, DiscordMessenger(self, store))
        self.judging = Judging(
            database=database,
            downloader=Downloader(session, poster_settings.cdn_hosts, limits, timeout=poster_settings.download_timeout),
            intake=intake,
            store=store,
            requests=requests,
            delivery=self.delivery,
            timeout=timedelta(seconds=settings.judgement_timeout),
            max_pending=settings.max_pending_intakes,
        )
        self.sweeper = Sweeper(
            database=database,
            judging=self.judging,
            delivery=self.delivery,
            resume_after=timedelta(seconds=settings.resume_after),
        )
        self.database = database
        self.tree = Tree(self)
        waiting = Waiting(judging=self.judging, delivery=self.delivery, broker=broker, requests=requests)
        JudgeCommands(self, limits, waiting).add_to(self.tree)
        about.add_to(self.tree, self)
        self._background: list[asyncio.Task[None]] = []

    @property
    def invite_link(self) -> str:
        """Where an owner adds the bot to a server."""
        return discord.utils.oauth_url(self.application_id or 0, permissions=PERMISSIONS)

    async def setup_hook(self) -> None:
        """Runs once, after the login and before the gateway."""
        await sync_if_changed(self.tree, self.settings.sync_commands)
        reader = ResultReader(
            database=self.database,
            queue=await ResultQueue.open(self.broker),
            delivery=self.delivery,
            pulse=self._pulse,
        )
        self._background = [asyncio.create_task(reader.run()), asyncio.create_task(self.sweeper.run())]
        for task in self._background:
            task.add_done_callback(self._on_background_end)

    async def on_ready(self) -> None:
        """May run many times: after each reconnection that could not be resumed."""
        await self._pulse()
        log.info("bot.ready", user=str(self.user), guilds=len(self.guilds), invite=self.invite_link)
        for guild in self.guilds:
            missing = [name for name, wanted in PERMISSIONS if wanted and not getattr(guild.me.guild_permissions, name)]
            if missing:
                log.warning("bot.missing_permissions", guild=guild.id, missing=missing, invite_again=self.invite_link)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """discord.py would print; the log keeps it."""
        log.exception("bot.event_failed", gateway_event=event_method)

    async def close(self) -> None:
        """Stops the loops, says goodbye, leaves Discord."""
        for task in self._background:
            task.remove_done_callback(self._on_background_end)
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await leave(self.broker, self._heartbeat("draining"))
        await super().close()

    async def _pulse(self) -> None:
        await beat(self.broker, self._heartbeat("ready" if self._connected() else "disconnected"))

    def _connected(self) -> bool:
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    def _heartbeat(self, state: str) -> Heartbeat:
        return Heartbeat(id=self.name, kind="bot", at=time.time(), state=state, detail=self.invite_link)

    def _on_background_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            # A bot that answers nobody must not look alive: it ends, and the launcher starts another one.
            log.critical("bot.loop_died", exc_info=task.exception())
            asyncio.get_running_loop().create_task(self.close())
