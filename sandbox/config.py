"""What a sandbox is told before it starts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

#: What a bot may upload per file without boosts, in bytes. Discord's API Reference, "Uploading Files".
ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024


def random_token() -> str:
    """Return a bot token nobody can guess."""
    return f"sandbox.{secrets.token_urlsafe(24)}"


@dataclass(frozen=True, kw_only=True)
class SandboxConfig:
    """How a sandbox listens and how strict it is.

    Attributes:
        host: Address to listen on; loopback unless you know why not.
        port: Port to listen on; 0 takes a free one.
        public_url: The address put into links (gateway, CDN) when others reach the sandbox by another name than it
            listens on, such as `http://sandbox:8137` between containers. Without a slash at the end.
        token: The bot token that is accepted.
        openapi: Path of Discord's OpenAPI 3.1 description; without it requests are not held against it.
        check_responses: Hold the sandbox's own answers against the description too (its own tests do).
        rate_limits: Send 429 as Discord does.
        frozen_clock: Let time stand still except for `clock.advance`.
        heartbeat_interval: Seconds between a bot's heartbeats, as HELLO says it.
        shards: The number of shards that GET /gateway/bot recommends.
        shard_guilds: Guilds that one shard may serve; an IDENTIFY with more closes with 4011.
        session_starts: Sessions that may begin in a day; the next IDENTIFY closes with 4004, as for the token that
            Discord then resets.
        max_concurrency: Shards that may identify within five seconds, one of each key (shard id modulo this); a further
            one is told that its session is invalid. None holds a bot to nothing, so that tests start quickly.
        privileged_intents: Bits of the privileged intents the application may use; others close with 4014.
        attachment_size_limit: Bytes per file a bot may upload.
        old_message_edits: How often a channel's route may edit one message in an hour once it is older than an hour;
            after that it answers 429 with code 30046. Discord has such a limit and does not say which; None for none.
        application_name: The application's and the bot's name.
    """

    host: str = "127.0.0.1"
    port: int = 0
    public_url: str | None = None
    token: str = field(default_factory=random_token, repr=False)
    openapi: Path | None = None
    check_responses: bool = False
    rate_limits: bool = True
    frozen_clock: bool = False
    heartbeat_interval: float = 41.25
    shards: int = 1
    shard_guilds: int = 2500
    session_starts: int = 1000
    max_concurrency: int | None = None
    privileged_intents: int = 1 << 1 | 1 << 8 | 1 << 15
    attachment_size_limit: int = ATTACHMENT_SIZE_LIMIT
    old_message_edits: int | None = None
    application_name: str = "Sandbox Bot"
