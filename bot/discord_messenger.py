"""Telling members something on Discord, from what the rows say: no interaction object is needed."""

import asyncio
import io
from typing import Any, Final

import discord
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.discord_calls import NO_MENTIONS, call_discord
from bot.earshot import tip_for
from bot.feedback.crowds import Crowd, crowds_of
from bot.judging.messenger import FirstReply, Undeliverable
from bot.layouts.judgement_layout import JudgementLayout, NoticeLayout, poster_filename, shows_judgement
from models.database import Database
from models.database_faults import sentence_for_fault
from models.tables import Reply
from posters.store import PosterMissing, PosterStore, PosterStoreError

log = structlog.get_logger(__name__)

ORIGINAL: Final = "@original"
"""Discord's name for the first message of an interaction; needs no message id, which a killed bot may not know."""

NEAR: Final = 50
"""Messages of a channel among which a reply is looked for, from its interaction on: it follows within three seconds."""


class DiscordMessenger:
    """`bot.judging.messenger.Messenger` by Discord's webhooks and channels."""

    def __init__(self, client: discord.Client, store: PosterStore, database: Database) -> None:
        self._client = client
        self._database = database
        self._store = store

    async def show(self, reply: Reply) -> int:
        """Edits the deferred reply into its cards."""
        layout, files = await self._cards(reply)
        message = await call_discord(
            lambda: self._webhook(reply).edit_message(
                ORIGINAL, view=layout, attachments=files, allowed_mentions=NO_MENTIONS
            )
        )
        return message.id

    async def show_progress(self, reply: Reply, sentence: str) -> None:
        """Edits the deferred reply into a word about the wait."""
        await call_discord(lambda: self._webhook(reply).edit_message(ORIGINAL, view=NoticeLayout(sentence)))

    async def withdraw(self, reply: Reply) -> None:
        """Deletes the deferred reply; one that is gone already is as good."""
        try:
            await call_discord(lambda: self._webhook(reply).delete_message(ORIGINAL))
        except Undeliverable as error:
            log.info("messenger.already_withdrawn", reply=reply.id, reason=str(error))

    async def tell_privately(self, reply: Reply, sentences: list[str]) -> None:
        """Follows up with the member alone."""
        await call_discord(
            lambda: self._webhook(reply).send(
                view=NoticeLayout(*sentences), ephemeral=True, wait=True, allowed_mentions=NO_MENTIONS
            )
        )

    async def post(self, reply: Reply) -> int:
        """Writes the cards into the channel. The nonce makes Discord drop a repetition."""
        channel = self._channel(reply)
        layout, files = await self._cards(reply)
        more: dict[str, Any] = {}
        if reply.in_reply_to is not None:
            more["reference"] = discord.MessageReference(
                message_id=reply.in_reply_to, channel_id=channel.id, fail_if_not_exists=False
            )
        message = await call_discord(
            lambda: channel.send(view=layout, files=files, nonce=str(reply.id), allowed_mentions=NO_MENTIONS, **more)
        )
        return message.id

    async def first_reply(self, reply: Reply) -> FirstReply | None:
        """Reads what came right after the interaction; its reply is among the first."""
        return await call_discord(lambda: self._find_first_reply(reply))

    async def _find_first_reply(self, reply: Reply) -> FirstReply | None:
        history = self._channel(reply).history(after=discord.Object(reply.id), limit=NEAR, oldest_first=True)
        async for message in history:
            if message.interaction_metadata is not None and message.interaction_metadata.id == reply.id:
                return FirstReply(message_id=message.id, answered=shows_judgement(message))
        return None

    async def remove(self, reply: Reply, message_id: int) -> None:
        """Deletes it."""
        await call_discord(lambda: self._channel(reply).get_partial_message(message_id).delete())

    def _channel(self, reply: Reply) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(reply.channel_id or 0, guild_id=reply.guild_id)

    def _webhook(self, reply: Reply) -> Any:
        # Any: discord.py's types want a number as message id, its code takes Discord's "@original" as well.
        assert reply.token is not None
        webhook = discord.Webhook.partial(reply.application_id, reply.token, client=self._client)
        # discord.py takes a partial webhook for one of a channel, which cannot speak to a member alone.
        webhook.type = discord.WebhookType.application
        return webhook

    async def _cards(self, reply: Reply) -> tuple[JudgementLayout, list[discord.File]]:
        pictures = await asyncio.gather(*(self._picture(row.poster_id) for row in reply.predictions))
        files = [
            discord.File(io.BytesIO(picture), filename=poster_filename(row))
            for row, picture in zip(reply.predictions, pictures, strict=True)
            if picture and row.judgement is not None
        ]
        layout = JudgementLayout(
            reply.predictions,
            with_poster={file.filename for file in files},
            crowds=await self._crowds(reply),
            tip=tip_for(self._client, reply),
        )
        return layout, files

    async def _crowds(self, reply: Reply) -> dict[str, Crowd]:
        try:
            async with self._database.reading() as session:
                return await crowds_of(session, reply)
        except SQLAlchemyError as error:
            # The judgement matters more; the next press shows what others said.
            log.warning("messenger.no_crowd", reply=reply.id, reason=sentence_for_fault(error))
            return {}

    async def _picture(self, poster_id: str | None) -> bytes | None:
        if poster_id is None:
            return None
        try:
            return await self._store.get(poster_id)
        except PosterMissing:
            return None
        except PosterStoreError as error:
            # The judgement matters more than the picture, which the member knows.
            log.warning("messenger.no_picture", poster=poster_id, reason=str(error))
            return None
