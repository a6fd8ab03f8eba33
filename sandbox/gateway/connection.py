"""One gateway websocket: handshake, heartbeats, resumption. Version 10, JSON.

Source: Discord's Gateway documentation, "Connections", "Gateway Close Event Codes".
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.gateway.compression import Compressor
from sandbox.gateway.identifying import CloseError, has_token, new_session
from sandbox.gateway.sessions import REPLAY_LENGTH, Session
from sandbox.world.records import Breach
from sandbox.world.world import World

if TYPE_CHECKING:
    from sandbox.gateway.gateway import Gateway

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11

#: Bytes of a payload, and payloads in a minute, that a bot may send. "Sending Events", "Rate Limiting".
MAX_PAYLOAD = 4096
MAX_PAYLOADS = 120
_MINUTE = 60.0

#: Events that may wait for a bot to read them: more than a session can be sent again, so that any resumption fits.
MAX_UNREAD = 2 * REPLAY_LENGTH

#: A bot that is silent for this many heartbeat intervals is cut off.
SILENT_INTERVALS = 1.5


class Connection:
    """One websocket of one shard."""

    def __init__(
        self, gateway: Gateway, world: World, socket: web.WebSocketResponse, compressor: Compressor | None
    ) -> None:
        self._gateway = gateway
        self._world = world
        self._socket = socket
        self._compressor = compressor
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue(maxsize=MAX_UNREAD)
        self._session: Session | None = None
        self._received: deque[float] = deque(maxlen=MAX_PAYLOADS)

    def send(self, payload: dict[str, Any]) -> None:
        """Queue a message that is no event."""
        with contextlib.suppress(asyncio.QueueFull):  # a bot that reads nothing misses this too
            self._outgoing.put_nowait(json.dumps(payload, separators=(",", ":")))

    async def close(self, code: int, reason: str) -> None:
        """Close the websocket; what is queued is lost."""
        self._detach()
        await self._socket.close(code=code, message=reason.encode())

    async def run(self) -> None:
        """Talk until either side ends it."""
        writer = asyncio.create_task(self._write())
        interval = self._world.config.heartbeat_interval
        self.send({"op": HELLO, "d": {"heartbeat_interval": int(interval * 1000), "_trace": ["sandbox"]}})
        try:
            while True:
                async with asyncio.timeout(interval * SILENT_INTERVALS):
                    message = await self._socket.receive()
                if message.type is not WSMsgType.TEXT:
                    break
                self._receive(message.data)
                if self._session is not None and self._session.outgoing is not self._outgoing:
                    await self.close(4000, "too far behind, or resumed elsewhere")
                    break
        except TimeoutError:
            await self.close(4009, "Session timed out")
        except CloseError as error:
            self._world.record_breach(
                Breach(method="WS", path="/gateway", rule=f"Gateway Close Event Codes, {error}", message=error.reason)
            )
            await self.close(error.code, error.reason)
        finally:
            self._detach()
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    async def _write(self) -> None:
        while (text := await self._outgoing.get()) is not None:
            try:
                if self._compressor is None:
                    await self._socket.send_str(text)
                else:
                    await self._socket.send_bytes(self._compressor(text))
            except ConnectionError:
                return  # the bot is gone; the session keeps what it missed

    def _detach(self) -> None:
        session = self._session
        if session is not None and session.outgoing is self._outgoing:
            session.outgoing = None

    def _receive(self, text: str) -> None:
        self._count(len(text.encode()))
        try:
            payload = json.loads(text)
            operation, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError) as error:
            raise CloseError(4002, "Decode error") from error
        if operation in (IDENTIFY, RESUME, REQUEST_MEMBERS) and not isinstance(data, dict):
            raise CloseError(4002, "Decode error")
        if operation == HEARTBEAT:
            if self._world.faults.acknowledges_heartbeats:
                self.send({"op": HEARTBEAT_ACK})
        elif operation == IDENTIFY:
            self._identify(data)
        elif operation == RESUME:
            self._resume(data)
        elif self._session is None:
            raise CloseError(4003, "Not authenticated")
        elif operation == REQUEST_MEMBERS:
            self._members(data)
        elif operation not in (3, 4, 31):  # presence, voice state, soundboard: nothing to do
            raise CloseError(4001, "Unknown opcode")

    def _count(self, size: int) -> None:
        if size > MAX_PAYLOAD:
            raise CloseError(4002, f"Decode error: a payload has {MAX_PAYLOAD} bytes at most")
        now = self._world.clock.now()
        if len(self._received) == MAX_PAYLOADS and now - self._received[0] < _MINUTE:
            raise CloseError(4008, f"Rate limited: {MAX_PAYLOADS} payloads a minute")
        self._received.append(now)

    def _identify(self, data: dict[str, Any]) -> None:
        if self._session is not None:
            raise CloseError(4005, "Already authenticated")
        session = new_session(self._world, data)
        if session is None:
            self.send({"op": INVALID_SESSION, "d": False})
            return
        session.outgoing = self._outgoing
        self._session = self._gateway.sessions[session.id] = session
        self._gateway.welcome(session)

    def _resume(self, data: dict[str, Any]) -> None:
        if not has_token(self._world, data):
            raise CloseError(4004, "Authentication failed")
        session = self._gateway.sessions.get(str(data.get("session_id")))
        sequence = data.get("seq") or 0
        if not isinstance(sequence, int) or (session is not None and sequence > session.sequence):
            raise CloseError(4007, "Invalid seq")
        missed = session.missed(sequence) if session is not None else None
        if session is None or missed is None:
            self.send({"op": INVALID_SESSION, "d": False})
            return
        self._session, session.outgoing = session, self._outgoing
        for text in missed:
            session.send(text)
        session.dispatch("RESUMED", {})
        self._world.emit("gateway_changed", self._gateway)

    def _members(self, data: dict[str, Any]) -> None:
        """Answer "Request Guild Members"."""
        guild = self._world.guilds.get(str(data.get("guild_id")))
        if guild is None or self._session is None:
            return
        wanted, query, limit = data.get("user_ids") or [], data.get("query") or "", data.get("limit") or None
        if not (isinstance(wanted, str | int | list) and isinstance(query, str) and isinstance(limit, int | None)):
            raise CloseError(4002, "Decode error")
        ids = [str(value) for value in wanted] if isinstance(wanted, list) else [str(wanted)]
        query = query.lower()
        found = [
            member.wire()
            for member in guild.members.values()
            if (member.id in ids if ids else member.user.name.lower().startswith(query))
        ]
        found = found[:limit]
        chunk = {"guild_id": guild.id, "members": found, "chunk_index": 0, "chunk_count": 1, "not_found": []}
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        self._session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
