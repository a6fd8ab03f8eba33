"""The discord.py client, and what runs beside it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import discord
import structlog

from bot.commands import about
from bot.commands.export import ExportCommand
from bot.commands.feedback import FeedbackCommands
from bot.commands.history import HistoryCommand
from bot.commands.judge import JudgeCommands
from bot.commands.leaderboard import LeaderboardCommands
from bot.commands.privacy import PrivacyCommands
from bot.commands.setup import SetupCommand, bounds_of
from bot.commands.stats import StatsCommand
from bot.commands.titles import Titles
from bot.components.correcting import CorrectionPresses
from bot.components.deleting import DeletePress
from bot.components.naming import FilmPress
from bot.components.pressable import Pressable
from bot.components.presses import Presses
from bot.components.scoring import ScoreForm
from bot.discord_messenger import DiscordMessenger
from bot.discord_refresher import DiscordRefresher
from bot.feedback.corrections import Corrections
from bot.feedback.films import Films
from bot.feedback.in_words import InWords
from bot.feedback.refreshing import Refreshing
from bot.feedback.reviewing import Reviewing
from bot.health import Health
from bot.hearing.answering import Answering
from bot.hearing.auto_judge import AutoJudge
from bot.hearing.choosing import ChoosingPress
from bot.hearing.early import completed
from bot.hearing.hearing import Hearing
from bot.hearing.listening import Listening
from bot.in_hand import InHand
from bot.judging.database_pulse import DatabasePulse
from bot.judging.delivery import Delivery
from bot.judging.judging import Judging
from bot.judging.rate_limits import RateLimits
from bot.judging.results import ResultReader
from bot.judging.retention import Retention
from bot.judging.sweeper import Sweeper
from bot.judging.waiting import Waiting
from bot.members.erasing import Erasing
from bot.operating import Operating
from bot.operators import Operators
from bot.settings import BotSettings
from bot.setups.guild_setups import GuildSetups
from bot.syncing import sync_if_changed
from bot.tree import Tree
from broker.cancelling import cancel_all
from broker.connection import Broker
from broker.judging import RequestPublisher, ResultQueue
from models.database import Database
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


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the bot works with, opened and closed by whoever runs it."""

    database: Database
    """Migrated."""
    broker: Broker
    store: PosterStore
    intake: IntakePool
    downloader: Downloader
    name: str
    """Of this process, in its heartbeat."""


class PosterJudge(discord.AutoShardedClient):
    """The bot. All state that matters is in the database.

    No privileged intents, unless the operator offers judging without a command.
    """

    def __init__(self, settings: BotSettings, poster_settings: PosterSettings, parts: Parts) -> None:
        """Puts the parts together; nothing is started yet."""
        super().__init__(
            # Without the privileged one, words come only of messages that mention the bot, and of direct ones.
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=settings.message_content
            ),
            shard_count=settings.shard_count,
            shard_ids=settings.shards(),  # type: ignore[arg-type]  # None means all.
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.settings = settings
        self.parts = parts
        self.fault: BaseException | None = None
        """Why the bot ended by itself; None as long as it did not."""
        requests = RequestPublisher(parts.broker)
        messenger = DiscordMessenger(self, parts.store, parts.database)
        self.delivery = Delivery(parts.database, messenger)
        self._erasing = Erasing(parts.database, parts.store, messenger, requests)
        self.judging = Judging(
            database=parts.database,
            downloader=parts.downloader,
            intake=parts.intake,
            store=parts.store,
            requests=requests,
            delivery=self.delivery,
            rate_limits=RateLimits(
                per_member=settings.member_posters_per_minute, per_guild=settings.server_posters_per_minute
            ),
            timeout=timedelta(seconds=settings.judgement_timeout),
            max_pending=settings.max_pending_intakes,
        )
        waiting = Waiting(judging=self.judging, delivery=self.delivery, broker=parts.broker, requests=requests)
        self.tree = Tree(self)
        self.corrections = Corrections(parts.database, per_minute=settings.member_corrections_per_minute)
        refresher = DiscordRefresher(self, parts.database)
        self.refreshing = Refreshing(refresher.refresh)
        self._in_hand = InHand()
        self.presses = Presses(self._in_hand)
        corrections = CorrectionPresses(self.corrections, self.refreshing, refresher)
        corrections.add_to(self.presses)
        films = Films(parts.database)
        ScoreForm(self.corrections, corrections, films).add_to(self.presses)
        FilmPress(corrections).add_to(self.presses)
        DeletePress(parts.database).add_to(self.presses)
        answering = Answering(InWords(self.corrections, parts.database), self.refreshing)
        ChoosingPress(answering).add_to(self.presses)
        self.setups = GuildSetups(parts.database)
        self._judge_commands = JudgeCommands(
            judging=self.judging,
            delivery=self.delivery,
            waiting=waiting,
            limits=poster_settings.limits,
            setups=self.setups,
            titles=Titles(films),
        )
        self._judge_commands.add_to(self.tree)
        self._auto_judge = AutoJudge(
            self, judging=self.judging, delivery=self.delivery, setups=self.setups, limits=poster_settings.limits
        )
        self._hearing = Hearing([Listening(self, self.corrections, answering).hear, self._auto_judge.hear])
        about.add_to(self.tree, parts.broker)
        SetupCommand(self.setups, bounds_of(settings)).add_to(self.tree, self.presses)
        feedback = FeedbackCommands(Reviewing(parts.database), self.refreshing)
        feedback.add_to(self.tree, self.presses)
        self.operators = Operators(self, home_guild=settings.home_guild, role=settings.operator_role)
        ExportCommand(parts.database, self.operators).add_to(self.tree, feedback.group)
        self._operating = Operating(self, parts.database, parts.broker, self.operators, settings)
        self._operating.add_to(self.tree, self.presses)
        HistoryCommand(parts.database).add_to(self.tree, self.presses)
        self.tree.add_command(LeaderboardCommands(parts.database))
        StatsCommand(parts.database, self.setups).add_to(self.tree)
        PrivacyCommands(parts.database, parts.store, self._erasing).add_to(self.tree, self.presses)
        self._database_pulse = DatabasePulse(parts.database, parts.name)
        self.health = Health(
            client=self,
            broker=parts.broker,
            database_pulse=self._database_pulse,
            name=parts.name,
            detail=lambda: self.invite_link,
        )
        self._background: list[asyncio.Task[None]] = []

    @property
    def invite_link(self) -> str:
        """Where an owner adds the bot to a server."""
        return discord.utils.oauth_url(self.application_id or 0, permissions=PERMISSIONS)

    async def setup_hook(self) -> None:
        """Runs once, after the login and before the gateway."""
        self.add_dynamic_items(Pressable)
        await sync_if_changed(self.tree, self.settings.sync_commands, self.operators.home)
        reader = ResultReader(
            database=self.parts.database,
            queue=await ResultQueue.open(self.parts.broker),
            delivery=self.delivery,
        )
        self.health.more.append(lambda: reader.problem)
        sweeper = Sweeper(
            database=self.parts.database,
            judging=self.judging,
            delivery=self.delivery,
            retention=Retention(self.parts.database, self.parts.store, days=self.settings.keep_posters_days),
            erasing=self._erasing,
            resume_after=timedelta(seconds=self.settings.resume_after),
        )
        loops = (
            reader.run(),
            sweeper.run(),
            self._database_pulse.run(),
            self.health.run(),
            *self._operating.loops(),
        )
        self._background = [asyncio.create_task(loop) for loop in loops]
        for task in self._background:
            task.add_done_callback(self._on_background_end)

    async def on_ready(self) -> None:
        """May run many times: after each reconnection that could not be resumed."""
        await self.health.beat()
        log.info("bot.ready", user=str(self.user), guilds=len(self.guilds), invite=self.invite_link)
        for guild in self.guilds:
            missing = [name for name, wanted in PERMISSIONS if wanted and not getattr(guild.me.guild_permissions, name)]
            if missing:
                log.warning("bot.missing_permissions", guild=guild.id, missing=missing, invite_again=self.invite_link)

    async def on_message(self, message: discord.Message) -> None:
        """Comes for messages as far as the intents go."""
        with self._in_hand.answering():
            if (whole := await completed(self, message)) is not None:
                await self._hearing.hear(whole)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Comes after commands, buttons and menus went to their handlers."""
        await self.presses.hear(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """discord.py would print; the log keeps it."""
        log.exception("bot.event_failed", gateway_event=event_method)

    async def close(self) -> None:
        """Stops the loops, says goodbye, leaves Discord."""
        await self._judge_commands.close()
        await self._in_hand.finish()
        await self._auto_judge.close()
        for task in self._background:
            task.remove_done_callback(self._on_background_end)
        await cancel_all(self._background)
        await self.refreshing.close()
        await self.health.leave()
        await super().close()

    def _on_background_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            # A bot that answers nobody must not look alive: it ends, and the launcher starts another one.
            log.critical("bot.loop_died", exc_info=fault)
            self.fault = fault
            self._closing = asyncio.get_running_loop().create_task(self.close())
