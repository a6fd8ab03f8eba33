"""Requests to the control API: JSON bodies, refusals in words, who acts where, and the files to be sent."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.cdn.attachments import Upload
from sandbox.members.acting import Actor
from sandbox.messages.message import Message
from sandbox.world.channels import Channel, DirectChannel, TextChannel
from sandbox.world.world import World

#: Uploads kept until they are sent; older ones are forgotten.
KEPT_UPLOADS = 100
#: Bytes of an upload. More than Discord lets most members send, so that a bot's own limit can be tried.
MAX_UPLOAD_SIZE = 100 * 1024 * 1024


def refusal(status: int, message: str) -> web.HTTPException:
    """Return the answer to a request that cannot be done: a JSON body whose `error` says why."""
    kinds = {400: web.HTTPBadRequest, 404: web.HTTPNotFound, 415: web.HTTPUnsupportedMediaType}
    return kinds[status](text=json.dumps({"error": message}), content_type="application/json")


async def json_body(request: web.Request) -> dict[str, Any]:
    """Return a request's JSON object.

    Raises:
        web.HTTPException: If it has none. Only a page of this origin can send JSON unasked: a form cannot.
    """
    if request.content_type != "application/json":
        raise refusal(415, "expected application/json")
    try:
        body = await request.json()
    except ValueError:
        raise refusal(400, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise refusal(400, "the body must be a JSON object")
    return body


def listed(body: dict[str, Any], key: str) -> list[Any] | None:
    """Return a list that a body has, None if it has none.

    Raises:
        web.HTTPException: If it is something else.
    """
    value = body.get(key)
    if value is not None and not isinstance(value, list):
        raise refusal(400, f"{key} is a list")
    return value


def acting(world: World, name: Any, channel_id: Any) -> tuple[Actor, TextChannel]:
    """Return who acts, alice if nobody is named, and where, in the first channel if none is.

    Raises:
        web.HTTPException: If there is no such channel or member, or the direct messages are somebody else's.
    """
    channels, name = world.channels, str(name or "alice")
    channel = next(iter(channels.values())) if channel_id is None else channels.get(str(channel_id))
    guilds = [channel.guild] if isinstance(channel, Channel) else list(world.guilds.values())
    members = (member for guild in guilds for member in guild.members.values())
    member = next((member for member in members if member.user.name == name), None)
    if member is None:
        raise refusal(404, f"nobody is called {name!r}")
    if channel is None or (isinstance(channel, DirectChannel) and channel.user is not member.user):
        raise refusal(404, f"there is no channel {channel_id!r}")
    return Actor(world, member), channel


def visible_message(channel: TextChannel, actor: Actor, message_id: Any) -> Message:
    """Return a message that somebody sees.

    Raises:
        web.HTTPException: If there is none.
    """
    message = channel.messages.get(str(message_id))
    if message is None or not message.visible_to(actor):
        raise refusal(404, f"there is no message {message_id!r}")
    return message


class Uploads:
    """Files that members picked and did not send yet.

    Args:
        world: Gives them ids.
    """

    def __init__(self, world: World) -> None:
        self.by_id: dict[str, Upload] = {}
        self._world = world

    async def handle(self, request: web.Request) -> web.Response:
        """Take one file of a multipart form; it is sent by naming the returned id."""
        if request.content_type != "multipart/form-data":
            raise refusal(415, "expected multipart/form-data")
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                upload = Upload(part.filename, await _read(part), content_type=_claimed_type(part))
                key = self._world.ids.next()
                self.by_id[key] = upload
                while len(self.by_id) > KEPT_UPLOADS:
                    del self.by_id[next(iter(self.by_id))]
                return web.json_response({"id": key, "filename": upload.filename, "size": upload.size})
        raise refusal(400, "the form has no file")

    def picked(self, keys: list[Any]) -> list[Upload]:
        """Return the files of these ids.

        Raises:
            web.HTTPException: If one is forgotten.
        """
        if any(str(key) not in self.by_id for key in keys):
            raise refusal(400, "an upload is gone; pick the file again")
        return [self.by_id[str(key)] for key in keys]


def _claimed_type(part: BodyPartReader) -> str | None:
    claimed = part.headers.get("Content-Type")
    return None if claimed in (None, "", "application/octet-stream") else claimed


async def _read(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > MAX_UPLOAD_SIZE:
            raise refusal(400, f"the file is larger than {MAX_UPLOAD_SIZE // 1024**2} MiB")
    return bytes(data)
