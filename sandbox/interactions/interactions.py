"""Interactions: their rules of time, of one response, and of who sees what.

Source: Discord's documentation, "Receiving and Responding".
"""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.cdn.attachments import Upload
from sandbox.errors import already_acknowledged, invalid_form, invalid_webhook_token, too_late, unknown
from sandbox.interactions.autocompletion import offered_choices
from sandbox.interactions.interaction import Interaction
from sandbox.interactions.modals import opened_modal
from sandbox.messages import message as m
from sandbox.messages.message import Message, MessageFlag
from sandbox.world.channels import TextChannel
from sandbox.world.guilds import Member

if TYPE_CHECKING:
    from sandbox.world.world import World

#: Seconds a bot has for its first response. "Interaction Response".
RESPONSE_WINDOW = 3.0
#: Seconds an interaction's token lives. "Followup Messages".
TOKEN_LIFETIME = 15 * 60.0
#: Interactions kept; under load the oldest are forgotten.
KEPT_INTERACTIONS = 50_000

#: Interaction types.
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
#: "Interaction Callback Type".
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9

Path = tuple[str | int, ...]

_ALLOWED_RESPONSES = {
    COMMAND: frozenset({REPLY, DEFER, MODAL}),
    COMPONENT: frozenset({REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL}),
    AUTOCOMPLETE: frozenset({CHOICES}),
    MODAL_SUBMIT: frozenset({REPLY, DEFER, DEFER_UPDATE, UPDATE}),
}


class Interactions:
    """Makes interactions and takes the bot's responses to them.

    Args:
        world: What they happen in.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_id: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def create(
        self,
        *,
        type: int,
        data: dict[str, Any],
        member: Member,
        channel: TextChannel,
        source: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        """Make an interaction and send it to the bot."""
        world = self._world
        now = world.clock.now()
        interaction = Interaction(
            id=world.ids.next(),
            type=type,
            token=secrets.token_urlsafe(80),
            data=data,
            member=member,
            channel=channel,
            created_at=now,
            expires_at=now + TOKEN_LIFETIME,
            source_message=source,
            opened_by=opened_by,
        )
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        if len(self._by_id) > KEPT_INTERACTIONS:
            oldest = self._by_id.pop(next(iter(self._by_id)))
            del self._by_token[oldest.token]
        interaction.deadline = world.clock.call_at(now + RESPONSE_WINDOW, lambda: self._fail(interaction))
        world.emit("interaction_created", interaction)
        return interaction

    def get(self, interaction_id: str) -> Interaction | None:
        """Return an interaction."""
        return self._by_id.get(interaction_id)

    def newest(self, count: int) -> list[Interaction]:
        """Return up to `count` interactions, the newest first."""
        return list(itertools.islice(reversed(self._by_id.values()), count))

    def expire_tokens(self) -> None:
        """Let every token that exists now run out."""
        for interaction in self._by_id.values():
            interaction.expires_at = self._world.clock.now()

    def by_token(self, application_id: str, token: str) -> Interaction:
        """Return the answered interaction a webhook request is about.

        Raises:
            ApiError: 10015 for another application or before the first response, 50027 for a dead token.
        """
        if application_id != self._world.application_id:
            raise unknown("Webhook")
        interaction = self._by_token.get(token)
        if interaction is None or self._world.clock.now() >= interaction.expires_at:
            raise invalid_webhook_token()
        if interaction.response is None:
            rule = "an interaction's webhook exists only after its first response"
            raise unknown("Webhook", rule=rule, is_breach=not interaction.failed)
        return interaction

    def respond(self, interaction_id: str, token: str, body: dict[str, Any], files: dict[int, Upload]) -> Interaction:
        """Take the first response.

        Raises:
            ApiError: 10062 for an unknown or late one, 40060 for a second one, 50035 for a broken rule.
        """
        interaction = self._by_id.get(interaction_id)
        if interaction is None or not secrets.compare_digest(interaction.token, token):
            raise unknown("interaction")
        if interaction.response is not None:
            raise already_acknowledged()
        if interaction.failed or self._world.clock.now() > interaction.created_at + RESPONSE_WINDOW:
            raise too_late()
        kind = body.get("type")
        allowed = _ALLOWED_RESPONSES[interaction.type]
        if kind not in allowed or (kind in (DEFER_UPDATE, UPDATE) and interaction.source_message is None):
            sentence = f"Interactions of type {interaction.type} take responses of {sorted(allowed)}. Received: {kind}"
            raise invalid_form(("type",), "INTERACTION_RESPONSE_TYPE_INVALID", sentence)
        self._apply_response(interaction, kind, body.get("data") or {}, files)
        interaction.response = kind
        if interaction.deadline is not None:
            interaction.deadline.cancel()
        interaction.changed.notify()
        self._world.emit("interaction_changed", interaction)
        return interaction

    def _apply_response(
        self, interaction: Interaction, kind: int, data: dict[str, Any], files: dict[int, Upload]
    ) -> None:
        if kind in (REPLY, DEFER):
            flags = (data.get("flags") or 0) & MessageFlag.EPHEMERAL
            message = self._new_message(interaction, flags)
            if kind == DEFER:
                message.flags |= MessageFlag.LOADING
            else:
                self._world.drafts.fill(message, data, files, path=("data",))
            interaction.original = message
            self._world.add_message(message)
        elif kind == UPDATE:
            interaction.original = interaction.source_message
            self._edit(interaction.source_message, data, files, path=("data",))
        elif kind == DEFER_UPDATE:
            interaction.original = interaction.source_message
        elif kind == MODAL:
            interaction.modal = opened_modal(data, ("data",))
        else:
            interaction.choices = offered_choices(interaction.data, data.get("choices") or [], ("data", "choices"))

    def follow_up(self, interaction: Interaction, body: dict[str, Any], files: dict[int, Upload]) -> Message:
        """Take a follow-up. The first one after a deferral becomes the deferred message and inherits who sees it."""
        original = interaction.original
        if original is not None and original.thinking and not original.deleted:
            self.edit(
                interaction,
                original,
                {**body, "flags": (body.get("flags") or 0) & ~MessageFlag.LOADING},
                files,
            )
            return original
        message = self._new_message(interaction, (body.get("flags") or 0) & MessageFlag.EPHEMERAL)
        message.type = m.DEFAULT
        if original is not None and not original.deleted:
            message.reply_to(original)
        self._world.drafts.fill(message, body, files)
        interaction.followups.append(message)
        self._world.add_message(message)
        interaction.changed.notify()
        return message

    def find(self, interaction: Interaction, message_id: str) -> Message:
        """Return a message of the interaction; `@original` is the first response.

        Raises:
            ApiError: 10008 if there is none.
        """
        wanted = interaction.original if message_id == "@original" else None
        if message_id != "@original":
            wanted = next((message for message in interaction.messages if message.id == message_id), None)
        if wanted is None or wanted.deleted:
            raise unknown("Message")
        return wanted

    def edit(
        self, interaction: Interaction, message: Message, body: dict[str, Any], files: dict[int, Upload]
    ) -> Message:
        """Edit one of the interaction's messages; who sees it stays as it was."""
        self._edit(message, body, files, path=())
        interaction.changed.notify()
        return message

    def delete(self, interaction: Interaction, message: Message) -> None:
        """Delete one of the interaction's messages, a deferred one too."""
        self._world.delete_message(message)
        interaction.changed.notify()

    def _edit(self, message: Message | None, body: dict[str, Any], files: dict[int, Upload], *, path: Path) -> None:
        if message is None or message.deleted:
            raise unknown("Message")
        was_thinking = message.thinking
        self._world.drafts.edit(message, body, files, path=path)
        message.flags &= ~int(MessageFlag.LOADING)
        self._world.message_edited(message, stamp=not was_thinking)

    def _new_message(self, interaction: Interaction, flags: int) -> Message:
        world = self._world
        message = world.new_message(interaction.channel, world.bot)
        message.flags = int(flags)
        message.only_for = interaction.member.id if flags & MessageFlag.EPHEMERAL else None
        message.application_id = world.application_id
        message.allowed_mentions = {"parse": ["users"]}  # a follow-up refers to the first response; it pings nobody
        message.interaction_metadata = interaction.context()
        if interaction.type == COMMAND:
            slash = interaction.data.get("type", 1) == 1
            message.type = m.CHAT_INPUT_COMMAND if slash else m.CONTEXT_MENU_COMMAND
            named = {"id": interaction.id, "type": interaction.type, "name": interaction.command_name}
            message.interaction = {**named, "user": interaction.member.user.wire()}
        return message

    def _fail(self, interaction: Interaction) -> None:
        interaction.failed = True
        interaction.changed.notify()
        self._world.emit("interaction_changed", interaction)
