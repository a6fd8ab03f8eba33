"""Does a scenario's steps again, and holds what the bot answers against what the scenario says."""

from __future__ import annotations

from typing import Any

from sandbox.errors import CommandUnavailableError
from sandbox.gateway.gateway import Gateway
from sandbox.interactions.interaction import Interaction
from sandbox.messages.message import Message
from sandbox.scenarios.circumstances import Circumstances
from sandbox.scenarios.deeds import Deed, Seen, Step
from sandbox.scenarios.naming import find_channel, named_fields
from sandbox.scenarios.scenario import CIRCUMSTANCES, Scenario, ScenarioError
from sandbox.scenarios.wording import says
from sandbox.world.signals import DEFAULT_TIMEOUT
from sandbox.world.world import World


class Replay:
    """One run of a scenario.

    Args:
        world: Where; the bot is connected, and its commands are registered.
        gateway: For faults of the bot's connection.
        scenario: What is done.
        timeout: Real seconds that the bot may take for the answers of a step.
    """

    def __init__(self, world: World, gateway: Gateway, scenario: Scenario, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        self._world = world
        self._circumstances = Circumstances(world, gateway)
        self._scenario = scenario
        self._timeout = timeout
        self._seen = Seen(scenario)
        self._said: dict[str, Message] = {}
        self._unanswered: Interaction | None = None

    async def run(self) -> None:
        """Do it.

        Raises:
            ScenarioError: At the first step that cannot be done, or is answered otherwise; and at the end if the bot
                said something that the scenario does not know of.
        """
        self._world.listen(self._on_change)
        try:
            for number, step in enumerate(self._scenario.steps, 1):
                try:
                    await self._do(number, step)
                except (ScenarioError, CommandUnavailableError, KeyError, TimeoutError) as error:
                    problem = f"{error} is missing" if isinstance(error, KeyError) else error
                    raise ScenarioError(f"step {number}, {_told(step)}: {problem}") from error
        finally:
            self._world.stop_listening(self._on_change)
            if any(step["does"] == "fault" for step in self._scenario.steps):
                self._world.faults.stop()
        known = {message.id for message in self._seen.messages.values()}
        more = [one for one in self._said.values() if one.id not in known and not one.deleted]
        if more:
            raise ScenarioError(f"at the end: the bot also said {[one.text for one in more]}")

    def _on_change(self, kind: str, subject: Any) -> None:
        if kind == "message_created" and subject.author is self._world.bot:
            self._said[subject.id] = subject

    async def _do(self, number: int, step: Step) -> None:
        interaction = self._unanswered
        if step["does"] in CIRCUMSTANCES:
            await self._circumstances.happen(step)
        else:
            member, channel = find_channel(self._world, step["who"], step.get("in"))
            interaction = await Deed(self._world, member, channel, step, self._seen).act()
            if interaction is not None:
                self._seen.interactions[number] = interaction
        answers: list[dict[str, Any]] = step.get("answers", [])
        try:
            await self._world.changed.until(lambda: self._is_answered(interaction, answers), timeout=self._timeout)
        except TimeoutError:
            raise ScenarioError(self._what_differs(interaction, answers)) from None

        still = interaction is not None and interaction.response is None and not interaction.failed
        self._unanswered = interaction if still else None
        expected = any(answer.get("no_response") for answer in answers)
        if interaction is not None and interaction.failed and not expected:
            raise ScenarioError(self._what_differs(interaction, answers))

    def _is_answered(self, interaction: Interaction | None, answers: list[dict[str, Any]]) -> bool:
        """Return whether all answers are there; their messages have their names from then on."""
        waited_for = not any(answer.get("unanswered") for answer in answers)
        if waited_for and interaction is not None and interaction.response is None and not interaction.failed:
            return False
        named = dict(self._seen.messages)
        if all(self._is_there(interaction, answer, named) for answer in answers):
            self._seen.messages = named
            return True
        return False

    def _is_there(self, interaction: Interaction | None, answer: dict[str, Any], named: dict[str, Message]) -> bool:
        if "message" in answer:
            name = answer["message"]
            if name in named:
                return self._fits(named[name], answer)
            taken = {message.id for message in named.values()}
            free = (one for one in self._said.values() if one.id not in taken and self._fits(one, answer))
            found = next(free, None)
            if found is not None:
                named[name] = found
            return found is not None
        if answer.get("unanswered"):
            return True
        if interaction is None:
            return False
        if answer.get("no_response"):
            return interaction.failed
        modal = interaction.modal
        fits = modal is not None and modal["title"] == answer.get("form")
        return fits and ("fields" not in answer or list(named_fields(modal or {})) == answer["fields"])

    def _fits(self, message: Message, answer: dict[str, Any]) -> bool:
        if message.deleted or answer.get("gone"):
            return message.deleted and bool(answer.get("gone"))
        account = None if message.only_for is None else self._world.account(message.only_for)
        if message.thinking or (account.name if account else None) != answer.get("only_for"):
            return False
        files = "\n".join(attachment.filename for attachment in message.attachments)
        wanted = ((message.text, answer.get("says")), (files, answer.get("files")))
        return all(lines is None or says(text, lines) for text, lines in wanted)

    def _what_differs(self, interaction: Interaction | None, answers: list[dict[str, Any]]) -> str:
        if interaction is not None and interaction.failed:
            return "the bot did not respond within three seconds"
        if interaction is not None and interaction.response is None:
            return f"the bot did not respond; waited {self._timeout:g} s"
        missing = next(
            (one for one in answers if not self._is_there(interaction, one, dict(self._seen.messages))), answers
        )
        there = [message.text for message in self._said.values() if not message.deleted]
        return f"expected {missing} within {self._timeout:g} s; the bot's messages are {there}"


def _told(step: Step) -> str:
    what = next((step[key] for key in ("command", "button", "menu", "text", "on", "fault") if key in step), "")
    return f"{step.get('who', '')} {step['does']} {what}".strip()
