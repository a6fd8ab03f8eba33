"""Edits of messages older than an hour are counted apart.

Source: Discord's documentation, "JSON Error Codes", 30046. How many are allowed Discord does not say; what it answers
is as bots report it: 429, code 30046, and a short `retry_after` though the limit lasts.
"""

from __future__ import annotations

from datetime import datetime

from sandbox.messages.message import Message
from sandbox.rest.ratelimits import RateLimitedError
from sandbox.world.world import World

#: Seconds after which a message is old, and over which its edits are counted.
OLD_AFTER = 3600.0
#: What the answer says, in seconds.
RETRY_AFTER = 0.2

_SENTENCE = "Maximum number of edits to messages older than 1 hour reached"


def count_edit(world: World, message: Message) -> None:
    """Count an edit of a message, if it is old and the sandbox has a limit.

    Raises:
        RateLimitedError: With code 30046, when there were enough within an hour.
    """
    limit, now = world.config.old_message_edits, world.clock.now()
    if limit is None or now - datetime.fromisoformat(message.timestamp).timestamp() <= OLD_AFTER:
        return
    recent = [at for at in message.old_edits if at > now - OLD_AFTER]
    if len(recent) >= limit:
        raise RateLimitedError(RETRY_AFTER, everywhere=False, headers={}, code=30046, message=_SENTENCE)
    message.old_edits = [*recent, now]
