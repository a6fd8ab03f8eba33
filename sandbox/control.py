"""The control API: what the web page, and tests in other processes, do with the sandbox. JSON below /control."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox import commands as c
from sandbox.acting import Actor
from sandbox.attachments import Upload
from sandbox.errors import CommandUnavailableError
from sandbox.gateway import Gateway
from sandbox.guilds import Channel
from sandbox.interaction import Interaction
from sandbox.messages import Message
from sandbox.origins import Handler
from sandbox.views import breach_view, interaction_view, message_view, state_view
from sandbox.world import World

#: Uploads kept until they are sent; older ones are forgotten.
KEPT_UPLOADS = 100
#: Bytes of an upload. More than Discord lets most members send, so that a bot's own limit can be tried.
MAX_UPLOAD_SIZE = 100 * 1024 * 1024


class Control:
    """Serves /control.

    Args:
        world: What is controlled.
        gateway: For cutting the bot's connection.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._uploads: dict[str, Upload] = {}

    def add_routes(self, router: web.UrlDispatcher, guard: Callable[[Handler], Handler]) -> None:
        """Add the routes, each guarded against other sites."""
        router.add_get("/control/state", guard(self._state))
        router.add_get("/control/breaches", guard(self._breaches))
        router.add_post("/control/uploads", guard(self._upload))
        router.add_post("/control/interactions", guard(self._interact))
        router.add_get("/control/interactions/{id}", guard(self._interaction))
        router.add_post("/control/messages", guard(self._send))
        router.add_post("/control/messages/{id}/dismiss", guard(self._dismiss))
        router.add_post("/control/clock", guard(self._clock))
        router.add_post("/control/gateway/drop", guard(self._drop))

    def _actor(self, name: str | None, channel: Channel) -> Actor:
        try:
            return Actor(self._world, self._world.member(channel.guild, name or "alice"))
        except KeyError:
            raise _refusal(404, f"nobody is called {name!r}") from None

    def _channel(self, channel_id: str | None) -> Channel:
        channel = next(iter(self._world.channels.values()))
        if channel_id is not None:
            if channel_id not in self._world.channels:
                raise _refusal(404, f"there is no channel {channel_id!r}")
            channel = self._world.channels[channel_id]
        return channel

    def _visible_message(self, channel: Channel, actor: Actor, message_id: Any) -> Message:
        message = channel.messages.get(str(message_id))
        if message is None or not message.visible_to(actor):
            raise _refusal(404, f"there is no message {message_id!r}")
        return message

    async def _state(self, request: web.Request) -> web.Response:
        channel = self._channel(request.query.get("channel"))
        actor = self._actor(request.query.get("member"), channel)
        connected = bool(self._gateway.connected_sessions())
        return web.json_response(state_view(self._world, channel, actor.member, connected=connected))

    async def _breaches(self, request: web.Request) -> web.Response:
        return web.json_response([breach_view(breach) for breach in self._world.breaches])

    async def _upload(self, request: web.Request) -> web.Response:
        """Take one file of a multipart form; it is sent by naming the returned id."""
        if request.content_type != "multipart/form-data":
            raise _refusal(415, "expected multipart/form-data")
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                upload = Upload(part.filename, await _read(part), content_type=_claimed_type(part))
                key = self._world.ids.next()
                self._uploads[key] = upload
                while len(self._uploads) > KEPT_UPLOADS:
                    del self._uploads[next(iter(self._uploads))]
                return web.json_response({"id": key, "filename": upload.filename, "size": upload.size})
        raise _refusal(400, "the form has no file")

    async def _interact(self, request: web.Request) -> web.Response:
        """Use a command: `{member, command, type, options, message, channel}`; attachments are upload ids.

        With `{member, message, custom_id}`: click a button.
        """
        body = await _json_body(request)
        channel = self._channel(body.get("channel"))
        actor = self._actor(body.get("member"), channel)
        name = str(body.get("command", ""))
        try:
            if "custom_id" in body:
                message = self._visible_message(channel, actor, body.get("message"))
                interaction = await actor.click(message, str(body["custom_id"]))
            elif body.get("type", c.CHAT_INPUT) == c.MESSAGE:
                message = self._visible_message(channel, actor, body.get("message"))
                interaction = await actor.message_command(name, message)
            else:
                options = self._options(channel, name, body.get("options") or {})
                interaction = await actor.slash(name, in_channel=channel, **options)
        except CommandUnavailableError as error:
            raise _refusal(400, str(error)) from error
        return web.json_response(interaction_view(interaction))

    def _options(self, channel: Channel, name: str, values: dict[str, Any]) -> dict[str, Any]:
        """Turn ids of uploads, members, channels and roles into what they stand for."""
        first, *path = name.split() or [""]
        usable = self._world.commands.usable_in(channel.guild.id)
        command = next((one for one in usable if one.name == first and one.type == c.CHAT_INPUT), None)
        known = command.options if command is not None else []
        for part in path:
            known = next((option.get("options") or [] for option in known if option["name"] == part), [])
        kinds = {option["name"]: option["type"] for option in known}
        guild = channel.guild
        tables: dict[int, dict[str, Any]] = {
            c.ATTACHMENT: self._uploads,
            c.USER_OPTION: guild.members,
            c.CHANNEL: guild.channels,
            c.ROLE: guild.roles,
            c.MENTIONABLE: {**guild.members, **guild.roles},
        }
        found = {}
        for option, value in values.items():
            table = tables.get(kinds.get(option, 0))
            if table is not None and str(value) not in table:
                raise _refusal(400, f"the option {option!r} names nothing there is: {value!r}")
            found[option] = value if table is None else table[str(value)]
        return found

    async def _interaction(self, request: web.Request) -> web.Response:
        """Tell of an interaction; with `?wait=SECONDS` only once it has a finished reply or failed."""
        interaction = self._world.interactions.get(request.match_info["id"])
        if interaction is None:
            raise _refusal(404, "there is no such interaction")
        try:
            seconds = float(request.query.get("wait", "0"))
        except ValueError:
            raise _refusal(400, "wait is a number of seconds") from None
        if seconds > 0:
            with contextlib.suppress(TimeoutError):  # the answer says how far it is
                await interaction.until(_is_over, timeout=seconds)
        messages = [message_view(message) for message in interaction.messages]
        return web.json_response({**interaction_view(interaction), "messages": messages})

    async def _send(self, request: web.Request) -> web.Response:
        """Write a message: `{member, content, uploads: [id, …], channel}`."""
        body = await _json_body(request)
        channel = self._channel(body.get("channel"))
        actor = self._actor(body.get("member"), channel)
        keys = [str(key) for key in body.get("uploads") or ()]
        if any(key not in self._uploads for key in keys):
            raise _refusal(400, "an upload is gone; pick the file again")
        files = [self._uploads[key] for key in keys]
        content = str(body.get("content") or "")
        if not files and not content.strip():
            raise _refusal(400, "an empty message cannot be sent")
        return web.json_response(message_view(await actor.send(channel, content, files=files)))

    async def _dismiss(self, request: web.Request) -> web.Response:
        body = await _json_body(request)
        channel = self._channel(body.get("channel"))
        actor = self._actor(body.get("member"), channel)
        await actor.dismiss(self._visible_message(channel, actor, request.match_info["id"]))
        return web.json_response({})

    async def _clock(self, request: web.Request) -> web.Response:
        """Move the clock: `{advance: seconds}`."""
        seconds = (await _json_body(request)).get("advance", 0)
        if not isinstance(seconds, int | float) or seconds < 0:
            raise _refusal(400, "advance is a number of seconds, 0 or more")
        self._world.clock.advance(seconds)
        return web.json_response({"now": self._world.clock.stamp()})

    async def _drop(self, request: web.Request) -> web.Response:
        """Cut the bot's gateway connections: `{resumable: true}`."""
        resumable = (await _json_body(request)).get("resumable") is not False
        await self._gateway.drop(resumable=resumable)
        return web.json_response({})


def _is_over(interaction: Interaction) -> bool:
    return interaction.failed or any(not message.thinking for message in interaction.messages)


def _claimed_type(part: BodyPartReader) -> str | None:
    claimed = part.headers.get("Content-Type")
    return None if claimed in (None, "", "application/octet-stream") else claimed


async def _read(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > MAX_UPLOAD_SIZE:
            raise _refusal(400, f"the file is larger than {MAX_UPLOAD_SIZE // 1024**2} MiB")
    return bytes(data)


def _refusal(status: int, message: str) -> web.HTTPException:
    kinds = {400: web.HTTPBadRequest, 404: web.HTTPNotFound, 415: web.HTTPUnsupportedMediaType}
    return kinds[status](text=json.dumps({"error": message}), content_type="application/json")


async def _json_body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise _refusal(415, "expected application/json")
    try:
        body = await request.json()
    except ValueError:
        raise _refusal(400, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise _refusal(400, "the body must be a JSON object")
    return body
