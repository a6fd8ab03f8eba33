"""Routes of threads.

Source: Discord's documentation, "Channels Resource", "Start Thread from Message" to "Join Thread".
"""

from __future__ import annotations

from sandbox.errors import ApiError, invalid_form
from sandbox.messages.message import Message
from sandbox.rest.channels import find_channel, find_guild, find_message
from sandbox.rest.routing import Answer, Call, Router
from sandbox.world.channels import Channel
from sandbox.world.permissions import Permission
from sandbox.world.threads import PUBLIC_THREAD, Thread

#: Characters of a thread's name.
MAX_NAME = 100


def add_routes(router: Router) -> None:
    """Add this module's routes."""
    router.add("POST", "/channels/{channel_id}/threads")(_start)
    router.add("POST", "/channels/{channel_id}/messages/{message_id}/threads")(_start_from_message)
    router.add("GET", "/guilds/{guild_id}/threads/active")(_active)
    router.add("PUT", "/channels/{channel_id}/thread-members/@me")(_join)
    router.add("DELETE", "/channels/{channel_id}/thread-members/@me")(_leave)


def _start(call: Call) -> Answer:
    if (call.body.get("type") or PUBLIC_THREAD) != PUBLIC_THREAD:
        sentence = f"The sandbox has public threads only (type {PUBLIC_THREAD})."
        raise invalid_form(("type",), "BASE_TYPE_CHOICES", sentence)
    return _started(call, None)


def _start_from_message(call: Call) -> Answer:
    message = find_message(find_channel(call, Permission.READ_MESSAGE_HISTORY), call.params["message_id"])
    if message.id in call.world.channels:
        rule = "a message has one thread"
        raise ApiError(400, 160004, "A thread has already been created for this message", rule=rule, is_breach=False)
    return _started(call, message)


def _started(call: Call, message: Message | None) -> Answer:
    channel = find_channel(call, Permission.CREATE_PUBLIC_THREADS)
    if not isinstance(channel, Channel) or isinstance(channel, Thread):
        raise _wrong_channel("threads are begun in a guild's text channels")
    name = call.body.get("name") or ""
    if not 1 <= len(name) <= MAX_NAME:
        raise invalid_form(("name",), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_NAME} in length.")
    return 201, call.world.start_thread(channel, name, call.world.bot, message=message).wire()


def _active(call: Call) -> Answer:
    threads = [thread.wire() for thread in find_guild(call).threads.values()]
    return 200, {"threads": threads, "members": [], "has_more": False}


def _join(call: Call) -> Answer:
    _thread(call).joined.add(call.world.bot.id)
    return 204, None


def _leave(call: Call) -> Answer:
    _thread(call).joined.discard(call.world.bot.id)
    return 204, None


def _thread(call: Call) -> Thread:
    channel = find_channel(call)
    if not isinstance(channel, Thread):
        raise _wrong_channel("only threads are joined and left")
    return channel


def _wrong_channel(rule: str) -> ApiError:
    return ApiError(400, 50024, "Cannot execute action on this channel type", rule=rule)
