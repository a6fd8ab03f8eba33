"""Routes about the application, its commands, the bot's account and the gateway."""

from __future__ import annotations

from sandbox.errors import ApiError, cannot_message, unknown
from sandbox.gateway.sessions import application_flags
from sandbox.rest.ratelimits import Limit
from sandbox.rest.routing import Answer, Call, Router

#: Creating commands is rare; Discord allows 200 new ones a day.
COMMAND_LIMIT = Limit(20, 20.0)


def add_routes(router: Router) -> None:
    """Add this module's routes."""
    router.add("GET", "/gateway", needs_token=False)(_gateway)
    router.add("GET", "/gateway/bot")(_gateway_bot)
    router.add("GET", "/users/@me")(_me)
    router.add("POST", "/users/@me/channels")(_open_direct_messages)
    router.add("GET", "/users/{user_id}")(_user)
    router.add("GET", "/applications/@me")(_application)
    router.add("GET", "/oauth2/applications/@me")(_application)
    for scope in ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"):
        router.add("GET", f"{scope}/commands")(_list_commands)
        router.add("PUT", f"{scope}/commands", limit=COMMAND_LIMIT)(_overwrite_commands)
        router.add("POST", f"{scope}/commands", limit=COMMAND_LIMIT)(_create_command)
        router.add("GET", f"{scope}/commands/{{command_id}}")(_get_command)
        router.add("PATCH", f"{scope}/commands/{{command_id}}", limit=COMMAND_LIMIT)(_edit_command)
        router.add("DELETE", f"{scope}/commands/{{command_id}}", limit=COMMAND_LIMIT)(_delete_command)


def _gateway(call: Call) -> Answer:
    return 200, {"url": call.gateway_url}


def _gateway_bot(call: Call) -> Answer:
    world = call.world
    limit = world.session_starts.wire()
    return 200, {"url": call.gateway_url, "shards": world.config.shards, "session_start_limit": limit}


def _me(call: Call) -> Answer:
    own = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}
    return 200, {**call.world.bot.wire(), **own}


def _user(call: Call) -> Answer:
    user = call.world.account(call.params["user_id"])
    if user is None:
        raise unknown("User")
    return 200, user.wire()


def _open_direct_messages(call: Call) -> Answer:
    """Open direct messages with somebody, who may take none: that shows only when one is sent."""
    user = call.world.account(str(call.body.get("recipient_id")))
    if user is None:
        raise ApiError(400, 50033, "Invalid Recipient(s)", rule="the recipient of direct messages is a user")
    if user.bot:
        raise cannot_message()
    return 200, call.world.direct_channel(user).wire()


def _application(call: Call) -> Answer:
    world = call.world
    flags = application_flags(world.config.privileged_intents)
    about = {
        "id": world.application_id,
        "name": world.config.application_name,
        "icon": None,
        "description": "An application in the sandbox.",
        "type": None,
        "bot": world.bot.wire(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": world.verify_key,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": world.owner.wire(),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["applications.commands", "bot"],
    }
    return 200, about


def _scope(call: Call) -> str | None:
    if call.params["application_id"] != call.world.application_id:
        raise unknown("Application")
    guild_id = call.params.get("guild_id")
    if guild_id is not None and guild_id not in call.world.guilds:
        raise unknown("Guild")
    return guild_id


def _list_commands(call: Call) -> Answer:
    return 200, [command.wire() for command in call.world.commands.listed(_scope(call))]


def _overwrite_commands(call: Call) -> Answer:
    commands = call.world.commands.overwrite(_scope(call), call.body or [])
    call.world.emit("commands_changed", commands)
    return 200, [command.wire() for command in commands]


def _create_command(call: Call) -> Answer:
    command, new = call.world.commands.upsert(_scope(call), call.body)
    call.world.emit("commands_changed", [command])
    return 201 if new else 200, command.wire()


def _get_command(call: Call) -> Answer:
    return 200, call.world.commands.get(_scope(call), call.params["command_id"]).wire()


def _edit_command(call: Call) -> Answer:
    command = call.world.commands.change(_scope(call), call.params["command_id"], call.body)
    call.world.emit("commands_changed", [command])
    return 200, command.wire()


def _delete_command(call: Call) -> Answer:
    call.world.commands.remove(_scope(call), call.params["command_id"])
    call.world.emit("commands_changed", [])
    return 204, None
