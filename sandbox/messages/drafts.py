"""From the body of a request to a message: the rules on what a message may hold.

Source: Discord's documentation, "Create Message", "Edit Message", "Edit Webhook Message", "Uploading Files".
"""

from __future__ import annotations

from typing import Any

from sandbox.cdn.attachments import Attachment, AttachmentStore, Upload, clean_filename
from sandbox.errors import ApiError, invalid_form
from sandbox.messages.components import check_components
from sandbox.messages.embeds import check_embeds
from sandbox.messages.finishing import finish_components
from sandbox.messages.message import Message, MessageFlag
from sandbox.world.snowflakes import Snowflakes

#: Characters of a message's content. "Create Message".
MAX_CONTENT = 2000
MAX_ATTACHMENTS = 10

_SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_VOICE_MESSAGE
    | MessageFlag.IS_COMPONENTS_V2
)

Path = tuple[str | int, ...]


class Drafts:
    """Applies request bodies to messages, all or nothing.

    Args:
        store: Keeps the uploaded files.
        ids: Makes ids of media that are no uploads.
    """

    def __init__(self, store: AttachmentStore, ids: Snowflakes) -> None:
        self._store = store
        self._ids = ids

    def fill(self, message: Message, body: dict[str, Any], files: dict[int, Upload], *, path: Path = ()) -> None:
        """Fill a new message.

        Args:
            message: One that has its flags of visibility (EPHEMERAL, LOADING) already; these the body cannot change.
            body: The request's message object.
            files: Uploaded files by their index in `files[n]`.
            path: Where the message object is in the body.

        Raises:
            ApiError: 50006 for an empty message, 50035 for a broken rule.
        """
        message.flags |= (body.get("flags") or 0) & _SETTABLE
        self._apply(message, body, files, path, new=True)

    def edit(self, message: Message, body: dict[str, Any], files: dict[int, Upload], *, path: Path = ()) -> None:
        """Change what the body names of a message; arguments and errors as for `fill`."""
        flags = body.get("flags")
        if flags is not None:
            v2 = MessageFlag.IS_COMPONENTS_V2
            if message.components_v2 and not flags & v2:
                sentence = "The flag IS_COMPONENTS_V2 cannot be removed from a message."
                raise invalid_form((*path, "flags"), "MESSAGE_COMPONENTS_V2_FLAG_CANNOT_BE_REMOVED", sentence)
            kept = message.flags & ~int(MessageFlag.SUPPRESS_EMBEDS)
            flags = kept | (flags & (MessageFlag.SUPPRESS_EMBEDS | v2))
        else:
            flags = message.flags
        before = message.flags
        message.flags = flags
        try:
            self._apply(message, body, files, path, new=False)
        except ApiError:
            message.flags = before
            raise

    def _apply(
        self, message: Message, body: dict[str, Any], files: dict[int, Upload], path: Path, *, new: bool
    ) -> None:
        message.allowed_mentions = _or_default(body, "allowed_mentions", message.allowed_mentions, None)
        content = _or_default(body, "content", message.content, "")
        embeds = _or_default(body, "embeds", message.embeds, [])
        requested = _or_default(body, "components", None, [])
        _check_text(content, embeds, path)
        if message.components_v2:
            _refuse_legacy(content, embeds, body, path)
        if requested is not None:
            check_components(requested, v2=message.components_v2, path=(*path, "components"))
        attachments = self._attachments(message, body, files, path)
        has_components = requested if requested is not None else message.components
        if not (content or embeds or attachments or has_components or message.snapshots or body.get("poll")):
            raise ApiError(400, 50006, "Cannot send an empty message", rule="a message must hold something")
        if requested is not None:
            components = finish_components(requested, self._resolver(attachments), (*path, "components"))
            message.components = components
        message.content, message.attachments = content, attachments
        if new or "embeds" in body:
            message.embeds = [self._finish_embed(embed, attachments) for embed in embeds]

    def _attachments(
        self, message: Message, body: dict[str, Any], files: dict[int, Upload], path: Path
    ) -> list[Attachment]:
        """Return what the message holds after the request: "Uploading Files", "Editing Message Attachments"."""
        listed = body.get("attachments")
        kept = {attachment.id: attachment for attachment in message.attachments}
        result: list[Attachment] = [] if "attachments" in body else list(message.attachments)
        used: set[int] = set()
        for position, entry in enumerate(listed or []):
            key = str(entry.get("id", position))
            if key in kept:
                result.append(kept[key])
                continue
            if not key.isdigit() or int(key) not in files:
                sentence = f"No uploaded file and no attachment of the message has the id {key}."
                raise invalid_form((*path, "attachments", position), "ATTACHMENT_NOT_FOUND", sentence)
            used.add(int(key))
            result.append(self._store_file(message, files[int(key)], entry))
        rest = [self._store_file(message, upload, {}) for index, upload in files.items() if index not in used]
        result += rest
        if len(result) > MAX_ATTACHMENTS:
            sentence = f"Must be {MAX_ATTACHMENTS} or fewer in length."
            raise invalid_form((*path, "attachments"), "BASE_TYPE_MAX_LENGTH", sentence)
        return result

    def _store_file(self, message: Message, upload: Upload, entry: dict[str, Any]) -> Attachment:
        named = Upload(entry.get("filename") or upload.filename, upload.data, description=entry.get("description"))
        return self._store.add(named, channel_id=message.channel.id, ephemeral=message.ephemeral)

    def _resolver(self, attachments: list[Attachment]) -> Any:
        by_name = {attachment.filename: attachment for attachment in attachments}

        def resolve(url: str) -> dict[str, Any] | None:
            if not url.startswith("attachment://"):
                return self._outside(url)
            attachment = by_name.get(clean_filename(url.removeprefix("attachment://")))
            if attachment is None:
                return None
            wire = self._store.wire(attachment)
            wanted = ("url", "proxy_url", "width", "height", "content_type")
            media = {key: wire[key] for key in wanted if key in wire}
            extra = {"name": attachment.filename, "size": attachment.size}
            return {"id": self._ids.next(), "attachment_id": attachment.id, **media, **extra}

        return resolve

    def _outside(self, url: str) -> dict[str, Any] | None:
        if not url.startswith(("http://", "https://")):
            return None
        return {"id": self._ids.next(), "url": url, "proxy_url": url, "width": None, "height": None}

    def _finish_embed(self, embed: dict[str, Any], attachments: list[Attachment]) -> dict[str, Any]:
        done = {"type": "rich", **embed}
        by_name = {f"attachment://{attachment.filename}": attachment for attachment in attachments}
        for key in ("image", "thumbnail"):
            attachment = by_name.get((embed.get(key) or {}).get("url", ""))
            if attachment is not None:
                wire = self._store.wire(attachment)
                done[key] = {name: wire[name] for name in ("url", "proxy_url", "width", "height") if name in wire}
        return done


def _or_default(body: dict[str, Any], key: str, absent: Any, null: Any) -> Any:
    if key not in body:
        return absent
    return null if body[key] is None else body[key]


def _check_text(content: str, embeds: list[dict[str, Any]], path: Path) -> None:
    if len(content) > MAX_CONTENT:
        sentence = f"Must be {MAX_CONTENT} or fewer in length."
        raise invalid_form((*path, "content"), "BASE_TYPE_MAX_LENGTH", sentence)
    check_embeds(embeds, (*path, "embeds"))


def _refuse_legacy(content: str, embeds: list[dict[str, Any]], body: dict[str, Any], path: Path) -> None:
    present = {
        "content": content,
        "embeds": embeds,
        "poll": body.get("poll"),
        "sticker_ids": body.get("sticker_ids"),
    }
    for key, value in present.items():
        if value:
            sentence = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            raise invalid_form((*path, key), code, sentence)
