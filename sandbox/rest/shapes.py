"""Of what type each field of a body is, for when Discord's own description is not at hand.

A field has one type wherever it stands, so its name is enough. What else a field must be is looked at where it is used.

Source: Discord's documentation, "Message", "Embed Object", "Components", "Application Commands".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sandbox.errors import invalid_form


class _Kind(NamedTuple):
    fits: Callable[[Any], bool]
    code: str
    sentence: str


def _is_id(value: Any) -> bool:
    return isinstance(value, str) or _is_whole(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _is_number(value: Any) -> bool:
    return _is_whole(value) or isinstance(value, float)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


_TEXT = _Kind(_is_text, "STRING_TYPE_CONVERT", "Could not interpret the value as a string.")
_WHOLE = _Kind(_is_whole, "NUMBER_TYPE_COERCE", "The value is not int.")
_NUMBER = _Kind(_is_number, "NUMBER_TYPE_COERCE", "The value is not a number.")
_NAME = _Kind(lambda value: _is_text(value) or _is_whole(value), _WHOLE.code, _WHOLE.sentence)
_FLAG = _Kind(lambda value: isinstance(value, bool), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
_ID = _Kind(_is_id, "NUMBER_TYPE_COERCE", "The value is not snowflake.")
_SCALAR = _Kind(lambda value: _is_text(value) or _is_number(value), "STRING_TYPE_CONVERT", "The value is no scalar.")
_OBJECT = _Kind(_is_object, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType.")
_OBJECTS = _Kind(_list_of(_is_object), "LIST_TYPE_CONVERT", "Only lists of dictionaries may be used here.")
_IDS = _Kind(_list_of(_is_id), "LIST_TYPE_CONVERT", "Only lists of ids may be used here.")
_WHOLES = _Kind(_list_of(_is_whole), "LIST_TYPE_CONVERT", "Only lists of numbers may be used here.")

FIELDS: dict[str, _Kind] = {
    **dict.fromkeys(("content", "title", "description", "text", "timestamp", "url", "icon_url", "proxy_url"), _TEXT),
    **dict.fromkeys(("custom_id", "label", "placeholder", "name", "filename", "username", "avatar_url"), _TEXT),
    "type": _NAME,
    **dict.fromkeys(("flags", "style", "color", "accent_color", "spacing", "min_values", "max_values"), _WHOLE),
    **dict.fromkeys(("min_length", "max_length", "auto_archive_duration", "rate_limit_per_user"), _WHOLE),
    **dict.fromkeys(("min_value", "max_value"), _NUMBER),
    **dict.fromkeys(("tts", "disabled", "required", "autocomplete", "inline", "spoiler", "divider", "nsfw"), _FLAG),
    **dict.fromkeys(("default", "dm_permission", "enforce_nonce", "replied_user", "fail_if_not_exists"), _FLAG),
    **dict.fromkeys(("id", "message_id", "channel_id", "guild_id", "recipient_id", "sku_id"), _ID),
    **dict.fromkeys(("value", "nonce", "default_member_permissions"), _SCALAR),
    **dict.fromkeys(
        ("data", "allowed_mentions", "message_reference", "footer", "author", "image", "thumbnail"), _OBJECT
    ),
    **dict.fromkeys(("media", "file", "emoji", "accessory", "component", "poll"), _OBJECT),
    **dict.fromkeys(("name_localizations", "description_localizations"), _OBJECT),
    **dict.fromkeys(("embeds", "components", "attachments", "options", "choices", "fields", "items"), _OBJECTS),
    "default_values": _OBJECTS,
    **dict.fromkeys(("users", "roles", "parse", "sticker_ids"), _IDS),
    **dict.fromkeys(("channel_types", "contexts", "integration_types"), _WHOLES),
}


def check_shapes(body: Any, path: tuple[str | int, ...] = ()) -> None:
    """Make sure that each field of a body is of its type, or null.

    Raises:
        ApiError: 50035 with the place of the first that is not.
    """
    if isinstance(body, list):
        for index, part in enumerate(body):
            check_shapes(part, (*path, index))
    if not isinstance(body, dict):
        return
    for key, value in body.items():
        kind = FIELDS.get(key)
        if kind is not None and value is not None and not kind.fits(value):
            raise invalid_form((*path, key), kind.code, kind.sentence)
        check_shapes(value, (*path, key))
