"""Editing a shown judgement when the crowd's word changed, by whichever way Discord leaves open."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.earshot import tip_for
from bot.feedback.crowds import crowds_of
from bot.judging.clock import now
from bot.layouts.judgement_layout import JudgementLayout, shows_judgement
from models.database import Database
from models.database_faults import sentence_for_fault
from models.repositories import ReplyRepository
from models.tables import Reply

log = structlog.get_logger(__name__)

CALL_TIMEOUT: Final = 20.0
"""Seconds for one edit, with the wait for rate limits."""

MOST_DOORS: Final = 1000
"""Replies whose latest press is remembered."""

MARGIN: Final = timedelta(seconds=30)
"""Taken off a token's life, for clocks that differ."""


@dataclass(frozen=True, kw_only=True)
class _Door:
    """A press on a judgement, answered by a deferred update: for a quarter of an hour it may edit the message."""

    webhook: discord.Webhook
    closes_at: datetime
    pictures: frozenset[str]


class DiscordRefresher:
    """Edits replies by the token of their latest press, which works everywhere; else as an ordinary message."""

    def __init__(self, client: discord.Client, database: Database) -> None:
        self._client = client
        self._database = database
        self._doors: OrderedDict[int, _Door] = OrderedDict()

    def remember(self, reply_id: int | None, interaction: discord.Interaction[Any]) -> None:
        """Keeps a press for later edits, if it was on the judgement itself."""
        message = interaction.message
        if reply_id is None or message is None or not shows_judgement(message):
            return
        closes_at = interaction.expires_at - MARGIN
        self._doors[reply_id] = _Door(webhook=interaction.followup, closes_at=closes_at, pictures=pictures_in(message))
        self._doors.move_to_end(reply_id)
        if len(self._doors) > MOST_DOORS:
            self._doors.popitem(last=False)

    async def refresh(self, reply_id: int) -> None:
        """Brings a reply up to date; what Discord refuses is logged and forgotten."""
        try:
            async with asyncio.timeout(CALL_TIMEOUT):
                await self._refresh(reply_id)
        except discord.HTTPException as error:
            # Gone, or too many edits of an old message, or no right to see the channel any more.
            log.info("refresher.refused", reply=reply_id, status=error.status, code=error.code)
        except SQLAlchemyError as error:
            log.warning("refresher.database_fault", reply=reply_id, reason=sentence_for_fault(error))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.info("refresher.out_of_reach", reply=reply_id, error=type(error).__name__)

    async def _refresh(self, reply_id: int) -> None:
        async with self._database.reading() as session:
            reply = await ReplyRepository(session).get(reply_id)
            if reply is None:
                return
            crowds = await crowds_of(session, reply)
        tip = tip_for(self._client, reply)
        door = self._doors.get(reply_id)
        if door is not None and door.closes_at > now():
            webhook: Any = door.webhook  # discord.py's types want a number, its code takes Discord's name as well.
            await webhook.edit_message("@original", view=JudgementLayout(reply.predictions, door.pictures, crowds, tip))
        elif (message := await self._fetch(reply)) is not None:
            # No files in the call: those that are there stay.
            await message.edit(view=JudgementLayout(reply.predictions, pictures_in(message), crowds, tip))

    async def _fetch(self, reply: Reply) -> discord.Message | None:
        if reply.private or reply.channel_id is None or reply.message_id is None:
            return None
        channel = self._client.get_partial_messageable(reply.channel_id, guild_id=reply.guild_id)
        return await channel.fetch_message(reply.message_id)


def pictures_in(message: discord.Message) -> frozenset[str]:
    """Names of the files that a message of the bot's shows."""
    names = {attachment.filename for attachment in message.attachments}
    for card in message.components:
        for part in getattr(card, "children", ()):
            if isinstance(part, discord.MediaGalleryComponent):
                names.update(_name(item.media.url) for item in part.items)
            elif isinstance(part, discord.SectionComponent) and isinstance(part.accessory, discord.ThumbnailComponent):
                names.add(_name(part.accessory.media.url))
    return frozenset(names)


def _name(url: str) -> str:
    return PurePosixPath(urlsplit(url).path).name
