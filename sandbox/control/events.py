"""The page's live view: a websocket that tells one member what they would see happen."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.control.requests import acting
from sandbox.control.views import (
    breach_view,
    channels_view,
    commands_view,
    interaction_view,
    listed_channels,
    message_view,
    refusal_view,
)
from sandbox.gateway.gateway import Gateway
from sandbox.interactions.interaction import Interaction
from sandbox.interactions.interaction_types import AUTOCOMPLETE
from sandbox.members.acting import Actor
from sandbox.messages.message import Message
from sandbox.world.channels import TextChannel
from sandbox.world.world import World

#: Events that may wait for a page to read them.
MAX_UNREAD = 10_000


@dataclass(kw_only=True, eq=False)
class _Watcher:
    """A page that looks at a channel through a member's eyes.

    Attributes:
        behind: Whether it missed something: its websocket ends, and it asks for the state anew when it comes back.
    """

    actor: Actor
    channel: TextChannel
    behind: bool = False
    outgoing: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(maxsize=MAX_UNREAD))


class Events:
    """Serves /control/events.

    Args:
        world: What is watched.
        gateway: Tells whether the bot is there.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._watchers: dict[_Watcher, web.WebSocketResponse] = {}
        world.listen(self._on_change)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket; `?member=NAME&channel=ID` says whose eyes."""
        actor, channel = acting(self._world, request.query.get("member"), request.query.get("channel"))
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        watcher = _Watcher(actor=actor, channel=channel)
        self._watchers[watcher] = socket
        writer = asyncio.create_task(_write(socket, watcher))
        try:
            while (await socket.receive()).type is WSMsgType.TEXT:
                pass  # the page has nothing to say here
        finally:
            del self._watchers[watcher]
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return socket

    async def close(self) -> None:
        """Close all websockets."""
        for socket in list(self._watchers.values()):
            await socket.close(code=1001)

    def _on_change(self, kind: str, subject: Any) -> None:
        for watcher in self._watchers:
            event = self._event(watcher, kind, subject)
            if event is None:
                continue
            try:
                watcher.outgoing.put_nowait(event)
            except asyncio.QueueFull:
                watcher.behind = True

    def _event(self, watcher: _Watcher, kind: str, subject: Any) -> dict[str, Any] | None:
        if isinstance(subject, Message):
            return _message_event(watcher, kind, subject)
        if isinstance(subject, Interaction):
            mine = subject.member.id == watcher.actor.id and subject.channel is watcher.channel
            mine = mine and subject.type != AUTOCOMPLETE
            return {"kind": "interaction", "interaction": interaction_view(subject)} if mine else None
        if kind == "commands_changed":
            return {"kind": "commands", "commands": commands_view(self._world, watcher.channel, watcher.actor.member)}
        if kind == "gateway_changed":
            return {"kind": "connection", "connected": bool(self._gateway.connected_sessions())}
        if kind == "breach":
            return {"kind": "breach", "breach": breach_view(self._world, subject)}
        if kind in ("thread_created", "channel_created"):
            return {"kind": "channels", "channels": channels_view(self._world, watcher.actor)}
        if kind == "clock_moved":
            return {"kind": "clock", "now": subject}
        if kind == "recording_changed":
            return {"kind": "recording", "recording": subject}
        if kind == "request_refused":
            return {"kind": "refusal", "refusal": refusal_view(self._world, subject)}
        return None


def _message_event(watcher: _Watcher, kind: str, message: Message) -> dict[str, Any] | None:
    if message.only_for not in (None, watcher.actor.id):
        return None
    if message.channel is not watcher.channel:
        if kind != "message_created" or message.channel not in listed_channels(watcher.actor):
            return None
        return {"kind": "unread", "channel": message.channel.id, "message": message.id}
    if kind in ("message_deleted", "message_dismissed") or not message.visible_to(watcher.actor):
        if kind == "message_dismissed" and message.visible_to(watcher.actor):
            return None
        return {"kind": "message_gone", "id": message.id}
    return {"kind": "message", "message": message_view(message, watcher.actor)}


async def _write(socket: web.WebSocketResponse, watcher: _Watcher) -> None:
    while not (watcher.behind and watcher.outgoing.empty()):
        event = await watcher.outgoing.get()
        try:
            await socket.send_str(json.dumps(event))
        except ConnectionError:
            return  # the page is gone
    await socket.close(code=1008, message=b"the page reads too slowly")
