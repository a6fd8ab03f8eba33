"""The control API's interactions: commands, buttons, selects, modals and autocompletion."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.control.origins import Handler
from sandbox.control.requests import Uploads, acting, json_body, listed, refusal, visible_message
from sandbox.control.views import interaction_view, message_view
from sandbox.errors import CommandUnavailableError
from sandbox.interactions import command_types as c
from sandbox.interactions.interaction import Interaction
from sandbox.interactions.interaction_types import MODAL
from sandbox.members.acting import Actor
from sandbox.world.channels import TextChannel
from sandbox.world.world import World


class ControlInteractions:
    """Serves /control/interactions, /control/modals and /control/autocomplete.

    Args:
        world: Where members act.
        uploads: Files for attachment options.
    """

    def __init__(self, world: World, uploads: Uploads) -> None:
        self._world = world
        self._uploads = uploads

    def add_routes(self, router: web.UrlDispatcher, guard: Callable[[Handler], Handler]) -> None:
        """Add the routes, each guarded against other sites."""
        router.add_post("/control/interactions", guard(_in_words(self._interact)))
        router.add_get("/control/interactions/{id}", guard(self._interaction))
        router.add_post("/control/modals", guard(_in_words(self._submit)))
        router.add_post("/control/autocomplete", guard(_in_words(self._autocomplete)))

    async def _interact(self, request: web.Request) -> web.Response:
        """Use a command: `{member, command, type, options, message, channel}`; attachments are upload ids.

        With `{member, message, custom_id, values, channel}`: click a button, or choose in a select.
        """
        body = await json_body(request)
        actor, channel = acting(self._world, body.get("member"), body.get("channel"))
        name = str(body.get("command", ""))
        if "custom_id" in body:
            message = visible_message(channel, actor, body.get("message"))
            interaction = await actor.click(message, str(body["custom_id"]), values=listed(body, "values"))
        elif body.get("type", c.CHAT_INPUT) == c.MESSAGE:
            message = visible_message(channel, actor, body.get("message"))
            interaction = await actor.message_command(name, message)
        else:
            options = self._options(channel, name, _object(body, "options"))
            interaction = await actor.slash(name, in_channel=channel, **options)
        return web.json_response(interaction_view(interaction))

    async def _submit(self, request: web.Request) -> web.Response:
        """Submit the modal that an interaction opened: `{member, interaction, values: {custom_id: …}}`."""
        body = await json_body(request)
        opener = self._world.interactions.get(str(body.get("interaction")))
        if opener is None or opener.modal is None:
            raise refusal(404, "there is no such modal")
        actor, _ = acting(self._world, body.get("member"), opener.channel.id)
        return web.json_response(interaction_view(await actor.submit(opener, _object(body, "values"))))

    async def _autocomplete(self, request: web.Request) -> web.Response:
        """Ask what the bot offers: `{member, command, options: {so far}, focused: NAME, value: TEXT, channel}`."""
        body = await json_body(request)
        actor, channel = acting(self._world, body.get("member"), body.get("channel"))
        name, focused = str(body.get("command", "")), str(body.get("focused", ""))
        options = {key: value for key, value in _object(body, "options").items() if key != focused}
        options = self._options(channel, name, options)
        typed = str(body.get("value") or "")
        choices = await actor.autocomplete(name, focused=focused, value=typed, in_channel=channel, **options)
        return web.json_response({"choices": choices})

    def _options(self, channel: TextChannel, name: str, values: dict[str, Any]) -> dict[str, Any]:
        """Turn ids of uploads into the files; other ids stand for themselves."""
        first, *path = name.split() or [""]
        usable = self._world.commands.usable_in(channel.guild_id)
        named = [one for one in usable if one.name == first and one.type == c.CHAT_INPUT]
        known = [option for command in named for option in command.options]
        for part in path:
            known = next((option.get("options") or [] for option in known if option["name"] == part), [])
        files = {option["name"] for option in known if option["type"] == c.ATTACHMENT}
        return {key: self._uploads.picked([value])[0] if key in files else value for key, value in values.items()}

    async def _interaction(self, request: web.Request) -> web.Response:
        """Tell of an interaction; with `?wait=SECONDS` only once it has a finished reply or a modal, or failed."""
        interaction = self._world.interactions.get(request.match_info["id"])
        if interaction is None:
            raise refusal(404, "there is no such interaction")
        try:
            seconds = float(request.query.get("wait", "0"))
        except ValueError:
            raise refusal(400, "wait is a number of seconds") from None
        if seconds > 0:
            with contextlib.suppress(TimeoutError):  # the answer says how far it is
                await interaction.until(_is_over, timeout=seconds)
        messages = [message_view(message, Actor(self._world, interaction.member)) for message in interaction.messages]
        return web.json_response({**interaction_view(interaction), "messages": messages})


def _in_words(handler: Handler) -> Handler:
    """Return a handler that says in words what a member's client would not let them do."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except CommandUnavailableError as error:
            raise refusal(400, str(error)) from error

    return handle


def _is_over(interaction: Interaction) -> bool:
    finished = any(not message.thinking for message in interaction.messages)
    return interaction.failed or interaction.response == MODAL or finished


def _object(body: dict[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key) or {}
    if not isinstance(value, dict):
        raise refusal(400, f"{key} is an object")
    return value
