"""Routes of guilds, channels and the messages in them.

Source: Discord's documentation, "Channels Resource", "Message", "Guild".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sandbox.errors import cannot_message, invalid_form, missing_access, missing_permissions, unknown
from sandbox.gateway.hearing import as_read
from sandbox.gateway.sessions import Intent
from sandbox.messages.message import Message
from sandbox.rest.old_edits import count_edit
from sandbox.rest.ratelimits import MESSAGE_LIMIT
from sandbox.rest.routing import Answer, Call, Router
from sandbox.world.channels import DirectChannel, TextChannel
from sandbox.world.guilds import Guild
from sandbox.world.permissions import Permission

#: Seconds in which a nonce with `enforce_nonce` finds the message it made before: "the past few minutes".
NONCE_WINDOW = 5 * 60.0

_MESSAGES = "/channels/{channel_id}/messages"


def add_routes(router: Router) -> None:
    """Add this module's routes."""
    router.add("GET", "/guilds/{guild_id}")(_guild)
    router.add("GET", "/guilds/{guild_id}/channels")(_guild_channels)
    router.add("GET", "/guilds/{guild_id}/roles")(_guild_roles)
    router.add("GET", "/guilds/{guild_id}/members/{user_id}")(_member)
    router.add("GET", "/channels/{channel_id}")(_channel)
    router.add("POST", "/channels/{channel_id}/typing", limit=MESSAGE_LIMIT)(_typing)
    router.add("GET", _MESSAGES)(_history)
    router.add("POST", _MESSAGES, limit=MESSAGE_LIMIT)(_create)
    router.add("GET", f"{_MESSAGES}/{{message_id}}")(_get)
    router.add("PATCH", f"{_MESSAGES}/{{message_id}}", limit=MESSAGE_LIMIT)(_edit)
    router.add("DELETE", f"{_MESSAGES}/{{message_id}}", limit=MESSAGE_LIMIT)(_delete)


def find_guild(call: Call) -> Guild:
    """Return the guild of a request's path.

    Raises:
        ApiError: 10004 if the bot is in no such guild.
    """
    guild = call.world.guilds.get(call.params["guild_id"])
    if guild is None:
        raise unknown("Guild")
    return guild


def _guild(call: Call) -> Answer:
    guild = find_guild(call)
    counts = {
        "approximate_member_count": len(guild.members),
        "approximate_presence_count": len(guild.members),
    }
    return 200, {**guild.wire(), **(counts if call.flag("with_counts") else {})}


def _guild_channels(call: Call) -> Answer:
    return 200, [channel.wire() for channel in find_guild(call).channels.values()]


def _guild_roles(call: Call) -> Answer:
    return 200, [role.wire() for role in find_guild(call).roles.values()]


def _member(call: Call) -> Answer:
    member = find_guild(call).members.get(call.params["user_id"])
    if member is None:
        raise unknown("Member")
    return 200, member.wire()


def _may(call: Call, channel: TextChannel, permission: Permission) -> bool:
    return bool(channel.permissions_of(call.world.bot) & permission)


def find_channel(call: Call, needed: Permission = Permission.VIEW_CHANNEL) -> TextChannel:
    """Return the channel of a request's path.

    Raises:
        ApiError: 10003 if there is none, 50001 if the bot does not see it, 50013 if it lacks the permission `needed`.
    """
    channel = call.world.channels.get(call.params["channel_id"])
    if channel is None:
        raise unknown("Channel")
    if not _may(call, channel, Permission.VIEW_CHANNEL):
        raise missing_access()
    if not _may(call, channel, needed):
        raise missing_permissions()
    return channel


def find_message(channel: TextChannel, message_id: str) -> Message:
    """Return a message of a channel.

    Raises:
        ApiError: 10008 if there is none, or it is a private reply.
    """
    message = channel.messages.get(message_id)
    if message is None or message.only_for is not None:
        raise unknown("Message")  # a private reply is not there for the channel's routes
    return message


def _seen(call: Call, message: Message) -> dict[str, Any]:
    """Return a message as the application may read it: the message content intent counts for REST too."""
    reads = call.world.config.privileged_intents & Intent.MESSAGE_CONTENT
    return message.wire() if reads else as_read(message.wire(), message, call.world.bot)


def _channel(call: Call) -> Answer:
    return 200, find_channel(call).wire()


def _typing(call: Call) -> Answer:
    channel = find_channel(call)
    if not _may(call, channel, channel.sending):
        raise missing_permissions()
    return 204, None


def _history(call: Call) -> Answer:
    channel = find_channel(call, Permission.READ_MESSAGE_HISTORY)
    limit = int(call.query.get("limit", "50"))
    before, after = call.query.get("before"), call.query.get("after")
    newest_first = reversed(channel.messages.values())
    public: Iterator[Message] = (message for message in newest_first if message.only_for is None)
    if before is not None:
        public = (message for message in public if int(message.id) < int(before))
    if after is not None:
        newer = [message for message in public if int(message.id) > int(after)]
        public = iter(newer[-limit:])
    return 200, [_seen(call, message) for message in islice(public, limit)]


def _create(call: Call) -> Answer:
    channel = find_channel(call)
    if not _may(call, channel, channel.sending):
        raise missing_permissions()
    if call.files and not _may(call, channel, Permission.ATTACH_FILES):
        raise missing_permissions()
    if isinstance(channel, DirectChannel) and channel.closed:
        raise cannot_message()
    world, body = call.world, call.body
    nonce = body.get("nonce")
    if nonce is not None and body.get("enforce_nonce") and (twin := _same_nonce(call, channel, nonce)):
        return 200, {**twin.wire(), "nonce": nonce}
    message = world.new_message(channel, world.bot)
    message.nonce = nonce
    reference = body.get("message_reference")
    if reference is not None:
        _refer(channel, message, reference)
    world.drafts.fill(message, body, call.files)
    world.add_message(message)
    wire = message.wire()
    return 200, {**wire, "nonce": nonce} if nonce is not None else wire


def _same_nonce(call: Call, channel: TextChannel, nonce: str | int) -> Message | None:
    oldest = call.world.clock.stamp(call.world.clock.now() - NONCE_WINDOW)
    for message in reversed(channel.messages.values()):
        if message.timestamp < oldest:
            return None
        if message.author is call.world.bot and message.nonce is not None and str(message.nonce) == str(nonce):
            return message
    return None


def _refer(channel: TextChannel, message: Message, reference: dict[str, str]) -> None:
    target = channel.messages.get(str(reference.get("message_id")))
    if target is None or target.only_for is not None:
        if reference.get("fail_if_not_exists", True):
            error = invalid_form(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
            error.is_breach = False  # somebody may have deleted it meanwhile
            raise error
        return
    message.reply_to(target)


def _get(call: Call) -> Answer:
    channel = find_channel(call, Permission.READ_MESSAGE_HISTORY)
    return 200, _seen(call, find_message(channel, call.params["message_id"]))


def _edit(call: Call) -> Answer:
    message = find_message(find_channel(call), call.params["message_id"])
    if message.author is not call.world.bot:
        raise missing_permissions()
    count_edit(call.world, message)
    call.world.drafts.edit(message, call.body, call.files)
    call.world.message_edited(message)
    return 200, message.wire()


def _delete(call: Call) -> Answer:
    channel = find_channel(call)
    message = find_message(channel, call.params["message_id"])
    if message.author is not call.world.bot and not _may(call, channel, Permission.MANAGE_MESSAGES):
        raise missing_permissions()
    call.world.delete_message(message)
    return 204, None
