"""The pictures that an attachment or a message brings."""

from collections.abc import Iterable

import discord

from bot.judging.submissions import Picture


def pictures_of(message: discord.Message) -> Iterable[Picture]:
    """The pictures of a message, forwarded ones and link previews included, each address once."""
    seen: set[str] = set()
    for picture in _all_pictures_of(message):
        if picture.url not in seen:
            seen.add(picture.url)
            yield picture


def _all_pictures_of(message: discord.Message) -> Iterable[Picture]:
    parts: tuple[discord.Message | discord.MessageSnapshot, ...] = (message, *message.message_snapshots)
    for part in parts:
        for attachment in part.attachments:
            if (attachment.content_type or "image/").startswith("image/"):
                yield picture_from(attachment)
        for embed in part.embeds:
            # Discord fetched the preview; its copy is taken, so that no address of a member's choice is ever asked.
            for preview in (embed.image, embed.thumbnail):
                if preview.proxy_url:
                    yield Picture(url=preview.proxy_url, size=None, content_type=None)
                    break


def picture_from(attachment: discord.Attachment) -> Picture:
    """The picture that a member attached; size and type are what Discord says of it."""
    return Picture(url=attachment.url, size=attachment.size, content_type=attachment.content_type)
