"""Whom a message mentions.

Source: Discord's documentation, "Message Formatting", "Allowed Mentions Object".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.messages.message import Message
from sandbox.world.guilds import User

_USER = re.compile(r"<@!?(\d+)>")


def mentioned(message: Message, account: Callable[[str], User | None]) -> list[User]:
    """Return whom a message mentions: by `<@id>` in its texts, and by answering them.

    Args:
        message: The message; its `allowed_mentions` narrow what its texts say.
        account: Finds an account by its id.
    """
    allowed = message.allowed_mentions
    texts = [message.content, *(str(part.get("content") or "") for part in message.walk())]
    ids = [found for text in texts for found in _USER.findall(text)]
    if allowed is not None and "users" not in (allowed.get("parse") or ()):
        named = {str(value) for value in allowed.get("users") or ()}
        ids = [found for found in ids if found in named]
    target = message.replies_to
    if target is not None and (allowed is None or allowed.get("replied_user")):
        ids.append(target.author.id)
    users = (account(found) for found in dict.fromkeys(ids))
    return [user for user in users if user is not None]
