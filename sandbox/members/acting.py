"""What a member does with the bot, in a guild or in direct messages: use commands, click, choose, submit."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.errors import CommandUnavailableError
from sandbox.interactions import command_types as c
from sandbox.interactions.commands import Command
from sandbox.interactions.interaction import Interaction
from sandbox.interactions.interaction_types import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT
from sandbox.interactions.interactions import RESPONSE_WINDOW
from sandbox.interactions.modals import submitted
from sandbox.interactions.resolving import Resolved
from sandbox.members.choices import Choices, find_command
from sandbox.members.writing import Writer
from sandbox.messages.message import Message
from sandbox.messages.selects import SELECTS, chosen_values
from sandbox.world.channels import TextChannel
from sandbox.world.guilds import Viewer
from sandbox.world.signals import DEFAULT_TIMEOUT


class Actor(Writer):
    """A member who acts. `Sandbox.member` gives one.

    Args:
        world: Where.
        member: Who.
    """

    async def slash(self, command: str, /, *, in_channel: TextChannel | None = None, **options: Any) -> Interaction:
        """Use a slash command.

        Args:
            command: Its name, with group and subcommand after spaces: `"settings channel set"`.
            in_channel: Where; the guild's first channel if not given.
            options: Values by option name: `Upload` for attachments; a member, role or channel for those; None is left
                out.

        Raises:
            CommandUnavailableError: If Discord's client would not let the member send it.
        """
        channel = in_channel or self.channel
        name, *path = command.split() or [""]
        found = find_command(self._world, self.member, channel, name, c.CHAT_INPUT, path)
        data = Choices(self._world, channel).data(found, path, options)
        return self._interact(COMMAND, data, channel)

    async def autocomplete(
        self, command: str, /, *, focused: str, value: str, in_channel: TextChannel | None = None, **others: Any
    ) -> list[dict[str, Any]]:
        """Type into an option that autocompletes and return the choices offered, as `{name, value}`.

        Args:
            command: As for `slash`.
            focused: The option being typed.
            value: What is typed so far.
            in_channel: As for `slash`.
            others: Values of other options, as for `slash`.

        Returns:
            The choices; none if the bot did not answer within three seconds.

        Raises:
            CommandUnavailableError: If there is no such option to type into.
        """
        channel = in_channel or self.channel
        name, *path = command.split() or [""]
        found = find_command(self._world, self.member, channel, name, c.CHAT_INPUT, path)
        data = Choices(self._world, channel).unfinished(found, path, others, focused, value)
        interaction = self._interact(AUTOCOMPLETE, data, channel)
        with contextlib.suppress(TimeoutError):  # a stopped clock never lets it fail; the member waits no longer
            await interaction.until(lambda one: one.failed or one.response is not None, timeout=RESPONSE_WINDOW)
        return interaction.choices or []

    async def message_command(self, command: str, message: Message) -> Interaction:
        """Use a command from a message's menu.

        Raises:
            CommandUnavailableError: If there is no such command for the member, or they cannot see the message.
        """
        if not message.visible_to(self):
            raise CommandUnavailableError(f"{self.name} does not see message {message.id}")
        found = find_command(self._world, self.member, message.channel, command, c.MESSAGE)
        data = {
            **_named(found),
            "target_id": message.id,
            "resolved": {"messages": {message.id: message.wire()}},
        }
        return self._interact(COMMAND, data, message.channel)

    async def user_command(self, command: str, target: Viewer, *, in_channel: TextChannel | None = None) -> Interaction:
        """Use a command from a member's menu."""
        channel = in_channel or self.channel
        found = find_command(self._world, self.member, channel, command, c.USER)
        resolved = Resolved(self._world, channel)
        data = {**_named(found), "target_id": resolved.user(target)}
        return self._interact(COMMAND, resolved.added_to(data), channel)

    async def click(self, message: Message, custom_id: str, *, values: Sequence[Any] | None = None) -> Interaction:
        """Click a button, or choose in a select.

        Args:
            message: The message it is on.
            custom_id: Which.
            values: For a select: values of its options, or users, roles and channels or their ids.

        Raises:
            CommandUnavailableError: If the member does not see it, it cannot be used, or it does not take the values.
        """
        found = next((part for part in message.walk() if part.get("custom_id") == custom_id), None)
        if found is None or found.get("disabled") or not message.visible_to(self):
            raise CommandUnavailableError(f"{self.name} cannot use {custom_id!r} on message {message.id}")
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": found["type"], "id": found["id"]}
        if (found["type"] in SELECTS) != (values is not None):
            raise CommandUnavailableError(f"a select takes values, a button none. {custom_id!r} received: {values}")
        if values is not None:
            resolved = Resolved(self._world, message.channel)
            data["values"] = chosen_values(found, values, resolved)
            data = resolved.added_to(data)
        return self._interact(COMPONENT, data, message.channel, message)

    async def submit(
        self, opener: Interaction, values: Mapping[str, Any], *, timeout: float = DEFAULT_TIMEOUT
    ) -> Interaction:
        """Submit the modal that an interaction opened; waits for the modal, and may be done again.

        Args:
            opener: The member's interaction that the bot answered with a modal.
            values: Text, or a list of values, by custom id; what is left out stays as the modal was opened.
            timeout: Real seconds to wait for the modal.

        Raises:
            CommandUnavailableError: If there is no modal for the member, or the client would not send the values.
            TimeoutError: If the bot did not answer.
        """
        await opener.until(lambda one: one.failed or one.response is not None, timeout=timeout)
        if opener.modal is None or opener.member.id != self.id:
            raise CommandUnavailableError(f"interaction {opener.id} opened no modal for {self.name}")
        data = submitted(opener.modal, values, Resolved(self._world, opener.channel))
        return self._interact(MODAL_SUBMIT, data, opener.channel, opener.source_message, opener)

    def _interact(
        self,
        kind: int,
        data: dict[str, Any],
        channel: TextChannel,
        source: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        return self._world.interactions.create(
            type=kind, data=data, member=self.member, channel=channel, source=source, opened_by=opened_by
        )


def _named(command: Command) -> dict[str, Any]:
    data: dict[str, Any] = {"id": command.id, "name": command.name, "type": command.type}
    return data if command.guild_id is None else {**data, "guild_id": command.guild_id}
