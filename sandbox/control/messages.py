"""The control API's messages: written, changed, deleted and dismissed by members."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from sandbox.control.origins import Handler
from sandbox.control.requests import Uploads, acting, json_body, listed, refusal, visible_message
from sandbox.control.views import channel_view, message_view
from sandbox.errors import CommandUnavailableError
from sandbox.members.acting import Actor
from sandbox.messages.message import Message
from sandbox.rest.threads import MAX_NAME
from sandbox.world.channels import Channel, TextChannel
from sandbox.world.world import World


class ControlMessages:
    """Serves /control/messages.

    Args:
        world: Where they are written.
        uploads: Their files.
    """

    def __init__(self, world: World, uploads: Uploads) -> None:
        self._world = world
        self._uploads = uploads

    def add_routes(self, router: web.UrlDispatcher, guard: Callable[[Handler], Handler]) -> None:
        """Add the routes, each guarded against other sites."""
        router.add_post("/control/messages", guard(self._send))
        router.add_post("/control/threads", guard(self._start_thread))
        router.add_patch("/control/messages/{id}", guard(self._edit))
        router.add_delete("/control/messages/{id}", guard(self._delete))
        router.add_post("/control/messages/{id}/dismiss", guard(self._dismiss))

    async def _send(self, request: web.Request) -> web.Response:
        """Write a message: `{member, content, uploads: [id, …], channel, reply_to, mention: true}`."""
        body = await json_body(request)
        actor, channel = acting(self._world, body.get("member"), body.get("channel"))
        files = self._uploads.picked(listed(body, "uploads") or [])
        content = str(body.get("content") or "")
        if not files and not content.strip():
            raise refusal(400, "an empty message cannot be sent")
        answered = _answered(channel, actor, body.get("reply_to"))
        mention = body.get("mention") is not False
        try:
            message = await actor.send(channel, content, files=files, reply_to=answered, mention=mention)
        except CommandUnavailableError as error:
            raise refusal(400, str(error)) from error
        return web.json_response(message_view(message, actor))

    async def _start_thread(self, request: web.Request) -> web.Response:
        """Begin a thread: `{member, channel, name, message}`; the message, if there is one, is what it is about."""
        body = await json_body(request)
        actor, channel = acting(self._world, body.get("member"), body.get("channel"))
        name = str(body.get("name") or "").strip()
        if not 1 <= len(name) <= MAX_NAME:
            raise refusal(400, f"a thread's name has 1 to {MAX_NAME} characters")
        if not isinstance(channel, Channel):
            raise refusal(400, "direct messages have no threads")
        on = _answered(channel, actor, body.get("message"))
        try:
            thread = await actor.start_thread(name, in_channel=channel, on=on)
        except CommandUnavailableError as error:
            raise refusal(400, str(error)) from error
        return web.json_response(channel_view(thread, self._world, actor))

    async def _edit(self, request: web.Request) -> web.Response:
        """Change a message: `{member, content, channel}`."""
        body = await json_body(request)
        actor, channel = acting(self._world, body.get("member"), body.get("channel"))
        message = visible_message(channel, actor, request.match_info["id"])
        content = str(body.get("content") or "")
        if not message.attachments and not content.strip():
            raise refusal(400, "an empty message cannot be kept; delete it instead")
        try:
            await actor.edit(message, content)
        except CommandUnavailableError as error:
            raise refusal(400, str(error)) from error
        return web.json_response(message_view(message, actor))

    async def _delete(self, request: web.Request) -> web.Response:
        """Delete a message as `?member=NAME&channel=ID`."""
        actor, channel = acting(self._world, request.query.get("member"), request.query.get("channel"))
        message = visible_message(channel, actor, request.match_info["id"])
        try:
            await actor.delete(message)
        except CommandUnavailableError as error:
            raise refusal(400, str(error)) from error
        return web.json_response({})

    async def _dismiss(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        actor, channel = acting(self._world, body.get("member"), body.get("channel"))
        await actor.dismiss(visible_message(channel, actor, request.match_info["id"]))
        return web.json_response({})


def _answered(channel: TextChannel, actor: Actor, message_id: object) -> Message | None:
    return None if message_id is None else visible_message(channel, actor, message_id)
