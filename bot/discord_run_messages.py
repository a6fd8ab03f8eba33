"""The messages of training runs on Discord, written from what the rows say."""

import io
from datetime import timedelta
from typing import Any, Final

import discord

from bot.discord_calls import NO_MENTIONS, call_discord
from bot.judging.clock import now
from bot.judging.messenger import TokenExpired, Undeliverable
from bot.layouts.report_layout import PLOT_FILE, ReportLayout
from bot.layouts.run_layout import RunLayout, names_run
from bot.versions.deciding import report_of
from bot.versions.telling import News
from models.database import Database
from models.repositories import TrainingRunRepository
from models.tables import RunState, TrainingRun

CLOCKS_DIFFER: Final = timedelta(minutes=2)
"""Between this machine and Discord, at most."""

NEAR: Final = 100
"""Messages of a channel, from a run's beginning on, among which its own is looked for."""


class DiscordRunMessages:
    """`bot.versions.telling.RunMessages` by Discord's channels, and by replies where the bot may not write."""

    def __init__(self, client: discord.Client, database: Database) -> None:
        self._client = client
        self._database = database
        self._doors: dict[int, discord.Interaction[Any]] = {}

    def remember(self, run_id: int, interaction: discord.Interaction[Any]) -> None:
        """Lets a run's news go to the reply to this interaction, as long as Discord takes it."""
        self._doors = {one: door for one, door in self._doors.items() if door.expires_at > now()}
        self._doors[run_id] = interaction

    def are_ours(self, run: TrainingRun) -> bool:
        """Whether this process's shards hear of the channel."""
        if run.guild_id is not None:
            return self._client.get_guild(run.guild_id) is not None
        return self._client.get_channel(run.channel_id or 0) is not None

    def may_reply(self, run_id: int) -> bool:
        """Whether the reply to the command that asked for a run can be edited still."""
        return run_id in self._doors and self._doors[run_id].expires_at > now()

    async def show(self, news: News) -> int | None:
        """Edits the message that there is, or writes it."""
        run = news.run
        if run.channel_id is None:
            await self._edit_reply(news)
            return None
        channel = self._client.get_partial_messageable(run.channel_id, guild_id=run.guild_id)
        message_id = run.message_id or await self._lost_message(channel, run)
        if message_id is not None:
            await self._edit(channel.get_partial_message(message_id).edit, news)
            return message_id
        layout, files = await message_of(self._database, news)
        sent = await call_discord(
            lambda: channel.send(view=layout, files=files, nonce=f"run-{run.id}", allowed_mentions=NO_MENTIONS)
        )
        return sent.id

    async def _edit_reply(self, news: News) -> None:
        if not self.may_reply(news.run.id):
            raise TokenExpired("token_expired")
        await self._edit(self._doors[news.run.id].edit_original_response, news)

    async def _edit(self, edit: Any, news: News) -> None:
        layout, files = await message_of(self._database, news)
        await call_discord(lambda: edit(view=layout, attachments=files, allowed_mentions=NO_MENTIONS))

    async def _lost_message(self, channel: discord.PartialMessageable, run: TrainingRun) -> int | None:
        """The run's message if a process wrote it and died before noting that; its small print names the run."""

        async def look() -> int | None:
            moment = discord.Object(discord.utils.time_snowflake(run.created_at - CLOCKS_DIFFER))
            async for message in channel.history(after=moment, limit=NEAR, oldest_first=True):
                if message.author.id == self._client.application_id and _names(message, run.id):
                    return message.id
            return None

        try:
            return await call_discord(look)
        except Undeliverable:  # It may write here, but not read: then the nonce alone keeps it from writing twice.
            return None


async def message_of(database: Database, news: News) -> tuple[discord.ui.LayoutView, list[discord.File]]:
    """A run's message and the files that belong to it: the plot of a run that is done."""
    plot = None
    if news.run.state is RunState.DONE:
        async with database.reading() as session:
            plot = await TrainingRunRepository(session).plot(news.run.id)
    files = [] if plot is None else [discord.File(io.BytesIO(plot), PLOT_FILE)]
    return layout_of(news, with_plot=bool(files)), files


def layout_of(news: News, *, with_plot: bool) -> discord.ui.LayoutView:
    """A run's message; of one that is done, its report."""
    if news.run.state is not RunState.DONE:
        return RunLayout(news.run, news.left)
    return ReportLayout(news.run, report_of(news.run), with_plot=with_plot, serving=news.serving)


def _names(message: discord.Message, run_id: int) -> bool:
    shown = discord.ui.LayoutView.from_message(message, timeout=None).walk_children()
    return any(names_run(part.content, run_id) for part in shown if isinstance(part, discord.ui.TextDisplay))
