"""Messages as Discord keeps them.

Source: Discord's documentation, "Message".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

from sandbox.cdn.attachments import Attachment, AttachmentStore
from sandbox.world.channels import TextChannel
from sandbox.world.guilds import User, Viewer


class MessageFlag(IntFlag):
    """Discord's "Message Flags" that a bot meets."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_VOICE_MESSAGE = 1 << 13
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


#: Message types: Discord's "Message Types".
DEFAULT, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND = 0, 19, 20, 23


@dataclass(kw_only=True, eq=False)
class Message:
    """A message; the object stays the same while it is edited.

    Attributes:
        only_for: The id of the only user who sees it, for an ephemeral message; None for a public one.
        components: In the form of answers: with ids, links resolved.
        interaction_metadata: What command it answers, if any.
        snapshots: The forwarded messages.
        reference: Where the message is that it answers or forwards.
        replies_to: The message it answers.
        mentions: Whom it mentions.
        allowed_mentions: Whom it may mention, as its sender gave it; None for everybody.
        nonce: As the sender gave it.
        deleted: Whether it is gone.
        old_edits: When it was edited though older than an hour, in seconds since 1970.
        dismissed_by: Users who clicked "Dismiss message".
    """

    id: str
    channel: TextChannel
    author: User
    store: AttachmentStore = field(repr=False)
    timestamp: str
    type: int = DEFAULT
    content: str = ""
    flags: int = 0
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    edited_timestamp: str | None = None
    only_for: str | None = None
    application_id: str | None = None
    interaction_metadata: dict[str, Any] | None = None
    interaction: dict[str, Any] | None = None
    reference: dict[str, Any] | None = None
    replies_to: Message | None = None
    mentions: list[User] = field(default_factory=list)
    allowed_mentions: dict[str, Any] | None = None
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    nonce: str | int | None = None
    deleted: bool = False
    old_edits: list[float] = field(default_factory=list, repr=False)
    dismissed_by: set[str] = field(default_factory=set)

    @property
    def thinking(self) -> bool:
        """Return whether it is still "… is thinking…"."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def ephemeral(self) -> bool:
        """Return whether only one member sees it."""
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def components_v2(self) -> bool:
        """Return whether it is made of components only."""
        return bool(self.flags & MessageFlag.IS_COMPONENTS_V2)

    @property
    def text(self) -> str:
        """Return all text a reader sees: content, embeds' titles and descriptions, text displays, button labels."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [str(embed.get("title") or ""), str(embed.get("description") or "")]
            parts += [f"{f.get('name', '')}: {f.get('value', '')}" for f in embed.get("fields") or ()]
        for component in self.walk():
            parts.append(str(component.get("content") or component.get("label") or ""))
        return "\n".join(part for part in parts if part)

    def walk(self) -> Iterator[dict[str, Any]]:
        """Return every component, nested ones after their parents."""
        return walk_components(self.components)

    def visible_to(self, viewer: Viewer) -> bool:
        """Return whether somebody sees it now."""
        if self.deleted or viewer.id in self.dismissed_by:
            return False
        return self.only_for is None or self.only_for == viewer.id

    def reply_to(self, target: Message) -> None:
        """Make it a reply to another message of its channel."""
        self.type, self.replies_to = REPLY, target
        self.reference = {"type": 0, "message_id": target.id, **target.channel.place()}

    def wire(self) -> dict[str, Any]:
        """Return the message object, with that of the message it answers, links signed anew."""
        wire = self._wire()
        if self.replies_to is not None:
            gone = self.replies_to.deleted or (self.replies_to.only_for not in (None, self.only_for))
            wire["referenced_message"] = None if gone else self.replies_to._wire()
        return wire

    def _wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {
            "id": self.id,
            "channel_id": self.channel.id,
            "type": self.type,
            "content": self.content,
            "author": self.author.wire(),
            "flags": int(self.flags),
            "timestamp": self.timestamp,
            "edited_timestamp": self.edited_timestamp,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [self.store.wire(attachment) for attachment in self.attachments],
            "mentions": [user.wire() for user in self.mentions],
            "mention_roles": [],
            "mention_everyone": False,
            "pinned": False,
            "tts": False,
        }
        if self.application_id is not None:
            wire["application_id"] = wire["webhook_id"] = self.application_id
        if self.interaction_metadata is not None:
            wire["interaction_metadata"] = self.interaction_metadata
        if self.interaction is not None:
            wire["interaction"] = self.interaction
        if self.reference is not None:
            wire["message_reference"] = self.reference
        if self.snapshots:
            wire["message_snapshots"] = self.snapshots
        return wire

    def snapshot(self) -> dict[str, Any]:
        """Return what a forward keeps of it: Discord's "Message Snapshot Object"."""
        wire = self.wire()
        kept = (
            "type",
            "content",
            "mentions",
            "mention_roles",
            "attachments",
            "embeds",
            "timestamp",
            "edited_timestamp",
        )
        return {"message": {name: wire[name] for name in (*kept, "flags", "components")}}


def walk_components(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield components depth first, an accessory after its section's texts, what a label names after the label."""
    for component in components:
        yield component
        yield from walk_components(component.get("components") or [])
        for key in ("accessory", "component"):
            if isinstance(inner := component.get(key), dict):
                yield inner
