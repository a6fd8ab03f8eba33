"""Interactions: their rules of time and of one response.

Source: Discord's documentation, "Receiving and Responding".
"""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.cdn.attachments import Upload
from sandbox.errors import already_acknowledged, invalid_form, invalid_webhook_token, too_late, unknown
from sandbox.interactions.answers import Answers
from sandbox.interactions.interaction import Interaction
from sandbox.interactions.interaction_types import ALLOWED_RESPONSES, DEFER_UPDATE, UPDATE
from sandbox.messages.message import Message
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


class Interactions:
    """Makes interactions and takes the bot's responses to them.

    Args:
        world: What they happen in.

    Attributes:
        answers: Carries the responses out.
    """

    def __init__(self, world: World) -> None:
        self.answers = Answers(world)
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
        allowed = ALLOWED_RESPONSES[interaction.type]
        if kind not in allowed or (kind in (DEFER_UPDATE, UPDATE) and interaction.source_message is None):
            sentence = f"Interactions of type {interaction.type} take responses of {sorted(allowed)}. Received: {kind}"
            raise invalid_form(("type",), "INTERACTION_RESPONSE_TYPE_INVALID", sentence)
        self.answers.respond(interaction, kind, body.get("data") or {}, files)
        interaction.response = kind
        if interaction.deadline is not None:
            interaction.deadline.cancel()
        interaction.changed.notify()
        self._world.emit("interaction_changed", interaction)
        return interaction

    def _fail(self, interaction: Interaction) -> None:
        interaction.failed = True
        interaction.changed.notify()
        self._world.emit("interaction_changed", interaction)
