"""One step of a scenario: the member's deed, with what the steps before have left."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from sandbox.cdn.attachments import Upload
from sandbox.interactions.interaction import Interaction
from sandbox.members.acting import Actor
from sandbox.messages.message import Message
from sandbox.scenarios.naming import Names, named_components, named_fields
from sandbox.scenarios.scenario import Scenario, ScenarioError
from sandbox.world.channels import Channel, TextChannel
from sandbox.world.guilds import Member
from sandbox.world.world import World

Step = dict[str, Any]


class Seen:
    """What a run of a scenario has seen so far.

    Args:
        scenario: Whose files there are.

    Attributes:
        messages: By their names in the scenario.
        interactions: By the number of the step, from 1.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.messages: dict[str, Message] = {}
        self.interactions: dict[int, Interaction] = {}
        self._files = scenario.files

    def message(self, name: Any) -> Message:
        """Return the message of a name.

        Raises:
            ScenarioError: If no step before has it.
        """
        if not isinstance(name, str) or name not in self.messages:
            raise ScenarioError(f"no step before this one has {name!r}")
        return self.messages[name]

    def interaction(self, number: int) -> Interaction:
        """Return what came of a step.

        Raises:
            ScenarioError: If that was no interaction.
        """
        if number not in self.interactions:
            raise ScenarioError(f"step {number} is no interaction before this one")
        return self.interactions[number]

    def file(self, name: Any) -> Upload:
        """Return a file of the scenario.

        Raises:
            ScenarioError: If it has none of that name.
        """
        if not isinstance(name, str) or name not in self._files:
            raise ScenarioError(f"the scenario has no file {name!r}")
        return Upload(name, self._files[name])


class Deed:
    """What a member does in a step.

    Args:
        world: Where.
        member: Who.
        channel: Where in it.
        step: What.
        seen: What there is from the steps before.
    """

    def __init__(self, world: World, member: Member, channel: TextChannel, step: Step, seen: Seen) -> None:
        self._actor = Actor(world, member)
        self._channel = channel
        self._step = step
        self._seen = seen
        self._names = Names(world, channel)

    async def act(self) -> Interaction | None:
        """Do it and return the interaction, if it is one.

        Raises:
            ScenarioError: If the step speaks of what is not there.
            CommandUnavailableError: If Discord's client would not let the member do it.
            KeyError: If the step lacks something.
        """
        acts: dict[str, Callable[[], Coroutine[Any, Any, Interaction | None]]] = {
            "slash": self._slash,
            "message_command": lambda: self._actor.message_command(self._step["command"], self._message()),
            "click": lambda: self._click(self._step["button"]),
            "choose": lambda: self._click(self._step["menu"]),
            "user_command": self._user_command,
            "submit": self._submit,
            "send": self._send,
            "edit": self._edit,
            "delete": self._delete,
            "dismiss": self._dismiss,
            "start_thread": self._start_thread,
        }
        return await acts[self._step["does"]]()

    def _message(self) -> Message:
        return self._seen.message(self._step["on"])

    async def _slash(self) -> Interaction:
        given = self._step.get("options", {}).items()
        options = {name: self._option(value) for name, value in given}
        return await self._actor.slash(self._step["command"], in_channel=self._channel, **options)

    def _option(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return self._seen.file(value["file"]) if "file" in value else self._names.id_of(value)

    async def _user_command(self) -> Interaction:
        target = self._actor.member.guild.members[self._names.id_of(self._step["on"])]
        return await self._actor.user_command(self._step["command"], target, in_channel=self._channel)

    async def _click(self, name: str) -> Interaction:
        named = named_components(self._message())
        if name not in named:
            raise ScenarioError(f"there is no {name!r} on it; there are {list(named)}")
        chosen = self._step.get("values", []) if self._step["does"] == "choose" else None
        values = None if chosen is None else self._names.values(named[name], chosen)
        return await self._actor.click(self._message(), named[name]["custom_id"], values=values)

    async def _submit(self) -> Interaction:
        opener = self._seen.interaction(self._step["form_of"])
        fields = named_fields(opener.modal or {"components": []})
        values, filled = {}, self._step.get("values", {})
        if not isinstance(filled, dict):
            raise ScenarioError("what is filled in is told by the fields' labels")
        for label, told in filled.items():
            if label not in fields:
                raise ScenarioError(f"the form has no {label!r}; it has {list(fields)}")
            values[fields[label]["custom_id"]] = self._names.field_value(fields[label], told)
        return await self._actor.submit(opener, values)

    async def _send(self) -> None:
        step, seen = self._step, self._seen
        answered, forwarded = step.get("reply_to"), step.get("forward_of")
        message = await self._actor.send(
            self._channel,
            self._names.written(step.get("text", "")),
            files=[seen.file(name) for name in step.get("files", [])],
            reply_to=None if answered is None else seen.message(answered),
            forward_of=None if forwarded is None else seen.message(forwarded),
            mention=step.get("mention", True),
        )
        if "message" in step:
            seen.messages[step["message"]] = message

    async def _edit(self) -> None:
        await self._actor.edit(self._message(), self._names.written(self._step.get("text", "")))

    async def _delete(self) -> None:
        await self._actor.delete(self._message())

    async def _start_thread(self) -> None:
        on = self._message() if "on" in self._step else None
        channel = self._channel if isinstance(self._channel, Channel) else None
        await self._actor.start_thread(self._step["name"], in_channel=channel, on=on)

    async def _dismiss(self) -> None:
        await self._actor.dismiss(self._message())
