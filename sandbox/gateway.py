"""The gateway: sessions and who is sent which event.

Source: Discord's Gateway documentation, "Sharding", "Gateway Intents", "List of Intents".
"""

from __future__ import annotations

from typing import Any

import structlog
from aiohttp import web

from sandbox.compression import compressor_for
from sandbox.connection import RECONNECT, Connection
from sandbox.guilds import Guild
from sandbox.interaction import Interaction
from sandbox.messages import Message
from sandbox.sessions import Intent, Session
from sandbox.snowflakes import shard_of
from sandbox.world import World

_log = structlog.get_logger(__name__)

_MESSAGE_EVENTS = {"message_created": "MESSAGE_CREATE", "message_edited": "MESSAGE_UPDATE"}


class Gateway:
    """Holds the sessions and sends them the world's events.

    Attributes:
        sessions: All sessions that may be resumed, by id.
        acknowledges: Whether heartbeats are acknowledged; a test turns it off to play a dead connection.
        refuses: Whether new connections are turned away; a test turns it on to play Discord out of order.
        held: Interactions kept back, to be sent later and in another order; None while none are.
    """

    def __init__(self, world: World) -> None:
        self.sessions: dict[str, Session] = {}
        self.acknowledges = True
        self.refuses = False
        self.held: list[Interaction] | None = None
        self.url = ""
        self._world = world
        self._connections: set[Connection] = set()
        world.listen(self._on_change)

    def connected_sessions(self) -> list[Session]:
        """Return the sessions that are connected and have had READY."""
        return [session for session in self.sessions.values() if session.connected and session.ready]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket."""
        if self.refuses:
            raise web.HTTPServiceUnavailable(text="the sandbox was told to refuse")
        if request.query.get("encoding", "json") != "json":
            raise web.HTTPBadRequest(text="the sandbox speaks encoding=json only")
        try:
            compressor = compressor_for(request.query.get("compress"))
        except LookupError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(self, self._world, socket, compressor)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
            self._world.emit("gateway_changed", self)
        return socket

    async def drop(self, *, code: int = 4000, resumable: bool = True) -> None:
        """Cut all connections, as when Discord's end goes away.

        Args:
            code: The close code the bot sees.
            resumable: Whether the sessions can be resumed; else the next RESUME is answered "invalid session".
        """
        if not resumable:
            self.sessions.clear()
        for connection in list(self._connections):
            await connection.close(code, "dropped by the sandbox")

    async def request_reconnect(self) -> None:
        """Ask all shards to reconnect (opcode 7)."""
        for connection in list(self._connections):
            connection.send({"op": RECONNECT, "d": None})

    def dispatch_interaction(self, interaction: Interaction) -> None:
        """Send INTERACTION_CREATE to the newest session of the guild's shard, a connected one if there is any."""
        if self.held is not None:
            self.held.append(interaction)
            return
        sessions = [s for s in self.sessions.values() if shard_of(interaction.guild.id, s.shard_count) == s.shard]
        connected = [session for session in sessions if session.connected]
        if connected or sessions:
            (connected or sessions)[-1].dispatch("INTERACTION_CREATE", interaction.wire(self._world))
        else:
            _log.warning("sandbox.no_bot_connected", interaction=interaction.id)

    def _on_change(self, kind: str, subject: Any) -> None:
        if not self.sessions:
            return
        if kind in _MESSAGE_EVENTS:
            self._send_message(_MESSAGE_EVENTS[kind], subject)
        elif kind == "message_deleted" and subject.only_for is None:
            place = {"channel_id": subject.channel.id, "guild_id": subject.channel.guild.id}
            self._to_guild(subject.channel.guild, "MESSAGE_DELETE", {"id": subject.id, **place})
        elif kind == "interaction_created":
            self.dispatch_interaction(subject)
        elif kind == "channel_created":
            self._to_guild(subject.guild, "CHANNEL_CREATE", subject.wire())
        elif kind == "member_joined":
            self._to_guild(subject.guild, "GUILD_MEMBER_ADD", {**subject.wire(), "guild_id": subject.guild.id})
        elif kind == "guild_created":
            for session in self._sessions_of(subject):
                session.dispatch("GUILD_CREATE", self._guild(subject, session))

    def _sessions_of(self, guild: Guild) -> list[Session]:
        return [s for s in self.sessions.values() if shard_of(guild.id, s.shard_count) == s.shard]

    def _to_guild(self, guild: Guild, event: str, data: dict[str, Any]) -> None:
        for session in self._sessions_of(guild):
            session.dispatch(event, data)

    def _send_message(self, event: str, message: Message) -> None:
        if message.only_for is not None:
            return  # ephemeral messages never go over the gateway
        guild = message.channel.guild
        sessions = [session for session in self._sessions_of(guild) if session.wants(event)]
        if not sessions:
            return
        full = message.event(guild.members.get(message.author.id))
        if message.nonce is not None:
            full["nonce"] = message.nonce
        readable = message.author is self._world.bot or f"<@{self._world.bot.id}>" in message.content
        for session in sessions:
            seen = full if readable or session.intents & Intent.MESSAGE_CONTENT else _without_content(full)
            session.dispatch(event, seen)

    def _guild(self, guild: Guild, session: Session) -> dict[str, Any]:
        every = bool(session.intents & Intent.GUILD_MEMBERS)
        return guild.gateway_wire(self._world.bot.id, all_members=every)

    def welcome(self, session: Session) -> None:
        """Send READY and the guilds of a session's shard."""
        guilds = [g for g in self._world.guilds.values() if shard_of(g.id, session.shard_count) == session.shard]
        application = {"id": self._world.application_id, "flags": 0}
        ready = {
            "v": 10,
            "user": {**self._world.bot.wire(), "mfa_enabled": False, "verified": True, "email": None},
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shard_count],
            "application": application,
        }
        session.dispatch("READY", ready)
        for guild in guilds:
            session.dispatch("GUILD_CREATE", self._guild(guild, session))
        session.ready = True
        self._world.emit("gateway_changed", self)


def _without_content(event: dict[str, Any]) -> dict[str, Any]:
    """Return a message event as an app without the message content intent gets it."""
    return {**event, "content": "", "embeds": [], "attachments": [], "components": []}
