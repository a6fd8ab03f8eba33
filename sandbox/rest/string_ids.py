"""Ids that discord.py sends as numbers, where Discord's description wants strings and Discord takes both."""

from __future__ import annotations

from typing import Any


def with_string_ids(body: Any) -> Any:
    """Return a body whose numeric ids are strings, in the places where discord.py sends numbers.

    The one known difference between the description and what Discord takes. "Uploading Files" shows the placeholder id
    of an upload as a number, the index of the file; "ID Serialization" says that ids may be sent as integers, as
    discord.py does in references, allowed mentions, default values of selects, and for whom it opens direct messages.
    """
    if not isinstance(body, dict):
        return body
    changed = _strings_in(body, ("recipient_id",))
    if isinstance(body.get("data"), dict):
        changed["data"] = with_string_ids(body["data"])
    if isinstance(body.get("attachments"), list):
        changed["attachments"] = [_strings_in(entry, ("id",)) for entry in body["attachments"]]
    if isinstance(body.get("components"), list):
        changed["components"] = [_default_values_as_strings(part) for part in body["components"]]
    changed_keys = {
        "message_reference": ("message_id", "channel_id", "guild_id"),
        "allowed_mentions": ("users", "roles"),
    }
    for key, ids in changed_keys.items():
        if key in body:
            changed[key] = _strings_in(body[key], ids)
    return changed


def _default_values_as_strings(component: Any) -> Any:
    if not isinstance(component, dict):
        return component
    changed = dict(component)
    if isinstance(component.get("default_values"), list):
        changed["default_values"] = [_strings_in(value, ("id",)) for value in component["default_values"]]
    if isinstance(component.get("components"), list):
        changed["components"] = [_default_values_as_strings(part) for part in component["components"]]
    if "component" in component:
        changed["component"] = _default_values_as_strings(component["component"])
    return changed


def _strings_in(entry: Any, keys: tuple[str, ...]) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {name: _string(value) if name in keys else value for name, value in entry.items()}


def _string(value: Any) -> Any:
    if isinstance(value, list):
        return [_string(item) for item in value]
    return str(value) if type(value) is int else value
