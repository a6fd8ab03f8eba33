"""Writes down what members do and what the bot answers, as the steps of a scenario."""

from __future__ import annotations

from typing import Any

from sandbox.interactions import command_types as c
from sandbox.interactions.interaction import Interaction
from sandbox.interactions.interaction_types import AUTOCOMPLETE, COMMAND, COMPONENT
from sandbox.messages.message import Message, walk_components
from sandbox.messages.selects import SELECTS
from sandbox.scenarios.naming import Names, channel_name, named_components, named_fields
from sandbox.scenarios.scenario import Scenario
from sandbox.scenarios.wording import changed, opened
from sandbox.world.channels import TextChannel
from sandbox.world.world import World

#: Steps kept; later ones are not written down.
MAX_STEPS = 1000
#: Bytes of all files together; later ones are not kept, and the step says so when it is done again.
MAX_FILES_SIZE = 32 * 1024 * 1024
#: Stands for a message from before the recording began.
EARLIER = "an earlier message"

_DONE_TO_MESSAGES = {"member_edits": "edit", "member_deletes": "delete", "member_dismisses": "dismiss"}


#: What a step that nobody does is called, and where in it stands what it is about.
_HAPPENS = {
    "fault_begun": ("fault", "fault"),
    "faults_ended": ("well_again", "kind"),
    "clock_moves": ("wait", "seconds"),
}


class Recorder:
    """Listens to a world from when it is made until `finish`.

    Args:
        world: What happens in it is written down.
        title: What the scenario is about.
    """

    def __init__(self, world: World, title: str) -> None:
        self.scenario = Scenario(title=title)
        self._world = world
        self._names: dict[str, str] = {}
        self._told: dict[str, list[str]] = {}
        self._steps_of: dict[str, int] = {}
        self._touched: dict[str, Message] = {}
        self._interaction: Interaction | None = None
        world.listen(self._on_change)

    def finish(self) -> Scenario:
        """Stop listening and return what was written down."""
        self._close_step()
        self._world.stop_listening(self._on_change)
        return self.scenario

    def _on_change(self, kind: str, subject: Any) -> None:
        if kind in _HAPPENS:
            self._close_step(unanswered=True)
            self._happened(*_HAPPENS[kind], subject)
        elif kind == "interaction_created" and subject.type != AUTOCOMPLETE:
            self._close_step()
            self._interacted(subject)
        elif kind == "message_created" and subject.author is not self._world.bot:
            self._close_step()
            self._sent(subject)
        elif kind == "thread_created" and subject.owner_id != self._world.bot.id:
            self._close_step()
            about = subject.parent.messages.get(subject.id)
            on = None if about is None else self._ref(about)
            self._step(_name(subject.owner_id, self._world), "start_thread", subject.parent, name=subject.name, on=on)
        elif kind in _DONE_TO_MESSAGES:
            self._close_step()
            does, (member, message) = _DONE_TO_MESSAGES[kind], subject
            text = Names(self._world, message.channel).text(message.content) if does == "edit" else None
            self._step(member.user.name, does, message.channel, on=self._ref(message), text=text)
        elif kind != "message_dismissed" and isinstance(subject, Message) and subject.author is self._world.bot:
            self._touched[subject.id] = subject

    def _step(self, who: str, does: str, channel: TextChannel, **details: Any) -> dict[str, Any] | None:
        if len(self.scenario.steps) >= MAX_STEPS:
            return None
        step: dict[str, Any] = {"who": who, "does": does}
        if channel is not next(iter(self._world.channels.values())):
            step["in"] = channel_name(channel)
        step.update({key: value for key, value in details.items() if value not in (None, [], {})})
        self.scenario.steps.append(step)
        return step

    def _happened(self, does: str, key: str, about: Any) -> None:
        if len(self.scenario.steps) < MAX_STEPS:
            self.scenario.steps.append({"does": does} | ({} if about is None else {key: about}))

    def _interacted(self, interaction: Interaction) -> None:
        names = Names(self._world, interaction.channel)
        if interaction.type == COMMAND:
            does, details = self._command(interaction, names)
        elif interaction.type == COMPONENT:
            does, details = self._component(interaction, names)
        else:
            does, details = "submit", self._submission(interaction, names)
        if self._step(interaction.member.user.name, does, interaction.channel, **details) is not None:
            self._interaction = interaction
            self._steps_of[interaction.id] = len(self.scenario.steps)

    def _command(self, interaction: Interaction, names: Names) -> tuple[str, dict[str, Any]]:
        data = interaction.data
        kind = data.get("type", c.CHAT_INPUT)
        if kind == c.MESSAGE:
            target = interaction.channel.messages[data["target_id"]]
            return "message_command", {"command": data["name"], "on": self._ref(target)}
        if kind == c.USER:
            return "user_command", {"command": data["name"], "on": names.thing(data["target_id"])}
        options = data.get("options") or []
        while options and options[0]["type"] in (c.SUB_COMMAND, c.SUB_COMMAND_GROUP):
            options = options[0].get("options") or []
        given = {option["name"]: self._option(option, names) for option in options}
        return "slash", {"command": interaction.command_name, "options": given}

    def _option(self, option: dict[str, Any], names: Names) -> Any:
        if option["type"] == c.ATTACHMENT:
            stored = self._world.store.get(option["value"])
            return {"file": self._file(stored.filename, stored.data) if stored is not None else "lost"}
        if option["type"] in (c.USER_OPTION, c.CHANNEL, c.ROLE, c.MENTIONABLE):
            return names.thing(option["value"])
        return option["value"]

    def _component(self, interaction: Interaction, names: Names) -> tuple[str, dict[str, Any]]:
        message = interaction.source_message
        assert message is not None  # a component is on a message
        named = named_components(message).items()
        name, part = next((name, part) for name, part in named if part["custom_id"] == interaction.data["custom_id"])
        if part["type"] in SELECTS:
            chosen = names.chosen(part, interaction.data["values"])
            return "choose", {"on": self._ref(message), "menu": name, "values": chosen}
        return "click", {"on": self._ref(message), "button": name}

    def _submission(self, interaction: Interaction, names: Names) -> dict[str, Any]:
        opener = interaction.opened_by
        assert opener is not None  # a submission is of a modal that an interaction opened
        assert opener.modal is not None
        parts = walk_components(interaction.data["components"])
        sent = {part["custom_id"]: part for part in parts if "custom_id" in part}
        values = {}
        for label, part in named_fields(opener.modal).items():
            given = sent.get(part["custom_id"], {})
            values[label] = names.field(part, given.get("values", given.get("value", "")))
        return {"form_of": self._steps_of.get(opener.id, 0), "values": values}

    def _sent(self, message: Message) -> None:
        reference, target = message.reference or {}, message.replies_to
        files = [self._file(attachment.filename, attachment.data) for attachment in message.attachments]
        text = Names(self._world, message.channel).text(message.content)
        details: dict[str, Any] = {"text": text, "files": files}
        if target is not None:
            mention = (message.allowed_mentions or {}).get("replied_user")
            details |= {"reply_to": self._ref(target), "mention": None if mention else False}
        elif reference.get("type") == 1:
            details["forward_of"] = self._names.get(reference["message_id"], EARLIER)
        details = {key: value for key, value in details.items() if value != ""}
        self._step(message.author.name, "send", message.channel, **details, message=self._named(message))

    def _file(self, name: str, data: bytes) -> str:
        files = self.scenario.files
        stem, dot, ending = name.rpartition(".")
        count, free = 1, name
        while free in files and files[free] != data:
            count += 1
            free = f"{stem}-{count}{dot}{ending}"
        if sum(map(len, files.values())) + len(data) <= MAX_FILES_SIZE:
            files[free] = data
        return free

    def _named(self, message: Message) -> str:
        return self._names.setdefault(message.id, f"message {len(self._names) + 1}")

    def _ref(self, message: Message) -> str:
        return self._names.get(message.id, EARLIER)

    def _close_step(self, *, unanswered: bool = False) -> None:
        """Write down what the bot did since the step began; what it still thinks about is for a later one.

        Args:
            unanswered: Whether an interaction that has no response yet may still get one in the next step.
        """
        one = self._interaction
        waiting = one if unanswered and one is not None and one.response is None and not one.failed else None
        answers = self._answers()
        if waiting is not None:
            answers.append({"unanswered": True})
        self._interaction = waiting
        if self.scenario.steps and answers:
            self.scenario.steps[-1]["answers"] = answers

    def _answers(self) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        interaction = self._interaction
        if interaction is not None and interaction.failed:
            answers.append({"no_response": True})
        elif interaction is not None and interaction.modal is not None:
            fields = list(named_fields(interaction.modal))
            answers.append({"form": interaction.modal["title"], "fields": fields})
        touched, self._touched = self._touched, {}
        for key, message in touched.items():
            if message.thinking and not message.deleted:
                self._touched[key] = message
            elif not message.deleted or key in self._names:
                answers.append(self._answer(message))
        return answers

    def _answer(self, message: Message) -> dict[str, Any]:
        answer: dict[str, Any] = {"message": self._named(message)}
        if message.deleted:
            return {**answer, "gone": True}
        if message.only_for is not None:
            answer["only_for"] = _name(message.only_for, self._world)
        lines = opened(message.text)
        before, self._told[message.id] = self._told.get(message.id), lines
        answer["says"] = lines if before is None else changed(before, lines)
        if message.attachments:
            answer["files"] = [line for attachment in message.attachments for line in opened(attachment.filename)]
        return answer


def _name(user_id: str, world: World) -> str:
    user = world.account(user_id)
    return user_id if user is None else user.name
