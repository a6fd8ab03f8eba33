"""What the bot's responses do: messages made, edited and deleted, modals opened, choices offered.

Source: Discord's documentation, "Receiving and Responding", "Followup Messages".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.cdn.attachments import Upload
from sandbox.errors import unknown
from sandbox.interactions.autocompletion import offered_choices
from sandbox.interactions.interaction import Interaction
from sandbox.interactions.interaction_types import COMMAND, DEFER, DEFER_UPDATE, MODAL, REPLY, UPDATE
from sandbox.interactions.modals import opened_modal
from sandbox.messages import message as m
from sandbox.messages.message import Message, MessageFlag

if TYPE_CHECKING:
    from sandbox.world.world import World

Path = tuple[str | int, ...]


class Answers:
    """Carries out the responses to interactions.

    Args:
        world: What they happen in.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def respond(self, interaction: Interaction, kind: int, data: dict[str, Any], files: dict[int, Upload]) -> None:
        """Do what a first response says to the messages, the modal or the choices of its interaction."""
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
