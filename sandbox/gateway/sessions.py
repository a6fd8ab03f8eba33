"""Gateway sessions: what one shard of the bot has been sent, and can be sent again.

Source: Discord's Gateway documentation, "Resuming", "Gateway Intents".
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

#: Events kept for a session that may come back; more than that and it must begin anew.
REPLAY_LENGTH = 20_000


class Intent(IntFlag):
    """The intents that decide on events the sandbox sends."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


#: Intents an application must be allowed. "Privileged Intents".
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT

#: What the application object says of each. "Application Flags" (those for fewer than a hundred guilds).
_FLAGS = {Intent.GUILD_PRESENCES: 1 << 13, Intent.GUILD_MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}

#: The intent an event needs; others come without.
_NEEDS = {
    "GUILD_CREATE": Intent.GUILDS,
    "CHANNEL_CREATE": Intent.GUILDS,
    "THREAD_CREATE": Intent.GUILDS,
    "GUILD_ROLE_CREATE": Intent.GUILDS,
    "GUILD_MEMBER_ADD": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_UPDATE": Intent.GUILD_MEMBERS,
    "MESSAGE_CREATE": Intent.GUILD_MESSAGES,
    "MESSAGE_UPDATE": Intent.GUILD_MESSAGES,
    "MESSAGE_DELETE": Intent.GUILD_MESSAGES,
}


def application_flags(privileged_intents: int) -> int:
    """Return the flags of an application that may use these privileged intents."""
    return sum(flag for intent, flag in _FLAGS.items() if privileged_intents & intent)


@dataclass(kw_only=True, eq=False)
class Session:
    """One identified shard, connected or not.

    Attributes:
        outgoing: Where the connection's writer takes text from; None while there is no connection.
        ready: Whether READY and the guilds were sent.
    """

    shard: int
    shard_count: int
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    outgoing: asyncio.Queue[str | None] | None = None
    ready: bool = False
    _sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAY_LENGTH), repr=False)

    @property
    def connected(self) -> bool:
        """Return whether there is a connection now."""
        return self.outgoing is not None

    def wants(self, event: str, *, direct: bool = False) -> bool:
        """Return whether the session's intents cover an event; `direct` says that it is of direct messages."""
        needed = _NEEDS.get(event)
        if direct and needed is Intent.GUILD_MESSAGES:
            needed = Intent.DIRECT_MESSAGES
        return needed is None or bool(self.intents & needed)

    def dispatch(self, event: str, data: Any, *, direct: bool = False) -> None:
        """Send an event, or keep it for a resumption, unless the intents leave it out; `direct` as for `wants`."""
        if not self.wants(event, direct=direct):
            return
        self.sequence += 1
        text = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": data}, separators=(",", ":"))
        self._sent.append((self.sequence, text))
        self.send(text)

    def send(self, text: str) -> None:
        """Send an event's text, if there is a connection; one whose bot reads too slowly is given up."""
        if self.outgoing is None:
            return
        try:
            self.outgoing.put_nowait(text)
        except asyncio.QueueFull:
            self.outgoing = None

    def missed(self, sequence: int) -> Iterator[str] | None:
        """Return the events after `sequence`, or None if some of them are forgotten or it never was."""
        oldest = self._sent[0][0] if self._sent else self.sequence + 1
        if not oldest - 1 <= sequence <= self.sequence:
            return None
        return iter([text for number, text in self._sent if number > sequence])
