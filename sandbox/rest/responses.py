"""Routes of interactions: the first response, and the webhook that each interaction has.

Source: Discord's documentation, "Receiving and Responding", "Endpoints".
"""

from __future__ import annotations

from sandbox.interactions.interaction import Interaction
from sandbox.interactions.interaction_types import REPLY, UPDATE
from sandbox.messages.message import Message
from sandbox.rest.ratelimits import WEBHOOK_LIMIT
from sandbox.rest.routing import Answer, Call, Router

_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"


def add_routes(router: Router) -> None:
    """Add this module's routes."""
    callback = "/interactions/{interaction_id}/{interaction_token}/callback"
    router.add("POST", callback, limit=None, needs_token=False)(_respond)
    router.add("POST", _WEBHOOK, limit=WEBHOOK_LIMIT, needs_token=False)(_follow_up)
    for message in ("@original", "{message_id}"):
        path = f"{_WEBHOOK}/messages/{message}"
        router.add("GET", path, limit=WEBHOOK_LIMIT, needs_token=False)(_get)
        router.add("PATCH", path, limit=WEBHOOK_LIMIT, needs_token=False)(_edit)
        router.add("DELETE", path, limit=WEBHOOK_LIMIT, needs_token=False)(_delete)


def _respond(call: Call) -> Answer:
    params = call.params
    interaction = call.world.interactions.respond(
        params["interaction_id"], params["interaction_token"], call.body, call.files
    )
    return (200, _callback(interaction)) if call.flag("with_response") else (204, None)


def _callback(interaction: Interaction) -> dict[str, object]:
    """Return "Interaction Callback Response": a resource only where the response made or changed a message at once."""
    message = interaction.original
    about: dict[str, object] = {
        "id": interaction.id,
        "type": interaction.type,
        **interaction.channel.place(),
    }
    answer: dict[str, object] = {"interaction": about}
    if message is not None:
        about["response_message_id"] = message.id
        about["response_message_loading"] = message.thinking
        about["response_message_ephemeral"] = message.ephemeral
        if interaction.response in (REPLY, UPDATE):
            answer["resource"] = {"type": interaction.response, "message": message.wire()}
    return answer


def _interaction(call: Call) -> Interaction:
    return call.world.interactions.by_token(call.params["webhook_id"], call.params["webhook_token"])


def _message(call: Call) -> tuple[Interaction, Message]:
    interaction = _interaction(call)
    return interaction, call.world.interactions.answers.find(interaction, call.params.get("message_id", "@original"))


def _follow_up(call: Call) -> Answer:
    return 200, call.world.interactions.answers.follow_up(_interaction(call), call.body, call.files).wire()


def _get(call: Call) -> Answer:
    return 200, _message(call)[1].wire()


def _edit(call: Call) -> Answer:
    interaction, message = _message(call)
    return 200, call.world.interactions.answers.edit(interaction, message, call.body, call.files).wire()


def _delete(call: Call) -> Answer:
    interaction, message = _message(call)
    call.world.interactions.answers.delete(interaction, message)
    return 204, None
