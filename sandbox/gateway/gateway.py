"""The gateway: sessions and who is sent which event.

Source: Discord's Gateway documentation, "Sharding", "Gateway Intents", "List of Intents".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from sandbox.gateway.compression import compressor_for
from sandbox.gateway.connection import INVALID_SESSION, RECONNECT, Connection
from sandbox.gateway.hearing import as_read, message_event
from sandbox.gateway.identifying import guilds_of
from sandbox.gateway.sessions import Intent, Session, application_flags
from sandbox.interactions.interaction import Interaction
from sandbox.messages.message import Message
from sandbox.world.guilds import Guild, Member, Role
from sandbox.world.snowflakes import shard_of
from sandbox.world.threads import Thread
from sandbox.world.world import World

_log = structlog.get_logger(__name__)

#: The version of the gateway that the sandbox speaks.
VERSION = "10"


class Gateway:
    """Holds the sessions and sends them the world's events.

    Attributes:
        sessions: All sessions that may be resumed, by id.
    """

    def __init__(self, world: World) -> None:
        self.sessions: dict[str, Session] = {}
        self.url = ""
        self._world = world
        self._connections: set[Connection] = set()
        self._tellers: dict[str, Callable[[Any], None]] = {
            "message_created": partial(self._send_message, "MESSAGE_CREATE"),
            "message_edited": partial(self._send_message, "MESSAGE_UPDATE"),
            "message_deleted": self._message_deleted,
            "interaction_created": self.dispatch_interaction,
            "channel_created": lambda channel: self._to_guild(channel.guild, "CHANNEL_CREATE", channel.wire()),
            "thread_created": self._thread_created,
            "member_joined": partial(self._tell_of_member, "GUILD_MEMBER_ADD"),
            "member_changed": partial(self._tell_of_member, "GUILD_MEMBER_UPDATE"),
            "role_created": self._role_created,
            "guild_created": self._guild_created,
        }
        world.listen(self._on_change)

    def connected_sessions(self) -> list[Session]:
        """Return the sessions that are connected and have had READY."""
        return [session for session in self.sessions.values() if session.connected and session.ready]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket."""
        if self._world.faults.refuses_gateway:
            raise web.HTTPServiceUnavailable(text="the sandbox was told to refuse")
        if request.query.get("encoding", "json") != "json":
            raise web.HTTPBadRequest(text="the sandbox speaks encoding=json only")
        version = request.query.get("v", VERSION)
        try:
            compressor = compressor_for(request.query.get("compress"))
        except LookupError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        if version != VERSION:
            await socket.close(code=4012, message=b"Invalid API version")
            return socket
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

    def invalidate_session(self, *, resumable: bool) -> None:
        """Tell all shards that their session is invalid (opcode 9); unless `resumable` it is gone."""
        if not resumable:
            self.sessions.clear()
        for connection in list(self._connections):
            connection.send({"op": INVALID_SESSION, "d": resumable})

    def dispatch_interaction(self, interaction: Interaction) -> None:
        """Send INTERACTION_CREATE to the newest session of its shard, a connected one if there is any."""
        sessions = self._sessions_of(interaction.channel.guild_id)
        connected = [session for session in sessions if session.connected]
        if connected or sessions:
            (connected or sessions)[-1].dispatch("INTERACTION_CREATE", interaction.wire(self._world))
        else:
            _log.warning("sandbox.no_bot_connected", interaction=interaction.id)

    def dispatch_message(self, message: Message) -> None:
        """Tell the bot of a message."""
        self._send_message("MESSAGE_CREATE", message)

    def _on_change(self, kind: str, subject: Any) -> None:
        tell = self._tellers.get(kind)
        if tell is None or not self.sessions:
            return
        if isinstance(subject, Message | Interaction):
            events = self._world.faults.events
            events.tell(partial(tell, subject), interaction=isinstance(subject, Interaction))
        else:
            tell(subject)

    def _message_deleted(self, message: Message) -> None:
        if message.only_for is not None:
            return
        guild_id = message.channel.guild_id
        for session in self._sessions_of(guild_id):
            session.dispatch("MESSAGE_DELETE", {"id": message.id, **message.channel.place()}, direct=guild_id is None)

    def _guild_created(self, guild: Guild) -> None:
        for session in self._sessions_of(guild.id):
            session.dispatch("GUILD_CREATE", self._guild(guild, session))

    def _thread_created(self, thread: Thread) -> None:
        self._to_guild(thread.guild, "THREAD_CREATE", {**thread.wire(), "newly_created": True})

    def _role_created(self, created: tuple[Guild, Role]) -> None:
        guild, role = created
        self._to_guild(guild, "GUILD_ROLE_CREATE", {"guild_id": guild.id, "role": role.wire()})

    def _tell_of_member(self, event: str, member: Member) -> None:
        self._to_guild(member.guild, event, {**member.wire(), "guild_id": member.guild.id})

    def _sessions_of(self, guild_id: str | None) -> list[Session]:
        return [s for s in self.sessions.values() if shard_of(guild_id, s.shard_count) == s.shard]

    def _to_guild(self, guild: Guild, event: str, data: dict[str, Any]) -> None:
        for session in self._sessions_of(guild.id):
            session.dispatch(event, data)

    def _send_message(self, event: str, message: Message) -> None:
        if message.only_for is not None:
            return  # ephemeral messages never go over the gateway
        guild_id = message.channel.guild_id
        direct = guild_id is None
        sessions = [session for session in self._sessions_of(guild_id) if session.wants(event, direct=direct)]
        if not sessions:
            return
        full = message_event(message)
        for session in sessions:
            reads = session.intents & Intent.MESSAGE_CONTENT
            session.dispatch(event, full if reads else as_read(full, message, self._world.bot), direct=direct)

    def _guild(self, guild: Guild, session: Session) -> dict[str, Any]:
        every = bool(session.intents & Intent.GUILD_MEMBERS)
        return guild.gateway_wire(self._world.bot.id, all_members=every)

    def welcome(self, session: Session) -> None:
        """Send READY and the guilds of a session's shard."""
        guilds = guilds_of(self._world, session.shard, session.shard_count)
        flags = application_flags(self._world.config.privileged_intents)
        application = {"id": self._world.application_id, "flags": flags}
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
